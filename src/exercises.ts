/**
 * The exercises on the server in `docs/your-own-server/`, in order. What belongs to one is in
 * `course/ID.ts` there, with `ID.patch` that solves it; nothing outside names one.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RequestMix } from './load/http-mix.ts'
import { labRoot } from './run/server.ts'

/** The server, relative to the checkout. */
export const exerciseServer = 'docs/your-own-server'

/** What a course file exports as `exercise`. */
export interface ExerciseEntry {
  /** Its place among the exercises. */
  number: number
  title: string
  /** What its users say. */
  complaint: string
  /** What is requested. */
  mix: RequestMix
}

export interface Exercise extends ExerciseEntry {
  /** Name on the command line and of the copy in `mine/`. */
  id: string
}

const ids = readdirSync(join(labRoot, exerciseServer, 'course'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))

/** What the exercises export under a name, by id, in their order. */
export async function fromExercises<T>(
  name: 'exercise' | 'lesson' | 'task',
): Promise<Map<string, T>> {
  const modules = ids.map(
    async (id) => [id, await import(`../docs/your-own-server/course/${id}.ts`)] as const,
  )
  const found = (await Promise.all(modules)).sort(
    ([, a], [, b]) => a.exercise.number - b.exercise.number,
  )
  return new Map(found.map(([id, exported]) => [id, exported[name] as T]))
}

export const exercises: readonly Exercise[] = [
  ...(await fromExercises<ExerciseEntry>('exercise')),
].map(([id, entry]) => ({ id, ...entry }))

/** As they are typed. */
export const exerciseNames: readonly string[] = exercises.map(({ id }) => id)

/** Finds an exercise by its name; undefined if there is none. */
export function findExercise(word: string): Exercise | undefined {
  return exercises.find(({ id }) => id === word)
}

/** The directory of the server as it is before anything is fixed, absolute. */
export const original = join(labRoot, exerciseServer)

/** The patch that solves an exercise, relative to the checkout. */
export function patchOf({ id }: Pick<Exercise, 'id'>): string {
  return `${exerciseServer}/course/${id}.patch`
}

/**
 * The command that draws the flame graph of an exercise, as of any server.
 * @param directory of the server or a copy, relative to the checkout
 */
export function flameCommand(
  { id, mix }: Pick<Exercise, 'id' | 'mix'>,
  directory = exerciseServer,
): string {
  const load =
    mix.rare === undefined
      ? `--http http://127.0.0.1:3000${mix.path} --connections ${mix.connections}`
      : `--load "npx node ${exerciseServer}/customers.ts ${id}"`
  return `npm run flame -- ${directory}/main.ts ${load}`
}
