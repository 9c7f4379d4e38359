/** The difference of two stages, side by side, each hunk with a way to the words about it. */
import { useMemo } from 'preact/hooks'
import type { DiffData, DiffFile, DiffHunk } from '../../api-types.ts'
import { stageAddress } from '../router.ts'
import { diffRows } from './diff-rows.ts'
import { HunkTable } from './hunk-table.tsx'
import { hunkId, hunkName, isChanged } from './places.ts'
import { again } from './reveal.ts'
import type { Row } from './rows.ts'

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
  // Where there is one side only, it may have all of the room.
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
