/** The hunks of a difference in the chapter that speaks of them, and those that it does not show. */
import type { ChapterPiece, DiffFile, DiffHunk } from '../../api/index.ts'
import { Html } from '../parts.tsx'
import { hunkId, hunkName } from '../stage/places.ts'
import { HunkView } from './hunk-view.tsx'
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
  const { hunk: asked, beside } = useReading()
  const name = hunkName(file.name, hunk.number)
  return (
    <HunkView file={file} hunk={hunk} beside={beside} id={hunkId(name)} marked={name === asked} />
  )
}
