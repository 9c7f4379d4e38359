/** A chapter alone. Those of the stages are shown beside their diff, on the stage's own page. */
import { useEffect } from 'preact/hooks'
import type { ChapterData, ChapterPiece } from '../api-types.ts'
import { path } from './api.ts'
import { useData } from './data.ts'
import { Here, Html } from './parts.tsx'

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

/** The pieces of a chapter in their order, with the one that was asked for in view. */
export function Pieces({
  pieces,
  shown,
}: {
  pieces: readonly ChapterPiece[]
  shown: string | null
}) {
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

export function Piece({ piece, marked }: { piece: ChapterPiece; marked: boolean }) {
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
