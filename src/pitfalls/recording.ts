/** A recording in `profiles/lies/N`: what was run, how, and what was counted meanwhile. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Caption } from '../flame/caption.ts'
import { flameSvg } from '../flame/svg.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { Latency, Summary } from '../load/summary.ts'
import type { Workload } from '../load/workload.ts'
import { loadText } from '../load/workload.ts'
import type { Readings } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import { files } from '../report/flame-files.ts'
import { writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import type { ThreadTime } from './threads.ts'

/** The result of a run, as far as every kind of client reports it. */
export interface RunSummary extends Pick<Summary, 'test' | 'requests' | 'seconds'> {
  requestsPerSecond: number
  latency: Latency | null
  /** Share of a core that the client used, 0 to 1; null if it is not known. */
  client: { busy: number } | null
  repliesChecked: boolean
}

/** About a tenth of a second of a run. */
export interface Slice {
  /** When it ended, seconds after the run began. */
  at: number
  requestsPerSecond: number
  /** CPU of the server, µs per request. */
  cpuMicros: number
}

export interface RecordedRun {
  target: string
  /** From 1. */
  round: number
  /** Seconds after the first run began. */
  began: number
  summary: RunSummary
  server: Readings
  /** The server's threads in this run. */
  threads: ThreadTime[]
  /** Empty if the client reports no progress. */
  slices: Slice[]
}

/** A server that was measured. */
export interface RecordedTarget {
  name: string
  /** Options of Node that it was started with. */
  nodeOptions: string[]
  /** Resident memory before the first request, bytes. */
  residentAtStart: number
}

export interface Recording {
  format: 1
  kind: 'recording'
  /** When it was begun, ISO 8601. */
  at: string
  machine: Machine
  /** The load average of the minute before. */
  loadBefore: number
  /** What sent the requests, in words. */
  client: string
  workload: Workload
  /** Longest warm-up of each server, seconds. */
  warmUpSeconds: number
  targets: RecordedTarget[]
  /** What the flame graph was taken for, if there is one. */
  title?: string
  /** In the order in which they were made. */
  runs: RecordedRun[]
  /** The flame graph, which is saved in a separate file. */
  tree?: FrameTree
}

/** Where a recording is, relative to the checkout. */
export function directoryOf(number: number): string {
  return join('profiles', 'lies', String(number))
}

/** The caption of a recording's flame graph. */
export function captionOf({ title = '', workload, runs }: Recording): Caption {
  return { title, workload: loadText(workload, [runs[0]!.summary.test]) }
}

/**
 * Reads a recording.
 * @param root the checkout
 * @throws LabError if it is missing or cannot be read
 */
export function readRecording(number: number, root = labRoot): Recording {
  const directory = join(root, directoryOf(number))
  const read = (file: string) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as unknown
  try {
    const recording = read(files.result) as Recording
    if (recording.format !== 1 || recording.kind !== 'recording') throw new Error('another format')
    // Only a recording with a flame graph has a title.
    if (recording.title !== undefined) recording.tree = read(files.tree) as FrameTree
    return recording
  } catch (failure) {
    throw new LabError(`recording ${number} cannot be read: ${(failure as Error).message}`, {
      means: `${directoryOf(number)} is part of the repository; it was moved or changed`,
      next: `git checkout ${directoryOf(number)}, or npm run lie -- --record ${number}`,
      cause: failure,
    })
  }
}

/**
 * Saves a recording: the figures, and the flame graph as a tree and as a picture.
 * @param root the checkout
 * @throws LabError if it cannot be written
 */
export function saveRecording(number: number, recording: Recording, root = labRoot): void {
  const { tree, ...result } = recording
  const directory = join(root, directoryOf(number))
  mkdirSync(directory, { recursive: true })
  const put = (file: string, text: string) => writeWhole(join(directory, file), text)
  if (tree !== undefined) {
    put(files.picture, flameSvg(tree, captionOf(recording)))
    put(files.tree, `${JSON.stringify(tree)}\n`)
  }
  put(files.result, `${JSON.stringify(result, null, 1)}\n`)
}
