/** The rows of a hunk as a table: what is gone at the left with a minus, what is new at the right. */
import { inOneColumn, type Line, type Row } from './rows.ts'

interface Shown {
  rows: readonly Row[]
  /** What it is, for a screen reader. */
  label: string
  /** Both sides beside each other; else one below the other. */
  beside: boolean
}

export function HunkTable({ rows, label, beside }: Shown) {
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
