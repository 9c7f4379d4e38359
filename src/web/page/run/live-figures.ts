/** What the page makes of runs under way: the last minute of their figures, and what is read aloud. */
import { wholeShare } from '../../../run/events.ts'
import type { LiveFigures, PageRun, Running } from '../../api/index.ts'

export interface Moment {
  /** ms, of the clock that `remember` was given. */
  at: number
  /** Null: nothing was measured just then, as between two servers. */
  live: LiveFigures | null
}

/** How long a moment stays, ms. */
export const KEPT_MS = 60_000

/** By the process: a run in a terminal has its figures, too. */
const histories = new Map<number, Moment[]>()

/** Adds what runs now; forgets what is older than a minute, and processes that have ended. */
export function remember(running: readonly Running[], at: number): void {
  for (const pid of histories.keys()) {
    if (!running.some((one) => one.pid === pid)) histories.delete(pid)
  }
  for (const pid of farthest.keys()) {
    if (!running.some((one) => one.pid === pid)) farthest.delete(pid)
  }
  for (const { pid, live } of running) {
    const recent = (histories.get(pid) ?? []).filter((moment) => moment.at > at - KEPT_MS)
    histories.set(pid, [...recent, { at, live }])
  }
}

/** How far a run has come at most, by its process: an estimate that is corrected does not lead back. */
const farthest = new Map<number, number>()

/** Share of the whole run that is over, 0 to 1; null as long as nothing says how long it takes. */
export function shareOver(running: Running, now = Date.now()): number | null {
  const share = wholeShare(running, now)
  if (share === null) return null
  const most = Math.max(share, farthest.get(running.pid) ?? 0)
  farthest.set(running.pid, most)
  return most
}

/** Of one run, the oldest first. */
export function historyOf(pid: number): readonly Moment[] {
  return histories.get(pid) ?? []
}

export interface SparkLine {
  /** Of an SVG path; in pieces if nothing was measured in between. */
  path: string
  /** The greatest value, which touches the top; 0 if there is none. */
  most: number
}

/**
 * One figure of the history as the path of a line.
 * @param most what touches the top, if several lines share a scale
 */
export function sparkLine(
  history: readonly Moment[],
  pick: (live: LiveFigures) => number | null,
  { width, height, now, most }: { width: number; height: number; now: number; most?: number },
): SparkLine {
  const values = history.map(({ at, live }) => ({ at, value: live === null ? null : pick(live) }))
  const top = most ?? Math.max(0, ...values.map(({ value }) => value ?? 0))
  let path = ''
  let pen = 'M'
  for (const { at, value } of values) {
    if (value === null) {
      pen = 'M'
      continue
    }
    const x = width * (1 - Math.min(1, (now - at) / KEPT_MS))
    const y = height - 1 - (top === 0 ? 0 : value / top) * (height - 2)
    path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`
    pen = 'L'
  }
  return { path, most: top }
}

/** Each measurement of a history once, as it ended; the oldest first. */
export function measurementsOf(history: readonly Moment[]): LiveFigures[] {
  const list: LiveFigures[] = []
  let goesOn = false
  for (const { live } of history) {
    if (live !== null && live.requestsPerSecond > 0) {
      if (goesOn && list.at(-1)!.of === live.of) list.pop()
      list.push(live)
    }
    goesOn = live !== null
  }
  return list
}

/** What a step of a run does and why, by the text of its event. */
const reasons: readonly [step: RegExp, why: string][] = [
  [
    /conformance|replies/,
    'Every reply is compared with that of Redis or of the original: a server that answers wrongly is not measured.',
  ],
  [/fresh keys/, 'The keys and values are random: only a server that stores them has the replies.'],
  [/your copy$/, 'Your copy is started in its own process.'],
  [
    /warm/,
    'Warming up: V8 compiles the code that is used most. Until then it is slower, and none of that is measured.',
  ],
  [
    /^round|connecting/,
    'New servers are started for each round and take turns, so that whatever else this machine does disturbs all of them alike.',
  ],
  [
    /allocations/,
    'Allocations and collections are counted in separate runs: counting them takes time, which would show in the figures.',
  ],
  [
    /keys cost/,
    'The same load with other numbers of keys: what a large store costs is the difference.',
  ],
  [/drawing/, 'The samples become stacks, each function with its name and its role.'],
  [
    /flame graph|waiting for the load|profil|perf|record|sampl/,
    'A profiler looks at the stack some hundreds of times per second. That takes time itself, so it is a separate run.',
  ],
  [/counting/, 'One request after the other, so that what each of them takes can be counted.'],
  [
    /(?:SET|GET)$|under load|measuring/,
    'The clients send a request as soon as they have the reply to the last one. The kernel counts the CPU time and the system calls of the server meanwhile; no clock is involved in the counts.',
  ],
]

/** A sentence on what a step is for. */
export function whyStep(step: string): string {
  const found = reasons.find(([words]) => words.test(step))
  return found?.[1] ?? 'The servers and the load generator are starting.'
}

/** A comparison changes its step every second or two: not each of them is said. */
const PAUSE_MS = 10_000

export interface Said {
  text: string
  /** ms */
  at: number
}

/**
 * What to say of the runs under way.
 * @param last what was said before
 * @returns `last` if nothing is to be said now
 */
export function announceStep(running: readonly Running[], last: Said, now: number): Said {
  const first = running[0]
  if (first === undefined || first.step === '') return last
  const text = `${first.command}: ${first.step}`
  if (text === last.text || now - last.at < PAUSE_MS) return last
  return { text, at: now }
}

/** How a run ended; said at once. */
export function announceEnd({ command, state, failure }: PageRun, now: number): Said {
  const how = {
    running: 'goes on',
    done: 'is done',
    failed: `failed: ${failure?.happened ?? 'no reason was given'}`,
    cancelled: 'was cancelled; nothing was recorded',
  }[state]
  return { text: `${command} ${how}`, at: now }
}
