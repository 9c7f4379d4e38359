/** The task of a stage or an exercise: the reader's copy, its files, and what a check found. */

/** GET /api/task/:id; POST /api/task/:id/copy and /hint return it too. */
export interface TaskData {
  /** Of the stage or the exercise. */
  id: string
  /** The reader's copy, e.g. `mine/stage1`, with the names of its files; null if there is none. */
  copy: { directory: string; files: string[] } | null
  /**
   * The reader's copy of the stage before, e.g. `mine/stage1`, if it does what this stage does: the
   * task can be begun in it. Null if there is none, or if the task has a copy already.
   */
  continues: string | null
  /** Ids of the steps that the last check, here or in a terminal, has found reached. */
  reached: string[]
  /** Id of the step to work at: the first that is not reached, or the last. */
  step: string
  /** How many of its hints were shown. */
  hintsShown: number
  /** The last check that this page has run since the lab was started; null before the first. */
  check: CheckCard | null
  /**
   * The names of both sides of the difference that solves it: `stage1` and `stage2`. Its hunks:
   * GET /api/task/:id/diff/copy and /original, as `DiffData`.
   */
  solution: { from: string; to: string; isNextStage: boolean }
  /** What to read and try when the goal is reached, a line each. */
  after: string[]
}

/** The body of POST /api/task/:id/copy. */
export interface CopyOrder {
  /** Whether it is a copy of `TaskData.continues`; otherwise of the stage. */
  goesOn?: boolean
}

/** GET /api/task/:id/file/:name; PUT returns it too. */
export interface TaskFile {
  name: string
  text: string
  /** Another one whenever the text is another. */
  version: string
}

/** The body of PUT /api/task/:id/file/:name: 409 if the file on disk has another version by now. */
export interface SaveOrder {
  text: string
  /** Of the file that was changed. */
  version: string
}

/** What `npm run check` found. */
export interface CheckCard {
  /** When it was begun, ISO 8601. */
  at: string
  verdict: string
  conforms: boolean
  /** Whether the goal of the task is reached. */
  reached: boolean
  /** What was answered otherwise than expected, with what it usually means. */
  failures: { seen: string; means: string }[]
  typeErrors: string[]
  /** Empty if it does not conform: then nothing is counted. */
  steps: StepResult[]
  /** All of it, as the terminal prints it. */
  screen: string
}

export interface StepResult {
  id: string
  title: string
  reached: boolean
  /** What it limits beyond the steps before it. */
  limits: {
    title: string
    /** What was counted; null if it cannot be counted here. */
    seen: string | null
    atMost: string
    reached: boolean
    /** Why it cannot be counted; '' if it can. */
    missing: string
  }[]
}
