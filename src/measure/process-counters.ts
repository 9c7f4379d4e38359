/**
 * What the operating system counts about another process: CPU, reads and writes, context switches,
 * page faults, memory. Reading them costs the measured process nothing and changes no counter of
 * it.
 *
 * The one place that knows where they are: `/proc` on Linux, see proc(5); elsewhere `ps`, which
 * knows only CPU time and memory.
 */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { Counted } from './counted.ts'
import { type CpuTime, microsPerTick } from './cpu-split.ts'

/** A moment in the life of a process; all counts are since it started, over all its threads. */
export interface Snapshot {
  cpu: Counted<CpuTime>
  io: Counted<IoCalls>
  switches: Counted<Switches>
  faults: Counted<Faults>
  /** µs that its threads were ready to run and had no core: other programs were at work. */
  waitMicros: Counted<number>
  /** Resident memory, bytes. */
  residentBytes: Counted<number>
}

/** Calls of the `read(2)` and `write(2)` families (also `readv`, `sendfile`; not `recv`, `send`). */
export interface IoCalls {
  reads: number
  writes: number
}

export interface Switches {
  /** The process had nothing to do and slept. */
  voluntary: number
  /** The process wanted to go on, and another one got its CPU. */
  involuntary: number
}

export interface Faults {
  /** Served from memory. */
  minor: number
  /** Had to be read from disk. */
  major: number
}

/**
 * Reads the counters of a process. Never throws: what cannot be read says why, also for a process
 * that has ended. Takes less than a millisecond on Linux, some 10 ms if it must ask `ps`.
 */
export function readCounters(pid: number): Snapshot {
  return process.platform === 'linux' ? readProc(pid) : readPs(pid)
}

// ---- Linux ----

function readProc(pid: number): Snapshot {
  const stat = attempt(() => readStat(pid))
  const status = attempt(() => read(`/proc/${pid}/status`))
  return {
    cpu: attempt(() => {
      const { userMicros, systemMicros } = orThrow(stat)
      const nanos = attempt(() => threads(pid, readRunNanos))
      const exact = 'value' in nanos
      const totalMicros = exact ? nanos.value / 1000 : userMicros + systemMicros
      return { totalMicros, exact, userMicros, systemMicros }
    }),
    io: attempt(() => {
      const io = read(`/proc/${pid}/io`)
      return { reads: field(io, 'syscr'), writes: field(io, 'syscw') }
    }),
    // `/proc/PID/status` speaks for the main thread alone when it counts switches.
    switches: attempt(() => {
      const of = (name: string) => threads(pid, (task) => field(read(`${task}/status`), name))
      return {
        voluntary: of('voluntary_ctxt_switches'),
        involuntary: of('nonvoluntary_ctxt_switches'),
      }
    }),
    faults: attempt(() => orThrow(stat).faults),
    waitMicros: attempt(() => threads(pid, readWaitNanos) / 1000),
    residentBytes: attempt(() => field(orThrow(status), 'VmRSS') * 1024),
  }
}

function readStat(pid: number) {
  const text = read(`/proc/${pid}/stat`)
  // The second field is the program's name in brackets and may hold blanks and brackets itself.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const at = (number: number) => fields[number - 3]! // counted from 1 in proc(5)
  return {
    faults: { minor: at(10), major: at(12) },
    userMicros: at(14) * microsPerTick,
    systemMicros: at(15) * microsPerTick,
  }
}

/** ns that one thread was on a CPU. */
const readRunNanos = (task: string) => schedstat(task, 0)

/** ns that one thread waited for a CPU. */
const readWaitNanos = (task: string) => schedstat(task, 1)

function schedstat(task: string, at: 0 | 1): number {
  const nanos = Number(read(`${task}/schedstat`).split(' ')[at])
  if (!Number.isFinite(nanos)) throw new Error(`${task}/schedstat has no time in it`)
  return nanos
}

/** Sums a count over the threads of a process. One that ends while we look is left out. */
function threads(pid: number, count: (task: string) => number): number {
  let sum = 0
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    try {
      sum += count(`/proc/${pid}/task/${id}`)
    } catch (error) {
      if (Number(id) === pid || !isGone(error)) throw error
    }
  }
  return sum
}

function field(text: string, name: string): number {
  const match = new RegExp(`^${name}:\\s*(\\d+)`, 'm').exec(text)
  if (match === null) throw new Error(`the kernel does not show ${name}`)
  return Number(match[1])
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}

function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ENOENT' || code === 'ESRCH'
}

function attempt<T>(take: () => T): Counted<T> {
  try {
    return { value: take() }
  } catch (error) {
    return { missing: reason(error as NodeJS.ErrnoException) }
  }
}

function orThrow<T>(counted: Counted<T>): T {
  if ('missing' in counted) throw new Error(counted.missing)
  return counted.value
}

function reason(error: NodeJS.ErrnoException): string {
  const { code, path } = error
  if (isGone(error)) {
    const pid = path === undefined ? undefined : /\/proc\/(\d+)/.exec(path)?.[1]
    if (code === 'ESRCH' || pid === undefined || !exists(Number(pid)))
      return 'the process has ended'
    return `this kernel has no ${path?.replace(/\d+/g, 'N')}`
  }
  if (code === 'EACCES' || code === 'EPERM')
    return 'no permission: the process belongs to another user, or is protected'
  return error.message
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

// ---- elsewhere ----

function readPs(pid: number): Snapshot {
  const unknown = { missing: `not counted per process on ${process.platform}` }
  return {
    cpu: attempt(() => parsePsTimes(ps(pid, 'utime=,stime='))),
    io: unknown,
    switches: unknown,
    faults: unknown,
    waitMicros: unknown,
    residentBytes: attempt(() => Number(ps(pid, 'rss=')) * 1024),
  }
}

function ps(pid: number, columns: string): string {
  try {
    return execFileSync('ps', ['-o', columns, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new Error('there is no ps on this machine')
    throw new Error(exists(pid) ? `ps does not know ${columns}` : 'the process has ended')
  }
}

/**
 * Reads the user and system time that `ps -o utime=,stime=` prints, as `0:01.25   0:00.50` or with
 * hours and days, `1-02:03:04`.
 * @throws Error if it is not of that form
 */
export function parsePsTimes(text: string): CpuTime {
  const [user, system] = text.trim().split(/\s+/).map(parsePsTime)
  if (user === undefined || system === undefined) throw new Error(`ps printed ${text}`)
  return { totalMicros: user + system, exact: false, userMicros: user, systemMicros: system }
}

function parsePsTime(text: string): number {
  const match = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)$/.exec(text)
  if (match === null) throw new Error(`ps printed ${text}`)
  const [, days = '0', hours = '0', minutes, seconds] = match
  const whole = Number(days) * 86400 + Number(hours) * 3600 + Number(minutes) * 60
  return Math.round((whole + Number(seconds)) * 1e6)
}
