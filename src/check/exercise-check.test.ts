import { afterAll, describe, expect, it } from 'vitest'
import { exercises, findExercise } from '../exercises.ts'
import type { ExerciseCounterName } from '../experiment/exercise-counts.ts'
import { checkExercise } from './exercise-check.ts'
import { exerciseScreen } from './exercise-screen.ts'
import { exerciseTaskOf, judgeGoal } from './tasks.ts'
import { copyOfExercise, edit, removeCopies, solveExercise } from './test-copies.ts'

afterAll(removeCopies)

const silent = () => {}
/** So short, rounds say nothing of small differences; those here are tenfold. */
const short = { rounds: 2, seconds: 0.15, warmUpSeconds: 0.05 }
const race = { lengths: short, when: 'always' as const }
/** Enough for V8 to compile what is hot, and for differences of that size. */
const count = 1000

/** The counter that shows the cause of an exercise, and how many times less the fixed one has. */
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

  it('is solved by its patch, and not before: a counter shows the cause', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31)
    const copy = copyOfExercise(exercise)
    solveExercise(copy, exercise)
    const report = await checkExercise(copy.id, exercise, { seed, count, race }, silent)
    expect(report.replies.failure, `seed ${seed}`).toBeNull()
    // The latency beside the original server is one of this machine, and of who else is at work.
    for (const limit of report.goal!.limits) {
      expect(limit).toMatchObject(limit.counter === 'others' ? {} : { reached: true })
      expect(limit.seen).not.toBeNull()
    }
    const [first] = judgeGoal(task, report.original!).limits
    expect(first).toMatchObject({ reached: false })
    expect(first!.seen).toBeGreaterThan(first!.atMost)
    expect(exerciseScreen(report)).toMatch(/replies: \d+ are those of the original .* reached/s)
    const [name, times] = shows[exercise.id]!
    const [before, after] = [report.original![name], report.counters![name]]
    if ('missing' in before || 'missing' in after) throw new Error('nothing was counted')
    expect(before.value).toBeGreaterThan(times * after.value)
  })
})

describe.concurrent('a copy that answers otherwise', () => {
  /** The report on a copy with a change in one of its files. */
  const failureOf = async (id: string, file: string, from: string, to: string) => {
    const exercise = findExercise(id)!
    const copy = copyOfExercise(exercise)
    edit(copy, file, [[from, to]])
    const report = await checkExercise(copy.id, exercise, { seed: 3, race: null }, silent)
    expect(report).toMatchObject({ conforms: false, counters: null, goal: null })
    return report.replies.failure!
  }

  it('is found to have changed the stored orders', async () => {
    const { request, what, means } = await failureOf(
      'orders',
      'order-store.ts',
      'structuredClone(this.#orders) as Order[]',
      '[...this.#orders]',
    )
    expect(request).toMatch(/^GET \/orders\/\d+$/)
    expect(what).toBe('the body')
    expect(means).toMatch(/must not be the ones that are stored/)
  })

  it('is found to refuse what the original accepts', async () => {
    const [from, to] = ['/^(\\w+\\s?)*$/', '/^\\w+( \\w+)*$/']
    expect((await failureOf('search', 'validation.ts', from, to)).request).toMatch(
      /^GET \/products/,
    )
  })

  it('is found to sum up differently', async () => {
    const failure = await failureOf('report', 'report.ts', 'Math.round(revenue', '(revenue')
    expect(failure.request).toMatch(/^GET \/reports/)
  })

  it('gets the meaning of a reply that never comes', async () => {
    const to = 'setTimeout(() => process.exit(3)); const order ='
    expect(await failureOf('delivery', 'quote.ts', 'const order =', to)).toMatchObject({
      what: 'the reply',
    })
  })
})

it('has a task and a counter for every exercise', () => {
  expect(exercises.map(({ number }) => number)).toEqual(exercises.map((_, at) => at + 1))
  for (const { id } of exercises) {
    expect(shows[id]).toBeDefined()
    expect(exerciseTaskOf(id).steps.map(({ hints }) => hints.length)).toEqual([3])
  }
})
