/** `npm start`: goes through the lessons, step by step, and saves where the reader is. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { type Chapter, mainChapters } from '../course/chapters.ts'
import {
  type ExerciseLesson,
  exerciseLessons,
  type Lesson,
  lessonOf,
  lessons,
} from '../course/lessons.ts'
import { toText } from '../course/markdown.ts'
import { exerciseServer } from '../exercises.ts'
import { capital, wrap } from '../report/format.ts'
import { durationText } from '../run/duration.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { Back } from './keyboard.ts'
import { placeOfLesson, type Runs } from './lesson-run.ts'
import { minutesOfLesson, stepsOf } from './lesson-steps.ts'
import { type CourseState, lessonState, type ProgressStore } from './progress-store.ts'
import { newSession, type Session, type Step } from './session.ts'
import { summaryLines } from './summary.ts'
import type { Workbench } from './task-step.ts'
import type { Output } from './terminal.ts'

export interface Course {
  output: Output
  runs: Runs
  store: ProgressStore
  /** The time, ISO 8601. */
  now(): string
  /** For attempts at tasks; without one their commands are shown. */
  workbench?: Workbench
  /** Shown before the welcome. */
  story?: readonly string[]
}

/**
 * Begins, or goes on where the reader stopped.
 * @throws Left if the reader leaves
 */
export async function goOn(course: Course): Promise<void> {
  const { output, runs, store, story = [] } = course
  await output.say(store.notes.flatMap((note) => wrap(note, '', output.columns)))
  const place = placeOf(store.state, runs)
  if (place !== undefined) {
    await output.say(['You go on where you stopped.', ''])
    return await walk(course, place)
  }
  const first = runs.lessons.find(({ id }) => !store.state.lessons[id]?.done)
  if (first === undefined) {
    await output.say(['You have gone through all of it.', ''])
    return await output.say(summaryLines(store.state, output.columns))
  }
  if (story.length > 0) {
    await output.say([title, '', ...story])
    await output.pause(`guess ${placeOfLesson(first).place}`).catch(unlessBack)
  }
  // The first heading follows at once: the first flame graph is to be seen soon.
  const welcome = welcomeLines(runs, store, output.columns)
  await output.say(story.length > 0 ? welcome : [title, ...welcome])
  await walk(course, { lesson: first, step: 0 })
}

/**
 * Opens a chapter.
 * @throws LabError if its page is not there; Left if the reader leaves
 */
export async function openChapter(chapter: Chapter, course: Course): Promise<void> {
  if (chapter.stage !== null) return await openLesson(lessonOf(chapter.stage), course)
  const { output, store } = course
  await output.say(store.notes.flatMap((note) => wrap(note, '', output.columns)))
  await showPage(chapter, course)
}

/**
 * Opens a lesson.
 * @throws Left if the reader leaves
 */
export async function openLesson(lesson: Lesson, course: Course): Promise<void> {
  const { output, runs, store } = course
  await output.say(store.notes.flatMap((note) => wrap(note, '', output.columns)))
  const own = lessonState(store.state, lesson.id)
  if (own.done !== null && own.step === null && (await wantsAgain(lesson, output))) {
    delete store.state.lessons[lesson.id]
  }
  const place = placeIn(lesson, lessonState(store.state, lesson.id).step, runs)
  await output.say([...wrap(keys, '', output.columns), ''])
  if (place.step > 0) await output.say(['You go on where you stopped.', ''])
  await walk(course, place)
}

/** Whether a lesson that is done is to be forgotten, and done again. */
async function wantsAgain({ id }: Lesson, output: Output): Promise<boolean> {
  const chosen = await output.choose({
    id: `again:${id}`,
    prompt: `You have done ${id}.`,
    options: [
      'look at it again; your guesses stay',
      'do it again from the start: guess and measure',
    ],
    skippable: false,
  })
  return chosen === 1
}

async function showPage(chapter: Chapter, { output, store, now }: Course): Promise<void> {
  const lines = await readPage(chapter, output.columns)
  store.state.opened[chapter.name] ??= now()
  store.save()
  await output.say(lines, true)
}

/**
 * A page of the docs as lines for a terminal.
 * @throws LabError if the checkout does not have it
 */
export async function readPage({ file }: Chapter, columns: number): Promise<string[]> {
  const text = await readFile(join(labRoot, file), 'utf8').catch((cause) => {
    throw new LabError(`${file} is not there`, {
      means: 'a copy of the checkout may have left it out',
      next: 'npm start -- --list',
      cause,
    })
  })
  return [paint.dim(file), '', ...toText(text, columns, file)]
}

const keys = 'Enter or Space goes on, s skips a question, b goes back a step, q or Ctrl-C leaves.'

const title = paint.bold('How a Redis clone gets fast: a profiling lab')

function welcomeLines(runs: Runs, store: ProgressStore, columns: number): string[] {
  const text = (words: string) => wrap(words, '', columns)
  const first = minutesOfLesson(lessons[0]!, runs)
  return [
    ...text(
      `${stages.length} small servers, each one change faster than the one before. You read the code and make a guess; only then is it run. ${lessons.length} lessons; the first takes some ${first} minutes with its chapter, and shows a flame graph soon.`,
    ),
    ...text(keys),
    ...text(
      store.canSave
        ? 'Stop whenever you like: npm start goes on where you stopped.'
        : 'Nothing can be saved this time.',
    ),
    ...(runs.replays
      ? text('Nothing is run here: every run is a recording of another machine.')
      : []),
    '',
  ]
}

/** What is said to a reader who leaves. */
export function leavingText({ state, canSave }: ProgressStore, runs: Runs): string {
  if (!canSave) return 'Your answers could not be saved this time.'
  const place = placeOf(state, runs)
  const where = place === undefined ? 'here' : `with ${placeText(place, runs)}`
  return `Your answers are saved; npm start goes on ${where}.`
}

/** A line for each chapter, with how far the reader is: `npm start -- --list`. */
export function listLines(state: CourseState, runs: Runs): string[] {
  const place = placeOf(state, runs)
  return [
    paint.bold(`${'chapter'.padEnd(16)}${'time'.padEnd(7)}what it is`),
    ...mainChapters().flatMap((chapter) => [
      listLine(chapter.name, `${chapter.minutes} min`, chapter.title, howFar(chapter, state, runs)),
      ...(chapter.file === `${exerciseServer}.md` ? exerciseLessons : []).map((lesson) =>
        exerciseLine(lesson, state, runs),
      ),
    ]),
    '',
    'The time of a stage is that of its chapter in docs/, with what is run and',
    'answered in it. The lesson here is the same in fewer words.',
    '',
    ...(place === undefined ? [] : [`npm start goes on with ${placeText(place, runs)}.`]),
    `${place === undefined ? 'npm start goes on where you stopped; ' : ''}npm start -- stage3 opens a chapter.`,
  ]
}

function listLine(name: string, time: string, title: string, far: string): string {
  return `${name.padEnd(16)}${time.padEnd(7)}${title} (${far})`
}

function exerciseLine(lesson: ExerciseLesson, state: CourseState, runs: Runs): string {
  const { id, exercise } = lesson
  const time = `${minutesOfLesson(lesson, runs)} min`
  return listLine(`  ${id}`, time, exercise.title, progressOf(lesson, state, runs))
}

function howFar({ name, stage }: Chapter, state: CourseState, runs: Runs): string {
  if (stage === null) return state.opened[name] === undefined ? 'not opened' : 'opened'
  return progressOf(lessonOf(stage), state, runs)
}

function progressOf(lesson: Lesson, state: CourseState, runs: Runs): string {
  const own = state.lessons[lesson.id]
  if (own === undefined) return 'not begun'
  const steps = stepsOf(lesson, runs)
  const step = steps.findIndex(({ id }) => id === own.step)
  if (own.done !== null) return step < 0 ? 'done' : 'done, opened again'
  return step <= 0 ? 'not begun' : `at step ${step + 1} of ${steps.length}`
}

/** Where one may go on. */
interface Place {
  lesson: Lesson
  /** Index among the steps of the lesson. */
  step: number
}

/** Where the reader stopped; undefined if they have not begun, or all is done. */
function placeOf({ at }: CourseState, runs: Runs): Place | undefined {
  const lesson = lessons.find(({ id }) => id === at?.lesson)
  return at === null || lesson === undefined ? undefined : placeIn(lesson, at.step, runs)
}

/** A step of a lesson by its name; one of another version of the lab is the first. */
function placeIn(lesson: Lesson, step: string | null, runs: Runs): Place {
  const at = stepsOf(lesson, runs).findIndex(({ id }) => id === step)
  return { lesson, step: Math.max(0, at) }
}

/** `stage 2, step 6 of 12: the run`. */
function placeText({ lesson, step }: Place, runs: Runs): string {
  const steps = stepsOf(lesson, runs)
  return `${placeOfLesson(lesson).place}, step ${step + 1} of ${steps.length}: ${steps[step]!.title}`
}

/**
 * Goes on from a place to the end of the course.
 * @throws Left if the reader leaves; all that was answered has been saved by then
 */
async function walk(course: Course, place: Place): Promise<void> {
  const { output, runs, store, now, workbench } = course
  const session = newSession(output, runs, store, now, workbench)
  const { state } = session
  let { lesson, step } = place
  for (;;) {
    const steps = stepsOf(lesson, runs)
    while (step < steps.length) step = await showStep(lesson, steps, step, session)
    const own = lessonState(state, lesson.id)
    own.done ??= now()
    own.step = null
    const following = runs.lessons[runs.lessons.indexOf(lesson) + 1]
    if (following === undefined) break
    lesson = following
    step = 0
    stopAt(state, lesson, stepsOf(lesson, runs)[0])
    session.save()
    const minutes = `${minutesOfLesson(lesson, runs)} min`
    const { place, title } = placeOfLesson(lesson)
    await pauseBetween(output, `${place}, ${title} (${minutes})`)
  }
  state.at = null
  session.save()
  await pauseBetween(output, 'how your guesses came out')
  await output.say(summaryLines(state, output.columns))
}

/** Waits between two lessons. */
async function pauseBetween(output: Output, next: string): Promise<void> {
  await output.pause(next).catch(unlessBack)
}

/** If there is no step to go back to, going back is going on. */
function unlessBack(failure: unknown): void {
  if (!(failure instanceof Back)) throw failure
}

/** Shows one step, and says what comes next; returns the number of the next one. */
async function showStep(
  lesson: Lesson,
  steps: readonly Step[],
  at: number,
  session: Session,
): Promise<number> {
  const { save, state, output } = session
  const next = steps[at + 1]
  let position = at
  try {
    stopAt(state, lesson, steps[at])
    save()
    output.head(headLines(lesson, steps, at, output.columns))
    const said = await steps[at]!.show(session)
    position++
    if (next === undefined) return position
    stopAt(state, lesson, next)
    save()
    const time = durationText(next.seconds)
    if (said !== 'goes on') await output.pause(`${next.title} (${time})`)
    return position
  } catch (failure) {
    if (!(failure instanceof Back)) throw failure
    await output.say([''])
    return Math.max(0, position - 1)
  }
}

function stopAt(state: CourseState, { id: lesson }: Lesson, step: Step | undefined): void {
  const id = step?.id ?? null
  lessonState(state, lesson).step = id
  state.at = id === null ? null : { lesson, step: id }
}

function headLines(lesson: Lesson, steps: readonly Step[], at: number, columns: number): string[] {
  const { title, seconds } = steps[at]!
  const place = `${capital(placeOfLesson(lesson).place)}, step ${at + 1} of ${steps.length}`
  const text = `# ${place}: ${title} (${durationText(seconds)})`
  return [...wrap(text, '', columns).map((line) => paint.bold(line)), '']
}
