/** Find the lie: recordings with one thing wrong. */
import type { FrameTree } from '../../flame/tree.ts'

/** Of each recording: GET /api/lies */
export interface LieCard {
  /** From 1. */
  number: number
  claim: string
  /** The names of the wrong guesses so far. */
  wrong: string[]
}

/** GET /api/lie/:number; texts in lines are as the terminal has them. */
export interface LieData extends LieCard {
  /** The table that is shown with the claim. */
  shown: string
  tree: FrameTree | null
  /** Of the flame graph. */
  caption: { title: string; workload: string }
  recordedOn: string
  looks: { name: string; asks: string; text: string }[]
  guesses: {
    name: string
    words: string
    right: boolean
    /** The figure that speaks for it or against it. */
    figure: string
  }[]
  /** The help after one wrong guess, and after two. */
  question: string
  hint: { look: string; find: string }
  /** What is wrong, in words. */
  answer: string
  lesson: string
  /** Commands that do it right. */
  right: string[]
}

/** The body of POST /api/lie/:number/guess, which returns `LieProgress`. */
export interface LieGuess {
  guess: string
}

export type LieProgress = Pick<LieCard, 'number' | 'wrong'>
