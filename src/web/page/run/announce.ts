/** What a screen reader is told of runs: that a step began, and how a run ended; no figures. */
import type { PageRun, Running } from '../../api-types.ts'

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
 * @returns `last` where nothing is to be said now
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
