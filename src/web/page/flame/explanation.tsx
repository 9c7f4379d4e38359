/** What the lab knows of a frame: what it does, its source, the hunks that touch it, the chapters that name it. */

import type { ComponentChildren } from 'preact'
import { groupName } from '../../../flame/groups.ts'
import type { Explanation, HunkRef, PieceRef, SourcePiece } from '../../api/index.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here } from '../parts.tsx'
import { chapterAddress, stageAddress } from '../router.ts'
import { highlightedLines } from '../stage/highlighted.ts'
import { hunkName } from '../stage/places.ts'
import { SourceText } from '../stage/source-text.tsx'

interface Shown {
  frame: { name: string; file?: string; line?: number }
  /** Id of the stage whose graph it is. */
  stage: string
}

export function FrameExplanation({ frame: { name, file, line }, stage }: Shown) {
  const asked = useData<Explanation>(
    path(['explain'], { frame: name, file, line: line?.toString(), stage }),
  )
  return <Here asked={asked}>{(found) => <Found found={found} line={line} />}</Here>
}

function Found({ found, line }: { found: Explanation; line: number | undefined }) {
  const { means, where, role, roleMeans, sources, hunks, paragraphs } = found
  const [first, ...others] = sources
  const nothing = means === null && sources.length === 0
  return (
    <>
      {means === null ? null : (
        <p>
          {sentence(means)}{' '}
          {where === null || means.includes(where) ? null : (
            <span class="dim">{sentence(where)}</span>
          )}
        </p>
      )}
      {nothing ? <p>Nothing is known of this frame but its name and its place.</p> : null}
      {role === null ? null : (
        <p>
          <b>{groupName(role)}</b>: {roleMeans}.
        </p>
      )}
      <Links title="In the chapters">
        {paragraphs.slice(0, 6).map((ref) => (
          <Paragraph key={`${ref.chapter} ${ref.piece}`} at={ref} />
        ))}
      </Links>
      <Links title="In the diffs">
        {hunks.slice(0, 6).map((hunk) => (
          <Hunk key={`${hunk.to} ${hunk.file} ${hunk.number}`} at={hunk} />
        ))}
      </Links>
      {first === undefined ? null : <Source piece={first} line={line} />}
      {others.map((piece) => (
        <details key={`${piece.file} ${piece.line}`}>
          <summary>
            <code>
              {piece.file}:{piece.line}
            </code>
          </summary>
          <Source piece={piece} line={undefined} />
        </details>
      ))}
    </>
  )
}

/** A name such as `node:net` stays as it is. */
function sentence(text: string): string {
  return /^\w+:/.test(text) ? `${text}.` : `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function Links({ title, children }: { title: string; children: ComponentChildren[] }) {
  if (children.length === 0) return null
  return (
    <p class="explain-links">
      <b>{title}:</b> {children}
    </p>
  )
}

function Paragraph({ at: { chapter, piece, section } }: { at: PieceRef }) {
  const { stages, chapters } = useLab()
  const stage = stages.find((one) => one.chapter === chapter)
  const title = chapters.find(({ name }) => name === chapter)?.title ?? chapter
  const href =
    stage === undefined
      ? chapterAddress(chapter, piece)
      : stageAddress(stage.number, 'chapter', { piece })
  return (
    <a href={href}>
      {stage === undefined ? title : `stage ${stage.number}`}
      {section === '' ? '' : `, ${section}`}
    </a>
  )
}

function Hunk({ at: { from, to, file, number } }: { at: HunkRef }) {
  const { stages } = useLab()
  const stage = stages.find(({ id }) => id === to)
  const href = stageAddress(stage?.number ?? 1, 'chapter', { hunk: hunkName(file, number) })
  return (
    <a href={href}>
      {from} → {to}, {file}, hunk {number}
    </a>
  )
}

function Source({ piece, line }: { piece: SourcePiece; line: number | undefined }) {
  const marked =
    line !== undefined && piece.line <= line && line <= piece.end
      ? { from: line, to: line }
      : undefined
  return (
    <figure>
      <figcaption>
        <code>
          {piece.file}:{piece.line}
        </code>
        {piece.stage === null ? ', which all stages share' : ''}
      </figcaption>
      <SourceText
        lines={highlightedLines(piece.text)}
        first={piece.line}
        marked={marked}
        label={`${piece.name} in ${piece.file}`}
      />
    </figure>
  )
}
