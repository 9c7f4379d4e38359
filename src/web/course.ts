/** What the reader guesses and answers in the page; saved where `npm start` saves it. */
import { basename } from 'node:path'
import {
  exerciseTasks,
  nextStep,
  readReached,
  type TaskStep,
  tasks,
  wasChecked,
} from '../check/tasks.ts'
import { readChapters } from '../course/chapters.ts'
import { type Lesson, lessons } from '../course/lessons.ts'
import type { Guess, Prediction } from '../course/prediction.ts'
import { exerciseServer } from '../exercises.ts'
import { recordedRun, recordIn, recordingOf, savedRun } from '../walkthrough/lesson-run.ts'
import { judgeAll } from '../walkthrough/predictions.ts'
import {
  type CourseState,
  type LessonState,
  lessonState,
  openProgress,
  type ProgressStore,
  type RunRecord,
} from '../walkthrough/progress-store.ts'
import type { CourseData, LessonProgress, OutcomeCard } from './api/index.ts'
import type { Results } from './results.ts'
import { wrongOrder } from './web-error.ts'

export interface CoursePlace {
  results: Results
  /** Where the course is saved, in place of `.lab`. */
  directory?: string | undefined
  /** In place of the checkout: where it is saved which steps of the tasks are reached. */
  copies?: string | undefined
}

/** Read again each time: `npm start` in a terminal writes it, too. */
function open({ directory }: CoursePlace, notes: string[]): ProgressStore {
  const store = openProgress((line) => notes.push(line), directory)
  notes.push(...store.notes)
  return store
}

export async function readCourse(
  place: CoursePlace,
  said: readonly string[] = [],
): Promise<CourseData> {
  const notes = [...said]
  const { state } = open(place, notes)
  const known = new Set((await place.results.list()).map(({ id }) => id))
  const entries = lessons.map((lesson) => [
    lesson.id,
    progressOf(lesson, state, known, place.copies),
  ])
  return { lessons: Object.fromEntries(entries), notes }
}

/** That of all exercises. */
const exercisesChapter = basename(exerciseServer)

function progressOf(
  lesson: Lesson,
  { lessons, opened }: CourseState,
  known: ReadonlySet<string>,
  copies: string | undefined,
): LessonProgress {
  const own = lessons[lesson.id]
  const { guesses = {}, outcomes = {}, answers = {}, run = null, done = null } = own ?? {}
  const because = new Map(lesson.predictions.map((one) => [one.id, one.because]))
  const cards = Object.entries(outcomes).map(([id, outcome]): [string, OutcomeCard] => [
    id,
    { ...outcome, because: outcome.recorded?.because ?? outcome.because ?? because.get(id) ?? '' },
  ])
  return {
    guesses,
    outcomes: Object.fromEntries(cards),
    answers,
    run: run && { ...run, result: resultOf(run, known) },
    done,
    read: opened[lesson.kind === 'stage' ? lesson.id : exercisesChapter] ?? done,
    tried: wasChecked(lesson.id, copies),
    solved: isSolved(lesson.id, copies),
  }
}

function isSolved(id: string, copies: string | undefined): boolean {
  const task = [...tasks, ...exerciseTasks].find((one) => one.id === id)
  return task !== undefined && nextStep<TaskStep>(task, readReached(id, copies)) === undefined
}

function resultOf({ recorded, directory }: RunRecord, known: ReadonlySet<string>): string | null {
  if (recorded) return 'reference'
  const name = basename(directory)
  return known.has(name) ? name : null
}

/**
 * Keeps a guess; null: the reader would not say.
 * @throws WebError, 400, if it is no guess at that prediction
 */
export async function guess(body: unknown, place: CoursePlace): Promise<CourseData> {
  const order = (body ?? {}) as Record<string, unknown>
  const lesson = lessonIn(order.lesson)
  const prediction = lesson.predictions.find(({ id }) => id === order.prediction)
  if (prediction === undefined) throw wrongOrder('there is no such prediction')
  const said = readGuess(prediction, order.guess)
  const at = new Date().toISOString()
  return await change(lesson, place, (own) => {
    own.guesses[prediction.id] = { guess: said, at }
    // What was judged by an earlier guess is judged no more.
    delete own.outcomes[prediction.id]
  })
}

function readGuess(prediction: Prediction, said: unknown): Guess | null {
  if (said === null) return null
  switch (prediction.kind) {
    case 'number':
    case 'percent':
      if (typeof said === 'number' && Number.isFinite(said)) return said
      throw wrongOrder('a number is wanted')
    case 'choice':
      if (typeof said === 'string' && prediction.options.includes(said)) return said
      throw wrongOrder('one of the options is wanted')
    case 'ranking': {
      const list: unknown[] = Array.isArray(said) ? said : []
      const items = prediction.items.filter((item) => list.includes(item))
      if (items.length === list.length && items.length === prediction.items.length) {
        return list as string[]
      }
      throw wrongOrder('all items are wanted, each once, from the first to the last')
    }
  }
}

/** Keeps that a chapter was read to its end. @throws WebError, 400, if there is no such chapter */
export async function readChapter(body: unknown, place: CoursePlace): Promise<CourseData> {
  const { chapter } = (body ?? {}) as Record<string, unknown>
  const found = readChapters().find(({ name }) => name === chapter)
  if (found === undefined) throw wrongOrder('there is no such chapter')
  const notes: string[] = []
  const store = open(place, notes)
  store.state.opened[found.name] ??= new Date().toISOString()
  store.save()
  return await readCourse(place, notes)
}

/** Keeps the answer to a question; null: skipped. @throws WebError, 400 */
export async function answer(body: unknown, place: CoursePlace): Promise<CourseData> {
  const order = (body ?? {}) as Record<string, unknown>
  const lesson = lessonIn(order.lesson)
  const question = lesson.questions.find(({ id }) => id === order.question)
  if (question === undefined) throw wrongOrder('there is no such question')
  const { chosen } = order
  const known = typeof chosen === 'number' && question.options[chosen] !== undefined
  if (chosen !== null && !known) throw wrongOrder('one of the options is wanted')
  const right = chosen === question.answer
  const at = new Date().toISOString()
  return await change(lesson, place, (own) => {
    own.answers[question.id] = { chosen: chosen as number | null, right, at }
  })
}

/** Judges the guesses by the recording: for a machine on which the stage cannot be run. */
export async function judgeByRecording(body: unknown, place: CoursePlace): Promise<CourseData> {
  const lesson = lessonIn(((body ?? {}) as Record<string, unknown>).lesson)
  if (lesson.kind === 'exercise') throw wrongOrder('there is no recording of an exercise: run it')
  const run = await recordedRun(lesson)
  return await change(lesson, place, (own) => {
    own.run = run.record
    judgeAll(lesson, own, run, undefined)
  })
}

/** Judges the guesses of a lesson by a run of its lesson that has just been saved. */
export async function judgeByRun(
  id: string,
  directory: string,
  place: CoursePlace,
): Promise<CourseData> {
  const lesson = lessonIn(id)
  const record = await recordIn(directory, lesson).catch(() => undefined)
  const run = record && (await savedRun(record, lesson))
  if (run === undefined) return await readCourse(place, ['the run could not be read again'])
  const recording = await recordingOf(lesson)
  return await change(lesson, place, (own) => {
    own.run = run.record
    judgeAll(lesson, own, run, recording)
  })
}

async function change(
  lesson: Lesson,
  place: CoursePlace,
  alter: (own: LessonState) => void,
): Promise<CourseData> {
  const notes: string[] = []
  const store = open(place, notes)
  alter(lessonState(store.state, lesson.id))
  store.save()
  return await readCourse(place, notes)
}

/** @throws WebError, 400, if there is none */
export function lessonIn(wanted: unknown): Lesson {
  const lesson = lessons.find(({ id }) => id === wanted)
  if (lesson !== undefined) return lesson
  throw wrongOrder(`a lesson is wanted: one of ${lessons.map(({ id }) => id).join(', ')}`)
}
