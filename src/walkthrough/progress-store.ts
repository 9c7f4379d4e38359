/** What is saved of a reader's way through the course: plain data, in `.lab/course.json`. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { Guess, Outcome } from '../course/prediction.ts'
import { sweepDrafts, whyNotWritten, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

export interface CourseState {
  format: 2
  /** For a person who opens the file. */
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

/** Files of older versions have no `because`. `recorded`: that of the recording, if it is asked too. */
export type SavedOutcome = Omit<Outcome, 'because'> & { because?: string; recorded?: Outcome }

export interface LessonState {
  /** By the id of the prediction; a guess of null: it was skipped. */
  guesses: Record<string, { guess: Guess | null; at: string }>
  /** Empty until the run. `recorded`: the recording's answer if this machine cannot measure it. */
  outcomes: Record<string, SavedOutcome>
  /** By the id of the question; null if it was skipped. */
  answers: Record<string, { chosen: number | null; right: boolean; at: string }>
  run: RunRecord | null
  /** Name of the step to go on with; null before the first and after the last. */
  step: string | null
  /** When its end was reached, ISO 8601. */
  done: string | null
}

export interface RunRecord {
  /** When it was measured, ISO 8601. */
  at: string
  /** Not of this machine: a recording was shown. */
  recorded: boolean
  /** Where the results are, relative to the checkout, absolute if they are outside. */
  directory: string
  machine: string
  /** That the machine was busy meanwhile, in words; older records do not have it. */
  busy?: string
}

/** Before the first step. */
export function newState(now: string): CourseState {
  const about =
    'What npm start saves of your way through the course: guesses, outcomes, answers. npm start -- --reset begins again.'
  return { format: 2, about, begun: now, at: null, lessons: {}, opened: {} }
}

/** The state of a lesson; a new one if there is none yet. */
export function lessonState(state: CourseState, stage: string): LessonState {
  const fresh = { guesses: {}, outcomes: {}, answers: {}, run: null, step: null, done: null }
  state.lessons[stage] ??= fresh
  return state.lessons[stage]
}

/**
 * Reads what a file holds. Only what the walkthrough relies on is checked: a file from which a person
 * has removed an answer can still be read.
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
  const format = found.format as number
  if (format !== 1 && format !== 2) return { wrong: 'it is of another version of the lab' }
  const { at = null, lessons, opened = {} } = found
  const place = at === null || (typeof at?.lesson === 'string' && typeof at.step === 'string')
  if (!place || !isRecord(lessons) || !isRecord(opened)) return { wrong: 'it is damaged' }
  if (!Object.values(lessons).every(isLesson)) return { wrong: 'it is damaged' }
  const begun = typeof found.begun === 'string' ? found.begun : new Date(0).toISOString()
  const state = { ...newState(begun), at, lessons, opened }
  return format === 1 ? renumbered(state) : state
}

/** In files of format 1 the stage with its own event loop was number 5. */
function renumbered({ at, lessons, opened, ...rest }: CourseState): CourseState {
  const now = (name: string) => name.replace(/^stage5(?=\.|$)/, 'stage6')
  const named = <T>(record: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [now(name), value]))
  return {
    ...rest,
    at: at && { lesson: now(at.lesson), step: at.step.replace('stage5.', 'stage6.') },
    opened: named(opened),
    lessons: Object.fromEntries(
      Object.entries(lessons).map(([stage, lesson]) => {
        if (now(stage) === stage) return [stage, lesson]
        const { guesses, outcomes, answers } = lesson
        const own = { guesses: named(guesses), outcomes: named(outcomes), answers: named(answers) }
        const step = lesson.step?.replace('stage5.', 'stage6.') ?? null
        // What was run compared it with the stage that is still before it, and not with its store.
        return [now(stage), { ...lesson, ...own, step, run: null }]
      }),
    ),
  }
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

export interface ProgressStore {
  state: CourseState
  /** What a reader must know of the file, a line each; empty if all is well. */
  notes: string[]
  /** Writes the state; if that is not possible, one line says so, once. */
  save(): void
  /** Whether it can be written, as far as is known. */
  readonly canSave: boolean
}

const place = join(labRoot, '.lab')

/**
 * Reads what is there, or begins. A file that cannot be read is renamed, never written over.
 * @param say called with a line if something cannot be saved
 */
export function openProgress(
  say: (line: string) => void,
  directory = place,
  now = () => new Date(),
): ProgressStore {
  const file = join(directory, 'course.json')
  const notes: string[] = []
  let state = newState(now().toISOString())
  let trouble = ''
  if (existsSync(file)) {
    const found = readState(textOf(file))
    if (!('wrong' in found)) {
      state = found
      if (isOfFormat1(textOf(file)) && 'stage6' in state.lessons) {
        notes.push(
          'What you did in stage 5, its own event loop, is now in stage 6: that is its new name.',
        )
      }
    } else {
      const renamed = putAside(file, 'unread', now())
      notes.push(
        renamed === undefined
          ? `.lab/course.json cannot be used: ${found.wrong}. It stays as it is, and nothing is saved this time.`
          : `.lab/course.json cannot be used: ${found.wrong}. It is now .lab/${renamed}, and the course begins again.`,
      )
      if (renamed === undefined) trouble = found.wrong
    }
  }
  const store: ProgressStore = {
    state,
    notes,
    get canSave() {
      return trouble === ''
    },
    save() {
      if (trouble !== '') return
      try {
        mkdirSync(directory, { recursive: true })
        sweepDrafts(directory)
        writeWhole(file, `${JSON.stringify(store.state, null, 2)}\n`)
      } catch (failure) {
        const cause = failure instanceof LabError ? failure.cause : failure
        const why = whyNotWritten(cause) ?? whyNotWritten(failure)
        if (why === undefined) throw failure
        trouble = why
        say(`Your answers cannot be saved in .lab (${why}): the course goes on without.`)
      }
    },
  }
  return store
}

function isOfFormat1(text: string): boolean {
  return /"format": ?1\b/.test(text)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // It cannot be read, or is a directory: treated as damaged.
  }
}

/**
 * Begins again: the file gets another name.
 * @returns its new name, in `.lab`; undefined if there was none
 * @throws LabError if it cannot be renamed
 */
export function resetProgress(directory = place, now = new Date()): string | undefined {
  const file = join(directory, 'course.json')
  if (!existsSync(file)) return undefined
  const renamed = putAside(file, '', now)
  if (renamed !== undefined) return renamed
  throw new LabError('.lab/course.json could not be renamed', {
    means: 'the checkout is not writable',
    next: 'run the lab in a checkout where you may write',
  })
}

/** Renames to `course-2026-11-22.json`, with a number if there is one already. */
function putAside(file: string, why: string, now: Date): string | undefined {
  const day = now.toISOString().slice(0, 10)
  for (let number = 1; ; number++) {
    const parts = ['course', why, day, number === 1 ? '' : number].filter((part) => part !== '')
    const name = `${parts.join('-')}.json`
    const path = join(file, '..', name)
    if (existsSync(path)) continue
    try {
      renameSync(file, path)
      return name
    } catch {
      return undefined
    }
  }
}
