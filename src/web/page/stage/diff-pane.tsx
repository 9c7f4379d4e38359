/** The difference of two stages, each hunk with links to the words about it. */
import { useMemo } from 'preact/hooks'
import type { DiffData, DiffFile, DiffHunk } from '../../api-types.ts'
import { stageAddress } from '../router.ts'
import { diffRows, inOneColumn, type Line, type Row } from './diff-rows.ts'
import { again, hunkId, hunkName, isChanged } from './places.ts'

interface Shown {
  diff: DiffData
  /** Of the later stage. */
  number: number
  beside: boolean
  /** The hunk that the address asks for, by its name. */
  marked: string | null
  /** Hunks that the marked paragraph speaks of. */
  linked: readonly string[]
}

export function DiffPane({ diff, number, beside, marked, linked }: Shown) {
  const changed = diff.files.filter(isChanged)
  const same = diff.files.filter((file) => !isChanged(file))
  return (
    <>
      {changed.length > 1 ? <Contents files={changed} number={number} /> : null}
      {changed.map((file) => (
        <File key={file.name} {...{ file, diff, number, beside, marked, linked }} />
      ))}
      {same.length === 0 ? null : (
        <p class="dim">Unchanged: {same.map(({ name }) => name).join(', ')}.</p>
      )}
    </>
  )
}

/** What changed, file by file, each a way to its first hunk. */
function Contents({ files, number }: { files: readonly DiffFile[]; number: number }) {
  return (
    <nav aria-label="Files that changed">
      <ul class="diff-files">
        {files.map((file) => {
          const hunk = hunkName(file.name, 1)
          return (
            <li key={file.name}>
              <a href={stageAddress(number, 'chapter', { hunk })} onClick={again(hunkId(hunk))}>
                {file.name}
              </a>{' '}
              <Counts file={file} />
            </li>
          )
        })}
      </ul>
    </nav>
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

function File({ file, ...rest }: Shown & { file: DiffFile }) {
  const rows = useMemo(() => diffRows(file), [file])
  // A file that is in one stage only has one side.
  const beside = rest.beside && file.in === 'both'
  return (
    <section class="diff-file" aria-label={file.name}>
      <h3>
        <code>{file.name}</code> <Counts file={file} />
      </h3>
      {file.hunks.map((hunk, at) => (
        <Hunk key={hunk.number} {...rest} {...{ file, hunk, beside }} rows={rows[at] ?? []} />
      ))}
    </section>
  )
}

function Hunk({
  file,
  hunk,
  rows,
  number,
  beside,
  marked,
  linked,
}: Shown & { file: DiffFile; hunk: DiffHunk; rows: readonly Row[] }) {
  const name = hunkName(file.name, hunk.number)
  const look = name === marked ? ' marked' : linked.includes(name) ? ' linked' : ''
  const label = `${file.name}, hunk ${hunk.number} of ${file.hunks.length}`
  // Thousands of rows are left alone when only the mark moves.
  const table = useMemo(
    () => <HunkTable rows={rows} label={label} beside={beside} />,
    [rows, label, beside],
  )
  return (
    <section id={hunkId(name)} class={`hunk${look}`} tabIndex={-1} aria-label={label}>
      <p class="hunk-head">
        <span class="mono dim">{hunk.head.replaceAll('@@', '').trim()}</span>
        {hunk.pieces.map(({ piece, section }, at) => {
          const text = hunk.pieces.length === 1 ? 'in the chapter' : `in the chapter ${at + 1}`
          return (
            <a
              key={piece}
              href={stageAddress(number, 'chapter', { piece })}
              onClick={again(piece)}
              aria-label={`${label}, ${text}: ${section}`}
            >
              {text}
            </a>
          )
        })}
      </p>
      {table}
    </section>
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
