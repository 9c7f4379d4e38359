import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyPatch, parsePatch } from 'diff'
import { afterAll, describe, expect, it } from 'vitest'
import { type Exercise, exercises, findExercise, patchOf, unmended } from '../exercises.ts'
import { countExercise, type ExerciseCounterName } from '../experiment/exercise-counts.ts'
import { labRoot } from '../run/server.ts'
import { checkExercise } from './exercise-check.ts'
import { exerciseScreen } from './exercise-screen.ts'
import { exerciseTaskOf, judgeGoal } from './tasks.ts'

const made: string[] = []
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
})

/** A copy of the server in a directory of its own. */
function copyOfServer(): string {
  const directory = mkdtempSync(join(tmpdir(), 'lab-exercise-'))
  made.push(directory)
  for (const name of readdirSync(unmended).filter((name) => name.endsWith('.ts'))) {
    copyFileSync(join(unmended, name), join(directory, name))
  }
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n')
  symlinkSync(join(labRoot, 'node_modules'), join(directory, 'node_modules'))
  return directory
}

function mended(exercise: Exercise): string {
  const directory = copyOfServer()
  for (const one of parsePatch(readFileSync(join(labRoot, patchOf(exercise)), 'utf8'))) {
    const file = join(directory, one.newFileName!)
    const text = applyPatch(readFileSync(file, 'utf8'), one)
    if (text === false) throw new Error(`${patchOf(exercise)} does not fit ${one.newFileName}`)
    writeFileSync(file, text)
  }
  return directory
}

/** A copy with a change in one of its files. */
function changed(file: string, from: string, to: string): string {
  const directory = copyOfServer()
  const text = readFileSync(join(directory, file), 'utf8')
  if (text.split(from).length !== 2) throw new Error(`${file}: not there once: ${from}`)
  writeFileSync(
    join(directory, file),
    text.replace(from, () => to),
  )
  return directory
}

const silent = () => {}
/** So short, rounds say nothing of small differences; those here are tenfold. */
const short = { rounds: 2, seconds: 0.3, warmUpSeconds: 0.3 }
const race = { lengths: short, when: 'always' as const }

/** The counter that shows the cause of an exercise, and how many times less the mended one has. */
const shows: Record<string, [name: ExerciseCounterName, times: number]> = {
  orders: ['heap', 4],
  search: ['rare', 20],
  report: ['heap', 4],
  delivery: ['waits', 3],
}

/** The time that a count takes is that of thousands of requests; this only ends one that hangs, ms. */
const timeout = 240_000

describe.concurrent.each(exercises)('$id', { timeout }, (exercise) => {
  const task = exerciseTaskOf(exercise.id)

  it('is not solved by an untouched copy', async () => {
    const names = task.limits.map(({ counter }) => counter)
    const goal = judgeGoal(task, await countExercise(copyOfServer(), exercise, names))
    expect(goal.limits[0]).toMatchObject({ reached: false })
    expect(goal.limits[0]!.seen).toBeGreaterThan(goal.limits[0]!.atMost)
  })

  it('is solved by its patch: the same replies, and a counter that shows the cause', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const report = await checkExercise(mended(exercise), exercise, { seed, race }, silent)
    expect(report.replies.failure, `seed ${seed}`).toBeNull()
    expect(report.goal).toMatchObject({ reached: true })
    expect(exerciseScreen(report)).toMatch(/replies: \d+ are those of the unmended .* reached/s)
    const [name, times] = shows[exercise.id]!
    const [before, after] = [report.unmended![name], report.counters![name]]
    if ('missing' in before || 'missing' in after) throw new Error('nothing was counted')
    expect(before.value).toBeGreaterThan(times * after.value)
  })
})

describe.concurrent('a copy that answers otherwise', () => {
  const failureOf = async (directory: string, id: string) => {
    const options = { seed: 3, race: null }
    const report = await checkExercise(directory, findExercise(id)!, options, silent)
    expect(report).toMatchObject({ conforms: false, counters: null, goal: null })
    return report.replies.failure!
  }

  it('is told that the stored orders were changed', async () => {
    const copy = changed(
      'order-store.ts',
      'structuredClone(this.#orders) as Order[]',
      '[...this.#orders]',
    )
    const { request, what, means } = await failureOf(copy, 'orders')
    expect(request).toMatch(/^GET \/orders\/\d+$/)
    expect(what).toBe('the body')
    expect(means).toMatch(/must not be the ones that are stored/)
  })

  it('is told that it refuses what was taken', async () => {
    const copy = changed('validation.ts', '/^(\\w+\\s?)*$/', '/^\\w+( \\w+)*$/')
    expect((await failureOf(copy, 'search')).request).toMatch(/^GET \/products/)
  })

  it('is told that it sums up otherwise', async () => {
    const copy = changed('report.ts', 'Math.round(revenue', '(revenue')
    expect((await failureOf(copy, 'report')).request).toMatch(/^GET \/reports/)
  })

  it('is told what a reply that never comes means', async () => {
    const copy = changed(
      'quote.ts',
      'const order =',
      'setTimeout(() => process.exit(3)); const order =',
    )
    expect(await failureOf(copy, 'delivery')).toMatchObject({ what: 'the reply' })
  })
})

it('has a task and a counter for every exercise', () => {
  expect(exercises.map(({ number }) => number)).toEqual(exercises.map((_, at) => at + 1))
  for (const { id } of exercises) {
    expect(shows[id]).toBeDefined()
    expect(exerciseTaskOf(id).steps.map(({ hints }) => hints.length)).toEqual([3])
  }
})
