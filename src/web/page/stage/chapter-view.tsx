/** A stage's chapter beside the difference to the stage before, each linked to the other. */
import { useEffect, useState } from 'preact/hooks'
import { Switch, useMedia } from '../../../views/parts.tsx'
import type { ChapterData, ChapterPiece, DiffData, StageCard } from '../../api-types.ts'
import { dataOf, path, useData, useLab } from '../lab.ts'
import { Here, Html } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { DiffPane } from './diff-pane.tsx'
import { again, hunkId, hunksOfPiece, hunkText, piecesOfHunk, reveal, useReveal } from './places.ts'
import { markedLines, SourcePane } from './source-pane.tsx'

const layouts = { both: 'Both', chapter: 'Chapter', diff: 'Diff' } as const
const forms = { beside: 'Side by side', below: 'Line by line' } as const

/** As the reader left them, for the next stage too. */
const chosen: { layout: keyof typeof layouts; form: keyof typeof forms } = {
  layout: 'both',
  form: 'beside',
}

export function ChapterView({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { stages } = useLab()
  const before = stages.find(({ number }) => number === stage.number - 1)
  const after = stages.find(({ number }) => number === stage.number + 1)
  const [from, to] = before === undefined ? [stage.id, after!.id] : [before.id, stage.id]
  const chapter = useData<ChapterData>(
    stage.chapter === null ? undefined : path(['chapter', stage.chapter]),
  )
  const diff = useData<DiffData>(path(['diff', from, to]))
  const [layout, setLayout] = useState(chosen.layout)
  const [form, setForm] = useState(chosen.form)
  const wide = useMedia('(min-width: 68rem)')
  const [hunk, source] = [query.get('hunk'), query.get('source')]
  // Links between chapters name a heading.
  const piece = query.get('piece') ?? query.get('at')
  const asked = hunk !== null || source !== null ? 'diff' : piece !== null ? 'chapter' : undefined
  const shown = wide ? layout : 'both'
  const pick = (layout: keyof typeof layouts) => {
    chosen.layout = layout
    setLayout(layout)
  }
  /** A link leads to a pane that may be hidden; afterwards the reader may hide it again. */
  const uncover = () => {
    if (asked !== undefined && layout !== asked) pick('both')
  }
  useEffect(uncover, [hunk, source, piece])
  const uncovered = asked === undefined || shown === 'both' || shown === asked
  const ready = uncovered && dataOf(chapter) !== undefined && dataOf(diff) !== undefined
  useReveal(hunk !== null ? hunkId(hunk) : source !== null ? `${markedLines}` : piece, ready)
  const name = before === undefined ? 'Source' : 'Diff'
  return (
    <div
      class={`reading ${shown}`}
      onClickCapture={({ target }) => {
        // A link to the place that the address names already.
        if ((target as Element).closest('a')?.hash === location.hash) uncover()
      }}
    >
      {wide ? (
        <div class="reading-tools">
          <Switch label="Show" options={{ ...layouts, diff: name }} value={shown} choose={pick} />
          {before === undefined || shown === 'chapter' ? null : (
            <Switch
              label="Diff"
              options={forms}
              value={form}
              choose={(form) => {
                chosen.form = form
                setForm(form)
              }}
            />
          )}
        </div>
      ) : (
        <p class="reading-tools">
          <button type="button" onClick={() => reveal('diff-pane')}>
            To the {name.toLowerCase()} ↓
          </button>
        </p>
      )}
      {shown === 'diff' ? null : (
        <div class="chapter-pane" id="chapter-pane" tabIndex={-1}>
          <Here asked={chapter}>
            {(data) => (
              <ChapterPane
                chapter={data}
                stage={stage}
                diff={dataOf(diff)}
                marked={piece}
                linked={dataOf(diff) && hunk ? piecesOfHunk(dataOf(diff)!, hunk) : []}
                folded={shown === 'both' && wide}
              />
            )}
          </Here>
        </div>
      )}
      {shown === 'chapter' ? null : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and a keyboard must reach that
        <section class="diff-pane" id="diff-pane" data-pane tabIndex={0} aria-label={name}>
          <p class="pane-head">
            {before === undefined ? (
              <b>The source of {stage.id}</b>
            ) : (
              <b>
                {from} → {to}
              </b>
            )}
            {wide ? null : (
              <button type="button" onClick={() => reveal('chapter-pane')}>
                To the chapter ↑
              </button>
            )}
          </p>
          <Here asked={diff}>
            {(data) =>
              before === undefined ? (
                <SourcePane diff={data} marked={source} />
              ) : (
                <DiffPane
                  diff={data}
                  number={stage.number}
                  beside={wide && form === 'beside'}
                  marked={hunk}
                  linked={linkedHunks(data, dataOf(chapter), piece)}
                />
              )
            }
          </Here>
        </section>
      )}
    </div>
  )
}

function linkedHunks(
  diff: DiffData,
  chapter: ChapterData | undefined,
  piece: string | null,
): string[] {
  const found = chapter?.pieces.find(({ id }) => id === piece)
  return found === undefined ? [] : hunksOfPiece(diff, found, chapter!.name)
}

interface PaneShown {
  chapter: ChapterData
  stage: StageCard
  diff: DiffData | undefined
  marked: string | null
  /** Pieces about the marked hunk. */
  linked: readonly string[]
  /** Whether diffs in the text are folded, since all of it is shown beside. */
  folded: boolean
}

function ChapterPane({ chapter, marked, linked, ...rest }: PaneShown) {
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

type PieceShown = Omit<PaneShown, 'marked' | 'linked'> & { piece: ChapterPiece; look: string }

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
