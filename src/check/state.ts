/** Why a server does not answer or does not start: what its process is doing, and what it said. */
import { setTimeout as after } from 'node:timers/promises'
import { splitCpu } from '../measure/cpu-split.ts'
import { readCounters } from '../measure/process-counters.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import { withTimeout } from '../run/timeout.ts'

export type ServerState =
  | { is: 'ended'; how: string }
  /** It takes a core, or what other processes leave of one. */
  | { is: 'busy' }
  /** It runs, and does next to nothing. */
  | { is: 'idle' }
  /** It runs, and what it does cannot be seen. */
  | { is: 'unknown' }

/** How long a silent server is watched, ms; and how often, if that is not conclusive. */
const LOOK_MS = 500
const LOOKS = 5
/** An endless loop takes all of a core that it gets; beyond these shares it is clear. */
const SURELY_BUSY = 0.5
const SURELY_IDLE = 0.03

/** Watches the process: half a second if it is busy, a second if it is idle. No client may be asking it meanwhile. */
export async function stateOf(
  server: Pick<RunningServer, 'pid' | 'ended' | 'errorOutput'>,
): Promise<ServerState> {
  let idle = 0
  for (let look = 1; ; look++) {
    const how = await whyEnded(server)
    if (how !== undefined) return { is: 'ended', how }
    const share = await shareOfCore(server.pid)
    if (share === undefined) {
      // Of a process that has ended meanwhile there is nothing to read either.
      const ended = await whyEnded(server)
      return ended === undefined ? { is: 'unknown' } : { is: 'ended', how: ended }
    }
    // Twice: a loop that has not begun yet, or that got no core for so long, is not idle.
    idle = share < SURELY_IDLE ? idle + 1 : 0
    if (idle === 2) return { is: 'idle' }
    if (idle === 1) continue
    // Between the two: unfinished work, or a loop on a busy machine.
    if (share > SURELY_BUSY || look === LOOKS) return { is: 'busy' }
  }
}

/** The share of a core that it took, or waited for: on a busy machine a loop waits most of the time. */
async function shareOfCore(pid: number): Promise<number | undefined> {
  const began = performance.now()
  const before = readCounters(pid)
  await after(LOOK_MS)
  const now = readCounters(pid)
  if ('missing' in before.cpu || 'missing' in now.cpu) return undefined
  const waited =
    'value' in before.waitMicros && 'value' in now.waitMicros
      ? now.waitMicros.value - before.waitMicros.value
      : 0
  const taken = splitCpu(before.cpu.value, now.cpu.value).total
  return (taken + waited) / ((performance.now() - began) * 1000)
}

/** What that means, whatever was asked; undefined if it says nothing by itself. */
export function stateMeans({ is }: ServerState): string | undefined {
  if (is === 'ended') return 'It has ended. How, and what it said last, is below.'
  if (is === 'busy') {
    return (
      'An endless loop: it keeps a core busy, and answers nothing. Which loop has a condition ' +
      'that nothing in it changes, or waits for bytes that only the next read can bring?'
    )
  }
  return undefined
}

/** What a crash usually means, by what Node says; undefined if nothing is known of it. */
export function crashMeans(said: string): string | undefined {
  return meanings.find(([pattern]) => pattern.test(said))?.[1]
}

const meanings: readonly [RegExp, string][] = [
  [
    /ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|not supported in strip-only/,
    'Node only strips types: enum, namespace and parameter properties are TypeScript’s own code, and do not run here',
  ],
  [
    /SyntaxError/,
    'a bracket, a comma or a quote is missing or one too many, often a line or two before',
  ],
  [
    /ERR_MODULE_NOT_FOUND|Cannot find module/,
    'an import names a file that is not there: the path is relative, and needs its .ts',
  ],
  [/does not provide an export/, 'an import asks for a name that the file does not export'],
  [/ReferenceError/, 'a name is used that is declared nowhere, or is declared further down'],
  [
    /TypeError/,
    'something is undefined, or is not what the code takes it for; the compiler may know the place: npx tsc -p mine',
  ],
  [/RangeError/, 'an index or a length is out of bounds, or a function calls itself for ever'],
]

/**
 * An error of a copy's start, with what it means.
 * @returns what is to be thrown
 */
export function explainStart(failure: unknown): unknown {
  if (!(failure instanceof LabError)) return failure
  const means = failure.means ?? crashMeans(failure.message)
  return new LabError(failure.message, {
    ...(means === undefined ? {} : { means }),
    ...(failure.next === undefined ? {} : { next: failure.next }),
    cause: failure,
  })
}

/** How a server ended by itself, in words; undefined if it runs. */
export async function whyEnded(
  server: Pick<RunningServer, 'ended' | 'errorOutput'>,
): Promise<string | undefined> {
  // The connection is seen to break a moment before the process is seen to end.
  const how = await withTimeout(300, server.ended)
  if (how === undefined) return undefined
  const said = crashSummary(server.errorOutput())
  return said === undefined ? how : `${said}; ${how}`
}

/**
 * The last error that a server has written and gone on from, with its place in the copy: what throws
 * inside a command, or while a connection is read, costs the client its reply only.
 */
export function lastError(errorOutput: string): string | undefined {
  const lines = errorOutput.split('\n')
  const at = lines.findLastIndex((line) => /\b\w*Error\b.*:/.test(line))
  if (at === -1) return undefined
  const error = /\w*Error\b.*/.exec(lines[at]!)![0]
  const place = lines
    .slice(at + 1)
    .map((line) => /((?:stages|src|mine)\/[\w./-]+\.ts:\d+)/.exec(line)?.[1])
    .find((found) => found !== undefined)
  return place === undefined ? error : `${error} (${place})`
}
