/** Names of files of the reader's copy, as buttons that open the editor there. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'

/** What the editor is to show. */
export interface FilePlace {
  file: string
  /** `Parser.parse`; none: the line, or the beginning. */
  region?: string
  /** From 1. */
  line?: number
}

/** A place that the reader asked for, with another number each time. */
export interface AskedPlace extends FilePlace {
  times: number
}

export interface OpensFiles {
  /** The copy, e.g. `mine/stage1`, and the names of its files. */
  directory: string
  files: readonly string[]
  open(place: FilePlace): void
}

/** Undefined when there is no editor. */
export const FilesContext = createContext<OpensFiles | undefined>(undefined)

/** The file that a step begins in, and what to look for there. */
export function StepPlace({ file, region }: { file: string; region: string }) {
  const copy = useContext(FilesContext)
  const name = (
    <>
      <code>{file}</code>
      {region === '' ? null : (
        <>
          {' '}
          at <code>{region}</code>
        </>
      )}
    </>
  )
  if (copy === undefined || !copy.files.includes(file)) return name
  return (
    <button type="button" class="file-place" onClick={() => copy.open({ file, region })}>
      {name}
    </button>
  )
}

/** Text as it is, but for the places in the copy: `mine/stage1/reader.ts:12`, `….ts(12,5)`. */
export function WithPlaces({ text }: { text: string }) {
  const copy = useContext(FilesContext)
  if (copy === undefined) return <>{text}</>
  return (
    <>
      {text.split(/([\w./:@-]*mine\/[\w-]+\/[\w.-]+\.ts(?::\d+|\(\d+,\d+\)))/).map((part, at) => {
        const place = at % 2 === 1 ? placeIn(part, copy) : undefined
        if (place === undefined) return part
        return (
          <button key={at} type="button" class="file-place" onClick={() => copy.open(place)}>
            {part}
          </button>
        )
      })}
    </>
  )
}

function placeIn(text: string, { directory, files }: OpensFiles): FilePlace | undefined {
  const [, copy, file, line] = /(mine\/[\w-]+)\/([\w.-]+\.ts)[:(](\d+)/.exec(text) ?? []
  if (copy !== directory || file === undefined || !files.includes(file)) return undefined
  return { file, line: Number(line) }
}
