/**
 * An exhibit as it lies in `profiles/lies/N`: what was run, how, and what was counted meanwhile. The
 * directories have numbers, since a name would give the answer away.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caption } from '../flame/caption.ts'
import { flameSvg } from '../flame/svg.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { Latency, Summary } from '../load/summary.ts'
import type { Workload } from '../load/workload.ts'
import type { Machine } from '../measure/machine.ts'
import type { PerRequest } from '../measure/process-counters.ts'
import { files, loadText } from '../report/flame-files.ts'
import { writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import type { ThreadTime } from './threads.ts'

/** What a run came to: the lab's own summary, without what another client cannot tell. */
export interface RunSummary extends Pick<Summary, 'test' | 'requests' | 'seconds'> {
  requestsPerSecond: number
  latency: Latency | null
  /** Share of a core that the client took, 0 to 1; null where it does not tell. */
  client: { busy: number } | null
  repliesChecked: boolean
}

/** A tenth of a second, more or less, in the middle of a run. */
export interface Slice {
  /** When it ended, seconds after the run began. */
  at: number
  requestsPerSecond: number
  /** CPU that the server took in it, µs a request. */
  cpuMicros: number
}

export interface RecordedRun {
  target: string
  /** From 1. */
  round: number
  /** Seconds after the first run began. */
  began: number
  summary: RunSummary
  server: PerRequest
  /** The server's threads in this run. */
  threads: ThreadTime[]
  /** Empty where the client reports nothing on the way. */
  slices: Slice[]
}

/** A server that took part. */
export interface Party {
  name: string
  /** Options of Node that it was started with. */
  nodeOptions: string[]
  /** Resident memory before the first request, bytes. */
  residentAtStart: number
}

export interface Recording {
  format: 1
  kind: 'exhibit'
  /** When it was begun, ISO 8601. */
  at: string
  machine: Machine
  /** Programs that wanted a CPU in the minute before, on average. */
  loadBefore: number
  /** Who sent the requests, in words. */
  client: string
  workload: Workload
  /** Longest that each server was loaded before it was measured, seconds. */
  warmUpSeconds: number
  parties: Party[]
  /** What the flame graph was taken for, where there is one. */
  title?: string
  /** In the order in which they were made. */
  runs: RecordedRun[]
}

/** A recording and, where one was made, its flame graph. */
export interface Exhibit {
  recording: Recording
  tree: FrameTree | undefined
}

/** Where an exhibit lies, relative to the checkout. */
export function directoryOf(number: number): string {
  return join('profiles', 'lies', String(number))
}

/** What stands over the flame graph of an exhibit. */
export function captionOf({ title = '', workload, runs }: Recording): Caption {
  return { title, workload: loadText(workload, [runs[0]!.summary.test]) }
}

/**
 * Reads an exhibit.
 * @param root the checkout
 * @throws LabError where it is not there, or cannot be read
 */
export function readExhibit(number: number, root = labRoot): Exhibit {
  const directory = join(root, directoryOf(number))
  const read = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as unknown
  try {
    const recording = read(files.result) as Recording
    if (recording.format !== 1 || recording.kind !== 'exhibit') throw new Error('another format')
    return { recording, tree: optional(() => read(files.tree) as FrameTree) }
  } catch (failure) {
    throw new LabError(`recording ${number} cannot be read: ${(failure as Error).message}`, {
      means: `${directoryOf(number)} is part of the repository; it was moved or changed`,
      next: `git checkout ${directoryOf(number)}, or npm run lie -- --record ${number}`,
      cause: failure,
    })
  }
}

function optional<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw failure
  }
}

/**
 * Puts an exhibit in its place: the figures, and for a flame graph the tree and a still picture.
 * @param root the checkout
 * @throws LabError where it cannot be written
 */
export function keepExhibit(number: number, { recording, tree }: Exhibit, root = labRoot): void {
  const directory = join(root, directoryOf(number))
  mkdirSync(directory, { recursive: true })
  const put = (file: string, text: string) => writeWhole(join(directory, file), text)
  if (tree !== undefined) {
    put(files.picture, flameSvg(tree, captionOf(recording)))
    put(files.tree, `${JSON.stringify(tree)}\n`)
  }
  put(files.result, `${JSON.stringify(recording, null, 1)}\n`)
}
