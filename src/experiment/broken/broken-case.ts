/** What every case has: the words around it, as data, and what runs it. */
import type { Evidence } from './evidence.ts'

export interface BrokenCase {
  /** For `--only`. */
  name: string
  title: string
  /** What is done wrong. */
  wrong: string
  /** What is done instead. */
  right: string
  /** Why the wrong way gives a wrong answer, in one sentence. */
  why: string
  /**
   * Runs both ways.
   * @throws LabError where a server or a load fails
   */
  run(pace: Pace, onStep: (text: string) => void): Promise<Evidence>
}

/** How long everything takes. */
export interface Pace {
  /** Runs done each way; 5 are the least that have a noise to tell. */
  runs: number
  /** Length of a run that is done right, in seconds. */
  seconds: number
  /** Longest warm-up, in seconds. */
  warmUpSeconds: number
}

/** Some 75 s for all cases. */
export const normalPace: Pace = { runs: 6, seconds: 0.7, warmUpSeconds: 1.5 }

/** Some 40 s for all cases. */
export const quickPace: Pace = { runs: 5, seconds: 0.3, warmUpSeconds: 0.75 }
