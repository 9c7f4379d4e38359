/** What `npm start` does, from the first word on. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { lessonOf, lessons } from '../course/lessons.ts'
import { toText } from '../course/markdown.ts'
import { wrap } from '../report/format.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import type { Chapter } from './chapters.ts'
import { durationText } from './duration.ts'
import type { Keeper } from './keeper.ts'
import type { Runs } from './runs.ts'
import { type CourseState, lessonState } from './state.ts'
import { secondsOf } from './steps.ts'
import { summaryLines } from './summary.ts'
import type { Teller } from './teller.ts'
import { makeWalk, type Place, placeIn, placeOf, placeText, walkFrom } from './walk.ts'

export interface Course {
  teller: Teller
  runs: Runs
  keeper: Keeper
  /** The time, ISO 8601. */
  now(): string
}

/**
 * Begins, or goes on where the reader stopped.
 * @throws Left where the reader leaves
 */
export async function goOn(course: Course): Promise<void> {
  const { teller, runs, keeper } = course
  await teller.say(keeper.notes.flatMap((note) => wrap(note, '', teller.columns)))
  const place = placeOf(keeper.state, runs)
  if (place !== undefined) {
    await teller.say(['You go on where you stopped.', ''])
    return await walk(course, place)
  }
  if (lessons.every(({ stage }) => keeper.state.lessons[stage]?.done)) {
    await teller.say(['You have gone through all of it.', ''])
    return await teller.say(summaryLines(keeper.state, teller.columns))
  }
  // The first heading follows at once: the first flame graph is to be seen soon.
  await teller.say(welcomeLines(runs, keeper, teller.columns))
  const first = lessons.find(({ stage }) => !keeper.state.lessons[stage]?.done)!
  await walk(course, { lesson: first, step: 0 })
}

/**
 * Opens a chapter.
 * @throws LabError where its page is not there; Left where the reader leaves
 */
export async function openChapter(chapter: Chapter, course: Course): Promise<void> {
  const { teller, runs, keeper } = course
  await teller.say(keeper.notes.flatMap((note) => wrap(note, '', teller.columns)))
  if (chapter.lesson === undefined) return await showPage(chapter, course)
  const lesson = lessonOf(chapter.lesson)
  const kept = lessonState(keeper.state, lesson.stage)
  if (kept.done !== null && kept.step === null && (await again(lesson, course))) {
    delete keeper.state.lessons[lesson.stage]
  }
  const place = placeIn(lesson, lessonState(keeper.state, lesson.stage).step, runs)
  await teller.say([...wrap(keys, '', teller.columns), ''])
  if (place.step > 0) await teller.say(['You go on where you stopped.', ''])
  await walk(course, place)
}

/** Whether a lesson that is done is to be forgotten, and done anew. */
async function again({ stage }: Lesson, { teller }: Course): Promise<boolean> {
  const chosen = await teller.choose({
    id: `again:${stage}`,
    prompt: `You have done ${stage}.`,
    options: ['look at it again; your guesses stay', 'do it anew: guess and measure again'],
    skippable: false,
  })
  return chosen === 1
}

async function walk({ teller, runs, keeper, now }: Course, place: Place): Promise<void> {
  await walkFrom(place, makeWalk(teller, runs, keeper, now))
}

async function showPage(chapter: Chapter, { teller, keeper, now }: Course): Promise<void> {
  const lines = await readPage(chapter, teller.columns)
  keeper.state.opened[chapter.name] ??= now()
  keeper.keep()
  await teller.say(lines, true)
}

/**
 * A page of the docs as lines for a terminal.
 * @throws LabError where the checkout does not have it
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

const keys = 'Enter goes on, s skips a question, b goes back a step, q or Ctrl-C leaves.'

function welcomeLines(runs: Runs, keeper: Keeper, columns: number): string[] {
  const text = (words: string) => wrap(words, '', columns)
  const seconds = lessons.map((lesson) => secondsOf(lesson, runs))
  const [least, most] = [Math.min(...seconds), Math.max(...seconds)].map(durationText)
  const all = durationText(seconds.reduce((sum, one) => sum + one, 0))
  return [
    paint.bold('How a Redis clone gets fast: a profiling lab'),
    ...text(
      `Five small servers, each one change faster than the last. You read code, guess, and only then is it run. ${lessons.length} lessons of ${least === most ? least : `${least?.replace(/ min$/, '')} to ${most}`}, ${all} in all.`,
    ),
    ...text(keys),
    ...text(
      keeper.keeps
        ? 'Stop whenever you like: npm start goes on where you stopped.'
        : 'Nothing can be kept this time.',
    ),
    ...(runs.replays
      ? text('Nothing is run here: every run is a recording of another machine.')
      : []),
    '',
  ]
}

/** What is said to a reader who leaves. */
export function farewell(state: CourseState, keeps: boolean, runs: Runs): string {
  if (!keeps) return 'Your answers could not be kept this time.'
  const place = placeOf(state, runs)
  const where = place === undefined ? 'here' : `with ${placeText(place, runs)}`
  return `Your answers are kept; npm start goes on ${where}.`
}
