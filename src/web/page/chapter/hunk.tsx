/** The hunks of a difference in the chapter that speaks of them, and those that it does not show. */
import { useMemo } from 'preact/hooks'
import type { ChapterPiece, DiffFile, DiffHunk } from '../../api/index.ts'
import { Html } from '../parts.tsx'
import { inOneColumn, type Line, type Row, rowsOf } from '../stage/diff-rows.ts'
import { hunkId, hunkName } from '../stage/places.ts'
import { Large } from './large.tsx'
import { useReading } from './reading.ts'

/** Whether a piece shows its hunks whole: a block may name a part of one. */
function isWhole({ block }: ChapterPiece): boolean {
  return block?.kind === 'diff' && block.words.length === 4
}

/** What the block of a piece shows of the difference. */
export function Hunks({ piece }: { piece: ChapterPiece }) {
  const { diff, stage } = useReading()
  const { hunks, block, blockHtml } = piece
  const own = hunks.filter(({ to }) => to === stage.id)
  if (!isWhole(piece) || own.length === 0) {
    return (
      <Large label={block!.words.join(' ')} lines={blockHtml.split('\n').length}>
        {() => <Html className="block" html={blockHtml} />}
      </Large>
    )
  }
  // Until the difference has loaded, the same lines as text.
  if (diff === undefined) return <Html className="block" html={blockHtml} />
  return (
    <>
      {own.map(({ file, number }) => {
        const found = diff.files.find(({ name }) => name === file)
        const hunk = found?.hunks.find((one) => one.number === number)
        return hunk === undefined ? null : <Hunk key={number} file={found!} hunk={hunk} />
      })}
    </>
  )
}

/** What changed, file by file, and the hunks that no piece shows whole. */
export function RestOfDiff({ pieces }: { pieces: readonly ChapterPiece[] }) {
  const { diff, hunk: asked } = useReading()
  if (diff === undefined) return null
  const shown = new Set(
    pieces
      .filter(isWhole)
      .flatMap(({ hunks }) => hunks.map(({ file, number }) => hunkName(file, number))),
  )
  const changed = diff.files.filter(({ hunks }) => hunks.length > 0)
  const same = diff.files.filter(({ hunks }) => hunks.length === 0)
  const rest = changed.flatMap((file) =>
    file.hunks
      .filter(({ number }) => !shown.has(hunkName(file.name, number)))
      .map((hunk) => ({ file, hunk })),
  )
  const count =
    rest.length === 0 ? 'no hunk' : rest.length === 1 ? 'one hunk' : `${rest.length} hunks`
  return (
    <details
      class="rest"
      open={rest.some(({ file, hunk }) => hunkName(file.name, hunk.number) === asked)}
    >
      <summary>All files of the diff, and {count} that the text does not show whole</summary>
      <ul>
        {changed.map((file) => (
          <li key={file.name}>
            <code>{file.name}</code> <Counts file={file} />
          </li>
        ))}
        {same.length === 0 ? null : <li>Unchanged: {same.map(({ name }) => name).join(', ')}.</li>}
      </ul>
      {rest.map(({ file, hunk }) => (
        <Hunk key={hunkName(file.name, hunk.number)} file={file} hunk={hunk} />
      ))}
    </details>
  )
}

function Counts({ file: { added, removed, in: where } }: { file: DiffFile }) {
  const word = { both: '', later: 'new ', earlier: 'gone ' }[where]
  return (
    <span class="dim">
      {word}+{added} −{removed}
    </span>
  )
}

function Hunk({ file, hunk }: { file: DiffFile; hunk: DiffHunk }) {
  const { hunk: asked, ...reading } = useReading()
  const name = hunkName(file.name, hunk.number)
  const label = `${file.name}, hunk ${hunk.number} of ${file.hunks.length}`
  const rows = rowsOf(file)[hunk.number - 1] ?? []
  // A file that is in one stage only has one side.
  const two = file.in === 'both'
  const beside = reading.beside && two
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
            id={hunkId(name)}
            class={name === asked ? 'hunk marked' : 'hunk'}
            tabIndex={-1}
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
