/**
 * Who tells the walkthrough: a terminal, or a script of answers in a test. Everything that a reader
 * sees or types goes through here, so the lessons know nothing of screens and keys.
 */
import type { Emit } from '../run/events.ts'
import type { Typed } from './typed.ts'

export interface Teller {
  /** Widest line, in characters. */
  readonly columns: number
  /** A heading; it is shown with the lines that follow, never alone at the foot of a screen. */
  head(lines: readonly string[]): void
  /**
   * Shows lines; where they are more than fit on the screen, a page at a time.
   * @param onDemand the rest may be left unread
   */
  say(lines: readonly string[], onDemand?: boolean): Promise<void>
  /**
   * Waits until the reader wants to go on.
   * @param next what comes then
   */
  pause(next: string): Promise<void>
  /** Asks for words until `read` takes them; undefined where the reader would not say. */
  ask<T>(asked: Asked<T>): Promise<T | undefined>
  /** Asks for one of some options; its index. Undefined where the reader would not say. */
  choose(asked: Choice): Promise<number | undefined>
  /** Shows what a run says. */
  readonly emit: Emit
  /** Opens a page in the browser where there is a desktop; says nothing where there is none. */
  open(file: string): Promise<void>
}

export interface Asked<T> {
  /** Of the prediction or question; a script of answers finds its answer by it. */
  id: string
  /** In front of what is typed, a few words. */
  prompt: string
  /** What was said before, as it is typed: Enter keeps it. */
  kept?: string | undefined
  read(typed: string): Typed<T>
}

export interface Choice {
  id: string
  prompt: string
  options: readonly string[]
  /** Whether one may also say nothing. */
  skippable: boolean
  /** Whether one may go back, where one may not say nothing. */
  back?: boolean
  /** Index of what was chosen before: Enter keeps it. */
  kept?: number | undefined
}

/** The reader wants the step before once more, e.g. to correct a guess. */
export class Back extends Error {
  override readonly name = 'Back'
}

/** The reader leaves, in the middle of whatever it is. */
export class Left extends Error {
  override readonly name = 'Left'
  /** Of the process: 0 where they asked for it, 130 for Ctrl-C. */
  readonly status: 0 | 130

  constructor(status: 0 | 130) {
    super('the reader has left')
    this.status = status
  }
}
