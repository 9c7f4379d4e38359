/** The chapter of a stage, piece by piece, each with the way to the hunks that it speaks of. */
import type { ChapterData, ChapterPiece, DiffData, StageCard } from '../../api-types.ts'
import { Html } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { hunkId, hunksOfPiece, hunkText } from './places.ts'
import { again } from './reveal.ts'
import { markedLines } from './source-lines.ts'

interface Shown {
  chapter: ChapterData
  stage: StageCard
  diff: DiffData | undefined
  marked: string | null
  /** Pieces about the marked hunk. */
  linked: readonly string[]
  /** Whether diffs in the text are folded, since the whole of it stands beside. */
  folded: boolean
}

export function ChapterPane({ chapter, marked, linked, ...rest }: Shown) {
  return (
    <article class="prose">
      {chapter.pieces.map((piece) => (
        <Piece
          key={piece.id}
          piece={piece}
          look={piece.id === marked ? ' marked' : linked.includes(piece.id) ? ' linked' : ''}
          {...rest}
          chapter={chapter}
        />
      ))}
    </article>
  )
}

type PieceShown = Omit<Shown, 'marked' | 'linked'> & { piece: ChapterPiece; look: string }

function Piece({ piece, look, chapter, stage, diff, folded }: PieceShown) {
  const { id, heading, blockHtml, wordsHtml, block } = piece
  const ways = diff === undefined ? [] : waysFrom(piece, chapter, stage, diff)
  const fold = folded && block?.kind === 'diff' && ways.length > 0
  return (
    <section id={id} class={`piece${look}`} tabIndex={-1}>
      {heading === null || heading.level === 1 ? null : <Heading {...heading} />}
      {ways.length === 0 ? null : (
        <p class="ways">
          {ways.map(({ text, href, target }) => (
            <a key={href} href={href} onClick={again(target)}>
              show in the {stage.number === 1 ? 'source' : 'diff'}: {text}
            </a>
          ))}
        </p>
      )}
      {blockHtml === '' ? null : fold ? (
        <details class="folded">
          <summary>the same lines here</summary>
          <Html className="block" html={blockHtml} />
        </details>
      ) : (
        <Html className="block" html={blockHtml} />
      )}
      {wordsHtml === '' ? null : <Html html={wordsHtml} />}
    </section>
  )
}

function Heading({ level, text, id }: { level: number; text: string; id: string }) {
  return level === 2 ? <h2 id={id}>{text}</h2> : <h3 id={id}>{text}</h3>
}

interface Way {
  text: string
  href: string
  /** The element that it leads to, by its id. */
  target: string
}

/** To the hunks that a piece speaks of; in the first stage, to the lines. */
function waysFrom(
  piece: ChapterPiece,
  chapter: ChapterData,
  stage: StageCard,
  diff: DiffData,
): Way[] {
  if (stage.number > 1) {
    return hunksOfPiece(diff, piece, chapter.name).map((hunk) => ({
      text: hunkText(diff, hunk),
      href: stageAddress(stage.number, 'chapter', { hunk }),
      target: hunkId(hunk),
    }))
  }
  const own = `stages/${stage.id}/`
  return piece.regions
    .filter(({ file }) => file.startsWith(own))
    .map(({ file, name, line, end }) => {
      const short = file.slice(own.length)
      const source = `${short}:${line}-${end}`
      return {
        text: name === '' ? short : `${name} in ${short}`,
        href: stageAddress(stage.number, 'chapter', { source }),
        target: markedLines,
      }
    })
}
