/** What a server that does not answer is at: it has ended, it spins, or it waits. */
import { setTimeout as after } from 'node:timers/promises'
import { readCounters, splitCpu } from '../measure/process-counters.ts'
import type { RunningServer } from '../run/server.ts'
import { whyEnded } from './crash.ts'

export type ServerState =
  | { is: 'ended'; how: string }
  /** It takes a core, or what others leave of one. */
  | { is: 'busy' }
  /** It runs, and does next to nothing. */
  | { is: 'idle' }
  /** It runs, and what it does cannot be seen. */
  | { is: 'unknown' }

/** How long a server that says nothing is looked at, ms; and how often, where that leaves doubt. */
const LOOK_MS = 500
const LOOKS = 5
/** A loop takes a whole core where it gets one; shares of one that leave no doubt. */
const SURELY_BUSY = 0.5
const SURELY_IDLE = 0.03

/** Looks at the process: half a second where it runs. Nothing else may be asking it meanwhile. */
export async function stateOf(
  server: Pick<RunningServer, 'pid' | 'ended' | 'complaints'>,
): Promise<ServerState> {
  for (let look = 1; ; look++) {
    const how = await whyEnded(server)
    if (how !== undefined) return { is: 'ended', how }
    const share = await shareOfCore(server.pid)
    if (share === undefined) return { is: 'unknown' }
    if (share < SURELY_IDLE) return { is: 'idle' }
    // Between the two: what it had to do still, or a loop on a machine where others compute.
    if (share > SURELY_BUSY || look === LOOKS) return { is: 'busy' }
  }
}

async function shareOfCore(pid: number): Promise<number | undefined> {
  const began = performance.now()
  const before = readCounters(pid).cpu
  await after(LOOK_MS)
  const now = readCounters(pid).cpu
  if ('missing' in before || 'missing' in now) return undefined
  return splitCpu(before.value, now.value).total / ((performance.now() - began) * 1000)
}

/** What is to be said of that, whatever was asked; undefined where it says nothing by itself. */
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
