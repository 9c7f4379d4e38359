/**
 * What a run says while it works: one stream of events, which the terminal, the lab page and the tests
 * read alike. This file is types and plain functions alone: the page in the browser uses it as well.
 */
import type { Failure } from './lab-error.ts'

/** What can be seen of a measurement while it runs. Null: not known, or not at the moment. */
export interface LiveFigures {
  /** Which server they are of, and doing what: `stage2: measuring SET`. */
  of: string
  requestsPerSecond: number
  /** Of the run so far, ms. */
  latency: { p50: number; p99: number } | null
  /** Share of one core, 0 to 1; above 1 if it keeps more than one busy. */
  serverBusy: number | null
  clientBusy: number | null
}

export type RunEvent =
  /** The first event of a run's file: which process it is, and the command as it was typed. */
  | { type: 'start'; pid: number; processStart: string | null; command: string }
  /** Something begins: `stage2: warming up SET`. */
  | { type: 'step'; text: string; secondsLeft?: number }
  /** How far the step, or the whole run if that is known, has come: 0 to 1; `text` is what it does now. */
  | { type: 'progress'; share: number; text?: string; secondsLeft?: number }
  /** Figures of a measurement under way, with its share; or, without one, of a short one just over. */
  | { type: 'figures'; figures: LiveFigures; share?: number }
  /** Something to know, said once: `another run is under way …`. */
  | { type: 'note'; text: string }
  /** The run is over. Its directory, relative to the checkout; null if nothing is saved. */
  | { type: 'result'; directory: string | null }
  | ({ type: 'failure' } & Failure)
  /** The run is over without a result: it was interrupted. */
  | { type: 'end' }

/** Emits an event; passed to every part of the lab that takes a while. It never throws. */
export type Emit = (event: RunEvent) => void

/** The event of a step that begins. */
export function step(text: string, secondsLeft?: number): RunEvent {
  return { type: 'step', text, ...(secondsLeft === undefined ? {} : { secondsLeft }) }
}

/**
 * Adds to each step how long the whole run will still take, and so to all that a step consists of.
 * @param planned of the whole run, in seconds; a run that takes longer is nearly over until it is
 */
export function withSecondsLeft(emit: Emit, planned: number): Emit {
  const startedAt = performance.now()
  const left = () => Math.max(1, planned - (performance.now() - startedAt) / 1000)
  return (event) => emit(event.type === 'step' ? step(event.text, left()) : event)
}

/** For a part of a run whose estimates are its own: adds what comes after it, in seconds. */
export function beforeOthers(emit: Emit, others: number): Emit {
  return (event) => {
    const { secondsLeft } = event as { secondsLeft?: number }
    const longer = secondsLeft === undefined ? {} : { secondsLeft: secondsLeft + others }
    emit({ ...event, ...longer })
  }
}

/** For a part that reports only steps, as text: emits each of them, after a prefix. */
export function stepsOf(emit: Emit, prefix = ''): (text: string) => void {
  return (text) => emit(step(`${prefix}${text}`))
}

/** A run that is under way, as its events add up. */
export interface Running {
  pid: number
  /** As it was typed: `npm run stage 2`. */
  command: string
  /** ISO 8601. */
  startedAt: string
  /** What it is doing now. */
  step: string
  /** Share of the step, or of the whole if that is known, that is over, 0 to 1. */
  share: number | null
  /** Of the whole run, an estimate. */
  secondsLeft: number | null
  live: LiveFigures | null
}

/**
 * How much of the whole run is over, 0 to 1: unlike the share of a step, this never goes back to 0.
 * @param now ms since 1970
 * @returns null if nothing says how long it will take
 */
export function wholeShare(
  { startedAt, secondsLeft }: Pick<Running, 'startedAt' | 'secondsLeft'>,
  now: number,
): number | null {
  if (secondsLeft === null) return null
  const over = Math.max(0, (now - Date.parse(startedAt)) / 1000)
  return over / (over + Math.max(0.1, secondsLeft))
}

/**
 * A run after one more event.
 * @param at when the event was, ms since 1970
 * @returns undefined: nothing is under way, not yet or no more
 */
export function afterEvent(
  running: Running | undefined,
  event: RunEvent,
  at: number,
): Running | undefined {
  if (event.type === 'start') {
    const { pid, command } = event
    const startedAt = new Date(at).toISOString()
    return { pid, command, startedAt, step: '', share: null, secondsLeft: null, live: null }
  }
  if (running === undefined) return undefined
  switch (event.type) {
    case 'step': {
      const { text, secondsLeft = running.secondsLeft } = event
      return { ...running, step: text, share: null, live: null, secondsLeft }
    }
    case 'progress': {
      const { share, text = running.step, secondsLeft = running.secondsLeft } = event
      return { ...running, share, step: text, secondsLeft }
    }
    case 'figures': {
      const { figures, share = running.share } = event
      return { ...running, live: figures, share }
    }
    case 'note':
      return running
    default:
      return undefined
  }
}
