/** A profile of the reader's own file: the browser reads it, and it is not uploaded. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { readProfile } from '../../flame/formats/read-profile.ts'
import type { FrameTree } from '../../flame/tree.ts'
import { type Failure, toFailure } from '../../run/lab-error.ts'
import { FlameView } from '../../views/flame/flame-view.tsx'
import { flameViewData } from '../../views/flame/flame-view-data.ts'
import { Refusal, Waiting } from './parts.tsx'

interface FileShown {
  /** The file that was dropped or chosen; undefined: none yet. */
  file: File | undefined
  choose: (file: File) => void
}

export function FilePage({ file, choose }: FileShown) {
  return (
    <>
      <h1>A profile from a file</h1>
      <p>
        Drop a file anywhere on this window, or{' '}
        <label class="file-choice">
          choose one{' '}
          <input
            type="file"
            onChange={({ currentTarget }) => {
              const chosen = currentTarget.files?.[0]
              if (chosen !== undefined) choose(chosen)
            }}
          />
        </label>
      </p>
      <p class="dim small">
        .cpuprofile, .heapprofile, the text of perf script, collapsed stacks, the log of node
        --prof, what 0x leaves, speedscope, pprof, and the lab's own profile.json; packed with gzip
        or not. The browser reads it, nothing is uploaded. In a terminal:{' '}
        <code>npm run flame -- FILE</code>
      </p>
      {file === undefined ? null : (
        <ReadFile key={`${file.name} ${file.lastModified}`} file={file} />
      )}
    </>
  )
}

type Read =
  | { state: 'reading'; share: number }
  | { state: 'read'; tree: FrameTree }
  | { state: 'refused'; failure: Failure }

function ReadFile({ file }: { file: File }) {
  const [read, setRead] = useState<Read>({ state: 'reading', share: 0 })
  useEffect(() => {
    const leaving = new AbortController()
    const onRead = (share: number) => {
      setRead((now) => {
        const isShown = now.state !== 'reading' || share - now.share < 0.01
        return isShown ? now : { state: 'reading', share }
      })
    }
    readProfile(file.name, piecesOf(file, leaving.signal, onRead)).then(
      (tree) => leaving.signal.aborted || setRead({ state: 'read', tree }),
      (failure) =>
        leaving.signal.aborted || setRead({ state: 'refused', failure: toFailure(failure) }),
    )
    return () => leaving.abort()
  }, [file])
  switch (read.state) {
    case 'reading':
      return <Waiting share={read.share} />
    case 'refused':
      return <Refusal failure={read.failure} />
    case 'read':
      return <Graph tree={read.tree} name={file.name} />
  }
}

function Graph({ tree, name }: { tree: FrameTree; name: string }) {
  const [at, setAt] = useState<string>()
  const data = useMemo(() => {
    const title = tree.file === undefined ? name : `${name}, ${tree.file.format}`
    return flameViewData(tree, { title, workload: '' })
  }, [tree])
  return (
    <>
      <h2>{data.caption.title}</h2>
      <FlameView data={data} at={at} go={setAt} />
    </>
  )
}

/**
 * The bytes of a file; not every browser can iterate over a stream.
 * @param onRead hears which share of the file was read
 */
async function* piecesOf(
  file: File,
  signal: AbortSignal,
  onRead: (share: number) => void,
): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader()
  let size = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (signal.aborted) return
      yield next.value
      size += next.value.length
      onRead(size / file.size)
    }
  } finally {
    await reader.cancel()
  }
}
