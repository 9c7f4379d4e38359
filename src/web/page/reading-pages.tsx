/** Pages that are only read: a chapter of its own, a file of source. */
import { useEffect } from 'preact/hooks'
import type { ChapterData, ChapterPiece, SourceData } from '../api/index.ts'
import { path, useData } from './lab.ts'
import { Here, Html } from './parts.tsx'
import { lieAddress } from './router.ts'
import { highlightedLines } from './stage/highlighted.ts'
import { useReveal } from './stage/places.ts'
import { SourceText } from './stage/source-text.tsx'

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
  const { heading, block, blockHtml, wordsHtml } = piece
  // With its answer it is further down, folded.
  const lie = block?.kind === 'lie' && block.words.length === 1 ? Number(block.words[0]) : undefined
  return (
    <section id={piece.id} class={marked ? 'piece marked' : 'piece'}>
      {heading === null ? null : <Heading {...heading} />}
      {blockHtml === '' ? null : <Html className="block" html={blockHtml} />}
      {lie === undefined ? null : (
        <p>
          <a class="way" href={lieAddress(lie)}>
            Look into recording {lie}, and guess
          </a>
        </p>
      )}
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
        {({ text }) => (
          <SourceText
            lines={highlightedLines(text.trimEnd())}
            marked={line > 0 ? { from: line, to: line } : undefined}
            markedId="asked-line"
            label={file}
          />
        )}
      </Here>
    </article>
  )
}
