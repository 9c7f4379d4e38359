/** What is kept of a reader's way through the course. Plain data, written as `.lab/course.json`. */
import type { Guess, Outcome } from '../course/prediction.ts'

export interface CourseState {
  format: 1
  /** For whoever opens the file. */
  about: string
  /** ISO 8601. */
  begun: string
  /** Where to go on; null before the first lesson. */
  at: { lesson: string; step: string } | null
  /** By the id of the stage. */
  lessons: Record<string, LessonState>
  /** When other chapters were opened, ISO 8601, by their name. */
  opened: Record<string, string>
}

export interface LessonState {
  /** By the id of the prediction. */
  guesses: Record<string, { guess: Guess | null; at: string }>
  /** Empty until the run. `recorded` says what a recording has, where this machine cannot tell. */
  outcomes: Record<string, Outcome & { recorded?: Outcome }>
  /** By the id of the question; null where it was skipped. */
  answers: Record<string, { chosen: number | null; right: boolean; at: string }>
  run: RunRecord | null
  /** Name of the step to go on with; null before the first and after the last. */
  step: string | null
  /** When it was gone through to its end, ISO 8601. */
  done: string | null
}

export interface RunRecord {
  /** When it was measured, ISO 8601. */
  at: string
  /** Not of this machine: a recording was shown. */
  recorded: boolean
  /** Where the results are, relative to the checkout, absolute where they are outside. */
  directory: string
  machine: string
}

/** Before the first step. */
export function newState(now: string): CourseState {
  const about =
    'What npm start keeps of your way through the course: guesses, outcomes, answers. npm start -- --reset begins anew.'
  return { format: 1, about, begun: now, at: null, lessons: {}, opened: {} }
}

/** What is kept of a lesson; begun where there is nothing yet. */
export function lessonState(state: CourseState, stage: string): LessonState {
  const fresh = { guesses: {}, outcomes: {}, answers: {}, run: null, step: null, done: null }
  state.lessons[stage] ??= fresh
  return state.lessons[stage]
}

/**
 * Reads what a file holds. Only what the walkthrough rests on is looked at, so that a file from
 * which a person has taken an answer is still read.
 * @returns the state, or why it cannot be used
 */
export function readState(text: string): CourseState | { wrong: string } {
  let found: Partial<CourseState>
  try {
    found = JSON.parse(text)
  } catch {
    return { wrong: 'it is damaged' }
  }
  if (found === null || typeof found !== 'object') return { wrong: 'it is damaged' }
  if (found.format !== 1) return { wrong: 'it is of another version of the lab' }
  const { at = null, lessons, opened = {} } = found
  const place = at === null || (typeof at?.lesson === 'string' && typeof at.step === 'string')
  if (!place || !isRecord(lessons) || !isRecord(opened)) return { wrong: 'it is damaged' }
  if (!Object.values(lessons).every(isLesson)) return { wrong: 'it is damaged' }
  const begun = typeof found.begun === 'string' ? found.begun : new Date(0).toISOString()
  return { ...newState(begun), at, lessons, opened }
}

function isLesson(lesson: Partial<LessonState>): boolean {
  if (!isRecord(lesson)) return false
  const { guesses, outcomes, answers, run, step, done } = lesson as Partial<LessonState>
  const lists = [guesses, outcomes, answers]
  if (!lists.every((list) => isRecord(list) && Object.values(list).every(isRecord))) return false
  if (run !== null && typeof run?.directory !== 'string') return false
  return [step, done].every((text) => text === null || typeof text === 'string')
}

function isRecord(value: unknown): value is Record<string, never> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
