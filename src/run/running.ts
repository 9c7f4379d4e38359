/**
 * The events of each run of the lab: `.lab/running/PID.jsonl`, a line per event. The lab page
 * follows them, and a command that measures warns of other runs. The lab's own process writes them,
 * idle while a server is measured: some 10 µs per line, at most five lines per second.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEvent, type Emit, type RunEvent, type Running } from './events.ts'
import { exists, processStart } from './processes.ts'
import { labRoot } from './server.ts'

export type { LiveFigures, Running } from './events.ts'

/** An event as it is in a file: with its time, ms since 1970. */
type Line = RunEvent & { at: number }

/** Progress and figures are not written more often than that, ms. */
const PAUSE_MS = 200

/** The file of a run that has ended stays so long, ms: the process that started it reads how it ended. */
const STAYS_MS = 60_000

/** Where the files are. A test, or a checkout that is read-only, may name another place. */
export function runningDirectory(): string {
  return process.env.LAB_RUNNING_DIRECTORY ?? join(labRoot, '.lab', 'running')
}

/**
 * Writes what this process does into its file. Never throws: if nothing can be written, as in a
 * read-only checkout, the run is seen in its own terminal alone.
 * @param command as it was typed
 */
export function recordRun(command: string, directory = runningDirectory()): Emit {
  const file = join(directory, `${process.pid}.jsonl`)
  let descriptor: number | undefined
  /** Not written yet; of each type the latest is enough. */
  const waiting = new Map<RunEvent['type'], Line>()
  let writtenAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const write = (line: Line) => {
    if (descriptor !== undefined) tryTo(() => writeSync(descriptor!, `${JSON.stringify(line)}\n`))
  }
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.size > 0) writtenAt = performance.now()
    for (const line of waiting.values()) write(line)
    waiting.clear()
  }
  const begin = () => {
    tryTo(() => mkdirSync(directory, { recursive: true }))
    descriptor = tryTo(() => openSync(file, 'a', 0o600))
    if (descriptor === undefined) return
    const { pid } = process
    write({ at: Date.now(), type: 'start', pid, processStart: processStart(pid), command })
    process.once('exit', interrupted)
  }
  const close = () => {
    process.removeListener('exit', interrupted)
    if (descriptor !== undefined) closeSync(descriptor)
    descriptor = undefined
  }
  const interrupted = () => {
    write({ at: Date.now(), type: 'end' })
    close()
  }

  return (event) => {
    const isOver = event.type === 'result' || event.type === 'failure' || event.type === 'end'
    if (descriptor === undefined) begin()
    const line = { at: Date.now(), ...event }
    if (event.type === 'progress' || event.type === 'figures') {
      waiting.set(event.type, line)
      const due = writtenAt + PAUSE_MS - performance.now()
      if (due <= 0) flush()
      else timer ??= setTimeout(flush, due).unref()
      return
    }
    flush()
    write(line)
    if (isOver) close()
  }
}

function tryTo<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined // it is not writable, or the disk is full
  }
}

export interface RunFollower {
  /** All runs under way, the oldest first; reads what was written since the last call. */
  running(): Running[]
  /** All events of a process so far. */
  eventsOf(pid: number): RunEvent[]
}

interface Followed {
  /** Where the lines end that have been read; one may be written in part. */
  offset: number
  events: RunEvent[]
  running: Running | undefined
  /** When `secondsLeft` was estimated, ms since 1970. */
  estimatedAt: number
  processStart: string | null
}

/**
 * Follows the runs of this machine. Files of processes that are gone are passed over, and removed a
 * minute later. Never throws.
 */
export function followRuns(directory = runningDirectory()): RunFollower {
  const files = new Map<number, Followed>()

  function read(pid: number): Followed {
    const followed = files.get(pid) ?? {
      ...{ offset: 0, events: [], running: undefined },
      ...{ estimatedAt: 0, processStart: null },
    }
    files.set(pid, followed)
    const bytes = tryTo(() => readFrom(join(directory, `${pid}.jsonl`), followed.offset))
    const whole = bytes?.subarray(0, bytes.lastIndexOf(10) + 1)
    if (whole === undefined || whole.length === 0) return followed
    followed.offset += whole.length
    for (const line of whole.toString('utf8').trimEnd().split('\n')) add(followed, line)
    return followed
  }

  function look(pid: number): Running[] {
    const { running, estimatedAt, processStart: begun } = read(pid)
    const isThere = exists(pid) && (begun === null || processStart(pid) === begun)
    if (!isThere) {
      sweep(join(directory, `${pid}.jsonl`))
      return []
    }
    if (running === undefined) return []
    const { secondsLeft } = running
    const passed = (Date.now() - estimatedAt) / 1000
    const left = secondsLeft === null ? null : Math.max(0, secondsLeft - passed)
    return [{ ...running, secondsLeft: left }]
  }

  return {
    running() {
      const pids = pidsIn(directory)
      for (const pid of files.keys()) if (!pids.includes(pid)) files.delete(pid)
      return pids.flatMap(look).sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
    },
    eventsOf: (pid) => read(pid).events,
  }
}

/** All runs under way, the oldest first. */
export function readRunning(directory = runningDirectory()): Running[] {
  return followRuns(directory).running()
}

function pidsIn(directory: string): number[] {
  const names = tryTo(() => readdirSync(directory)) ?? []
  return names.map((name) => Number(/^(\d+)\.jsonl$/.exec(name)?.[1])).filter((pid) => pid > 0)
}

function readFrom(file: string, offset: number): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - offset))
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, offset))
  } finally {
    closeSync(descriptor)
  }
}

function add(followed: Followed, text: string): void {
  const line = tryTo(() => JSON.parse(text) as Line)
  if (typeof line?.type !== 'string') return // damaged: a disk that was full
  const { at, ...event } = line
  if (event.type === 'start') followed.processStart = event.processStart
  if ('secondsLeft' in event) followed.estimatedAt = at
  followed.events.push(event)
  followed.running = afterEvent(followed.running, event, at)
}

function sweep(file: string): void {
  tryTo(() => {
    if (Date.now() - statSync(file).mtimeMs > STAYS_MS) rmSync(file, { force: true })
  })
}

/** Whether other processes can read what a run does here. */
export function canRecord(directory = runningDirectory()): boolean {
  try {
    mkdirSync(directory, { recursive: true })
    const probe = join(directory, `${process.pid}.probe`)
    writeFileSync(probe, '')
    rmSync(probe)
    return true
  } catch {
    return false
  }
}

/** One line on the other runs that are under way; undefined if there are none. */
export function disturbance(
  others: readonly Pick<Running, 'command' | 'pid'>[],
): string | undefined {
  const first = others[0]
  if (first === undefined) return undefined
  const more = others.length === 1 ? '' : ` and ${others.length - 1} more`
  const all = others.length === 1 ? 'both' : 'all of them'
  return `another run is under way (${first.command}, pid ${first.pid}${more}): ${all} will be disturbed`
}
