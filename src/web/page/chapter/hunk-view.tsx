/** A hunk of a difference: its place, then its lines in the colours of the code. */
import { useMemo } from 'preact/hooks'
import type { DiffFile, DiffHunk } from '../../api/index.ts'
import { inOneColumn, type Line, type Row, rowsOf } from '../stage/diff-rows.ts'
import { Large } from './large.tsx'

interface HunkShown {
  file: DiffFile
  hunk: DiffHunk
  /** Both sides beside each other; else one below the other. */
  beside: boolean
  /** By which an address reaches it. */
  id?: string
  /** The address asks for it. */
  marked?: boolean
}

export function HunkView({ file, hunk, beside: wanted, id, marked = false }: HunkShown) {
  const label = `${file.name}, hunk ${hunk.number} of ${file.hunks.length}`
  const rows = rowsOf(file)[hunk.number - 1] ?? []
  // A file that is in one stage only has one side.
  const two = file.in === 'both'
  const beside = wanted && two
  // Thousands of rows are left alone when only the mark moves.
  const table = useMemo(
    () => <HunkTable rows={rows} label={label} beside={beside} />,
    [rows, label, beside],
  )
  return (
    <Large label={label} lines={rows.length}>
      {(large) =>
        large ? (
          <HunkTable rows={rows} label={label} beside={two && innerWidth > 900} />
        ) : (
          <section
            {...(id === undefined ? {} : { id, tabIndex: -1 })}
            class={marked ? 'hunk marked' : 'hunk'}
            aria-label={label}
          >
            <p class="hunk-head">
              <b class="mono">{file.name}</b>
              <span class="mono dim">{hunk.head.replaceAll('@@', '').trim()}</span>
            </p>
            {table}
          </section>
        )
      }
    </Large>
  )
}

interface TableShown {
  rows: readonly Row[]
  /** What it is, for a screen reader. */
  label: string
  /** Both sides beside each other; else one below the other. */
  beside: boolean
}

function HunkTable({ rows, label, beside }: TableShown) {
  return (
    <table class={beside ? 'hunk-rows two-sided' : 'hunk-rows'} aria-label={label}>
      <colgroup>
        <col class="col-no" />
        <col class={beside ? 'col-half' : 'col-no'} />
        {beside ? <col class="col-no" /> : null}
        <col />
      </colgroup>
      <tbody>
        {beside
          ? rows.map((row, at) => (
              <tr key={at}>
                <Side line={row.before} />
                <Side line={row.after} />
              </tr>
            ))
          : inOneColumn(rows).map((row, at) => <OneColumn key={at} row={row} />)}
      </tbody>
    </table>
  )
}

const looks = { '+': 'added', '-': 'removed', ' ': 'same' } as const

function Side({ line }: { line: Line | null }) {
  if (line === null) {
    return (
      <>
        <td class="line-no none" />
        <td class="none" />
      </>
    )
  }
  const look = looks[line.sign]
  return (
    <>
      <td class={`line-no ${look}`}>{line.number}</td>
      <Words line={line} look={look} />
    </>
  )
}

function OneColumn({ row: { before, after } }: { row: Row }) {
  const line = after ?? before!
  const look = looks[line.sign]
  return (
    <tr>
      <td class={`line-no ${look}`}>{before?.number}</td>
      <td class={`line-no ${look}`}>{after?.number}</td>
      <Words line={line} look={look} />
    </tr>
  )
}

function Words({ line: { sign, html }, look }: { line: Line; look: string }) {
  return (
    <td class={look}>
      <span class="sign">{sign === '-' ? '−' : sign}</span>
      {/* Made by the highlighter, of the lab's own files. */}
      <code dangerouslySetInnerHTML={{ __html: html }} />
    </td>
  )
}
