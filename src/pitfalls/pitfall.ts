/** What is known of each pitfall: how it is recognized, shown live, and recorded to be judged. */
import type { Evidence } from './evidence.ts'
import type { Recording } from './recording.ts'

/** A way in which a benchmark misleads. */
export interface Pitfall {
  /** For `--only` and `--guess`. */
  name: string
  /** What it is, in a few words. */
  words: string
  /** Looks for the pitfall in a recording, whichever pitfall that was made for. */
  examine(recording: Recording): Finding
  /** How `npm run broken` shows it. */
  live?: Live
  /** The recording that `npm run lie` shows; a pitfall without one is a guess that is never right. */
  lie?: Lie
}

export interface Finding {
  shows: boolean
  /** The figure that decides, in a sentence or two. */
  figure: string
}

/** A wrong benchmark beside the right one. */
export interface Live {
  title: string
  /** What is done wrong. */
  wrong: string
  /** What is done instead. */
  right: string
  /**
   * Runs both.
   * @throws LabError when a server or a load generator fails
   */
  run(pace: Pace, onStep: (text: string) => void): Promise<Evidence>
}

/** How long everything takes. */
export interface Pace {
  /** Runs done each way; with fewer than 6 there is no interval. */
  runs: number
  /** Length of a run that is done right, in seconds. */
  seconds: number
  /** Longest warm-up, in seconds. */
  warmUpSeconds: number
}

/** Some 75 s for all pitfalls. */
export const normalPace: Pace = { runs: 6, seconds: 0.7, warmUpSeconds: 1.5 }

/** Some 40 s for all pitfalls. */
export const quickPace: Pace = { runs: 6, seconds: 0.3, warmUpSeconds: 0.75 }

/** A recorded result that misleads, and all that is said about it. */
export interface Lie {
  /** From 1; the name of its directory, since the pitfall's own name would be the answer. */
  number: number
  /** What the figures seem to say. */
  claim(recording: Recording): string
  /** Whether the figures support it: on a busy machine they may not. */
  holds(recording: Recording): boolean
  /** The table that is shown with the claim. */
  shown(recording: Recording): string[]
  /** The first help, after a wrong guess. */
  question: string
  /** The second help: the name of a look that decides, and what to look for in it. */
  hint: { look: string; find: string }
  /** What is wrong, and which figures show it. */
  answer(recording: Recording): string
  lesson: string
  /** Commands that do it right, or show the pitfall live. */
  right: readonly string[]
  /**
   * Makes the mistake and records it.
   * @throws LabError when a server, a load generator or a tool fails
   */
  record(onStep: (text: string) => void): Promise<Recording>
}
