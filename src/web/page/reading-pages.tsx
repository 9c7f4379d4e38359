/** Pages that are only read: the start, a chapter of its own, a file of source. */
import { useEffect } from 'preact/hooks'
import type { ChapterData, ChapterPiece, SourceData } from '../api-types.ts'
import { path, useData, useLab } from './lab.ts'
import { Here, Html } from './parts.tsx'
import { chapterAddress, stageAddress } from './router.ts'
import { useReveal } from './stage/places.ts'
import { SourceText, splitLines } from './stage/source-text.tsx'

export function StartPage() {
  const { stages, exported } = useLab()
  return (
    <article class="prose">
      <h1>How a Redis clone gets fast</h1>
      <p>
        Six small servers in TypeScript speak Redis' protocol, each one change faster than the last.
        For each of them: predict, run it, look at its flame graph, and read the change that comes
        next.
      </p>
      <ol class="cards">
        {stages.map(({ id, number, title, change, whyNot }) => (
          <li key={id}>
            <a href={stageAddress(number)}>
              <b>
                {number} {title}
              </b>
              <span>{change.replaceAll('`', '')}</span>
              {whyNot === null ? null : <span class="dim">{whyNot}</span>}
            </a>
          </li>
        ))}
      </ol>
      <p>
        New to flame graphs? Start with <a href={chapterAddress('flame-graphs')}>how to read one</a>
        .{' '}
        {exported
          ? 'This is a copy of the lab page without its server: every figure in it was recorded, and your guesses are saved in this browser alone.'
          : 'Until you run something on this machine, every page shows runs recorded on another one, and says so.'}
      </p>
    </article>
  )
}

export function ChapterPage({ name, piece }: { name: string; piece: string | null }) {
  const asked = useData<ChapterData>(path(['chapter', name]))
  return (
    <Here asked={asked}>
      {({ pieces }) => (
        <article class="prose">
          <Pieces pieces={pieces} shown={piece} />
        </article>
      )}
    </Here>
  )
}

/** The pieces of a chapter, with the one that the address names in view. */
function Pieces({ pieces, shown }: { pieces: readonly ChapterPiece[]; shown: string | null }) {
  useEffect(() => {
    if (shown !== null) document.getElementById(shown)?.scrollIntoView({ block: 'center' })
  }, [shown])
  return (
    <>
      {pieces.map((piece) => (
        <Piece key={piece.id} piece={piece} marked={piece.id === shown} />
      ))}
    </>
  )
}

function Piece({ piece, marked }: { piece: ChapterPiece; marked: boolean }) {
  const { heading, blockHtml, wordsHtml } = piece
  return (
    <section id={piece.id} class={marked ? 'piece marked' : 'piece'}>
      {heading === null ? null : <Heading {...heading} />}
      {blockHtml === '' ? null : <Html className="block" html={blockHtml} />}
      {wordsHtml === '' ? null : <Html html={wordsHtml} />}
    </section>
  )
}

function Heading({ level, text, id }: { level: number; text: string; id: string }) {
  if (level === 1) return <h1 id={id}>{text}</h1>
  if (level === 2) return <h2 id={id}>{text}</h2>
  return <h3 id={id}>{text}</h3>
}

/** @param line that the address names; NaN or 0: none */
export function SourcePage({ file, line }: { file: string; line: number }) {
  const asked = useData<SourceData>(path(['source'], { file }))
  const here = asked.state === 'here' && asked.data.file === file
  useReveal(here && line > 0 ? 'asked-line' : null, here)
  return (
    <article class="wide source">
      <h1>
        <code>{file}</code>
      </h1>
      <Here asked={asked}>
        {({ html }) => (
          <SourceText
            lines={splitLines(html.trimEnd())}
            marked={line > 0 ? { from: line, to: line } : undefined}
            markedId="asked-line"
            label={file}
          />
        )}
      </Here>
    </article>
  )
}
