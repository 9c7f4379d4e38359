/** What every exhibit has: what is said of it, what is shown, the answer, and how it is recorded. */
import type { Exhibit } from './recording.ts'

export interface Lie {
  /** From 1. */
  number: number
  /** The right guess: a name of `causes.ts`. */
  cause: string
  /** What somebody put on a slide, with its figures; `stage 4 is no faster than stage 2 …`. */
  claim(exhibit: Exhibit): string
  /** Whether the figures say what the claim says: a busy machine may spoil a lie, too. */
  holds(exhibit: Exhibit): boolean
  /** What is shown with it: a table, as short as slides have them. */
  shown(exhibit: Exhibit): string[]
  /** What a reader might begin with; shown after a wrong guess, since it says half of the answer. */
  question: string
  /** The view that decides, with what to look for in it. */
  hint: Hint
  /** What is wrong, and how it is seen; sentences, with the figures of the exhibit. */
  answer(exhibit: Exhibit): string
  /** What is to be learnt from it. */
  lesson: string
  /** Commands that do it right, or show the mistake live. */
  right: readonly string[]
  /**
   * Makes the mistake, for real.
   * @throws LabError where a server, a load or a tool fails
   */
  record(onStep: (text: string) => void): Promise<Exhibit>
}

export interface Hint {
  view: string
  look: string
}
