/**
 * What the page may have run, as words of a command. Whatever comes in an order is checked against
 * lists and bounds first, so that nothing but the lab's own commands is ever started, and none of
 * them with words that the page made up.
 */

import { results as besideRedis } from '../article/beside-redis.ts'
import { mechanism } from '../article/mechanism.ts'
import { type ExerciseTask, exerciseTasks, type StageTask, tasks } from '../check/tasks.ts'
import { asTyped } from '../cli/command.ts'
import { findExercise } from '../exercises.ts'
import { sweepKeys } from '../experiment/comparison.ts'
import { findVariation, varyCommand } from '../experiment/variations.ts'
import { testNames } from '../load/workload.ts'
import { livePitfalls } from '../pitfalls/pitfalls.ts'
import { mineDirectory } from '../run/mine.ts'
import { stages } from '../stages.ts'
import type { ResultKind, RunOrder } from './api/index.ts'
import { lessonIn } from './course.ts'
import { wrongOrder } from './web-error.ts'

export interface Command {
  /** Relative to the checkout. */
  script: string
  words: string[]
  /** As a person types it. */
  typed: string
  /** What it saves; undefined if its output is all that there is. */
  saves: ResultKind | undefined
  /** What is done with its output: it is shown, or read as JSON; undefined: nothing. */
  prints?: 'text' | 'document'
}

/** A run that the page starts takes no more memory or connections than these, on any machine. */
const bounds = {
  clients: [1, 1000],
  pipeline: [1, 256],
  payload: [0, 65_536],
  keyspace: [1, 1_000_000],
} as const

type Fields = Record<string, unknown>

/** @throws WebError, 400, saying what is allowed */
export function readOrder(body: unknown): { order: RunOrder; command: Command } {
  if (body === null || typeof body !== 'object') throw wrongOrder('an order is wanted')
  const order = body as Fields
  return { order: order as unknown as RunOrder, command: commandFor(order) }
}

function commandFor(order: Fields): Command {
  switch (order.kind) {
    case 'lesson': {
      const { id, kind } = lessonIn(order.lesson)
      const typed = `lesson of ${id}`
      const saves = kind === 'exercise' ? kind : 'lesson'
      return { script: 'src/web/lesson-process.ts', words: [id], typed, saves }
    }
    case 'stage':
      return script('stage', [stageIn(order.stage), ...loadWords(order)], 'stage')
    case 'flame': {
      const alloc = order.alloc === true
      const words = [stageIn(order.stage), ...(alloc ? ['--alloc'] : []), ...quickWord(order)]
      return script('flame', words, alloc ? 'alloc' : 'flame')
    }
    case 'compare':
      return script('compare', compareWords(order), 'compare')
    case 'findings':
      return script('findings', quickWord(order), 'findings')
    case 'finding':
      return findingCommand(order.finding)
    case 'slider':
      return sliderCommand(order)
    case 'check':
      return checkCommand(order)
    case 'broken':
      return printing('broken', ['--only', pitfallIn(order.pitfall)])
    default:
      throw wrongOrder(
        'a run is of a lesson, a stage, a flame, a compare, findings, a finding, a slider, a check or a broken benchmark',
      )
  }
}

function script(name: string, words: string[], saves: ResultKind | undefined): Command {
  const typed = asTyped(`npm run ${name}`, words)
  return { script: `scripts/${name}.ts`, words: [...words, '--json'], typed, saves }
}

function printing(name: string, words: string[]): Command {
  return { ...script(name, words, undefined), prints: 'document' }
}

/** An exercise's goal is about its rounds as well; they follow only if the rest of it is reached. */
function checkCommand({ task, race }: Fields): Command {
  const id = findTask(task)?.id
  if (id === undefined) {
    throw wrongOrder(`a task is wanted: one of ${allTasks.map(({ id }) => id).join(', ')}`)
  }
  const raced = race === true ? [] : [findExercise(id) ? '--race-if-reached' : '--no-race']
  return printing('check', [`${mineDirectory}/${id}`, ...raced])
}

const allTasks: readonly (StageTask | ExerciseTask)[] = [...tasks, ...exerciseTasks]

/** The task of a stage or an exercise, by its id; undefined if there is none. */
export function findTask(wanted: unknown): StageTask | ExerciseTask | undefined {
  return allTasks.find(({ id }) => id === wanted)
}

function pitfallIn(wanted: unknown): string {
  const names = livePitfalls.map(({ name }) => name)
  return list([wanted], names, 'a pitfall')[0]!
}

function stageIn(value: unknown): string {
  const found = stages.find(({ id }) => id === value)
  if (found !== undefined) return found.id
  throw wrongOrder(`a stage is wanted: one of ${stages.map(({ id }) => id).join(', ')}`)
}

function quickWord({ quick }: Fields): string[] {
  return quick === true ? ['--quick'] : []
}

function loadWords(order: Fields): string[] {
  const words = quickWord(order)
  for (const name of Object.keys(bounds) as (keyof typeof bounds)[]) {
    const value = order[name]
    if (value !== undefined) words.push(`--${name}`, String(number(name, value)))
  }
  return [...words, ...testWords(order)]
}

function testWords({ tests }: Fields): string[] {
  if (tests === undefined) return []
  return ['--tests', list(tests, testNames, 'a list of tests').join(',')]
}

function compareWords(order: Fields): string[] {
  const { pipeline, servers, sweep, ablate, ...rest } = order
  const words = loadWords(rest)
  if (pipeline !== undefined) {
    const values = Array.isArray(pipeline) ? pipeline : [pipeline]
    words.push('--pipeline', numbers('pipeline', values))
  }
  if (servers !== undefined) {
    const known = [...stages.map(({ id }) => id), 'redis']
    words.push('--servers', list(servers, known, 'a list of servers').join(','))
  }
  if (sweep !== undefined) {
    const { over, values } = (sweep ?? {}) as Fields
    const key = sweepKeys.find((name) => name === over)
    if (key === undefined) throw wrongOrder(`a sweep is over one of ${sweepKeys.join(', ')}`)
    words.push('--sweep', `${key}=${numbers(key, values)}`)
  }
  if (ablate !== undefined) words.push('--ablate', stageIn(ablate))
  return words
}

function number(name: keyof typeof bounds, value: unknown): number {
  const [least, most] = bounds[name]
  const ok = Number.isInteger(value) && Number(value) >= least && Number(value) <= most
  if (ok) return Number(value)
  throw wrongOrder(`${name} is a whole number from ${least} to ${most}`)
}

function numbers(name: keyof typeof bounds, values: unknown): string {
  const all: unknown[] = Array.isArray(values) ? values : []
  if (all.length < 1 || all.length > 8) throw wrongOrder(`${name} is a list of one to eight`)
  return all.map((value) => number(name, value)).join(',')
}

function list(value: unknown, known: readonly string[], what: string): string[] {
  const all: unknown[] = Array.isArray(value) ? value : []
  const found = known.filter((name) => all.includes(name))
  if (found.length > 0 && all.every((one) => known.includes(one as string))) return found
  throw wrongOrder(`${what} is wanted, of ${known.join(', ')}`)
}

/** One value of an experiment; the points are read from where they are saved. */
function sliderCommand({ slider, value }: Fields): Command {
  const variation = findVariation(slider)
  if (variation === undefined) throw wrongOrder('there is no such experiment')
  const known = variation.values.find((one) => one === value)
  if (known === undefined) {
    throw wrongOrder(`the slider goes over ${variation.values.join(', ')}`)
  }
  const words = [variation.id, String(known)]
  const typed = varyCommand(variation, [known])
  return { script: 'scripts/vary.ts', words, typed, saves: undefined }
}

const claims = [...mechanism, ...besideRedis]

/** The command that shows a finding is our own text, not the page's. */
function findingCommand(id: unknown): Command {
  const claim = claims.find((one) => one.id === id)
  const match = /^npm run ([a-z]+)((?: \S+)*)$/.exec(claim?.command ?? '')
  if (match === null) throw wrongOrder('there is no such finding')
  const [typed, name, rest = ''] = match
  const words = rest.split(' ').filter((word) => word !== '' && word !== '--')
  // Who asked has a browser open, and sees the graphs there.
  if (name === 'flame') words.push('--text')
  return { script: `scripts/${name}.ts`, words, typed, saves: undefined, prints: 'text' }
}
