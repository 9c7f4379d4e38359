/** The form of a comparison as an order for the lab. */
import type { RunOrder, SweepOrder, TestName } from '../../api-types.ts'

export interface Form {
  /** Ids of servers; all of those that there are: nothing is said of them. */
  servers: readonly string[]
  known: readonly string[]
  /** `1, 16` */
  pipeline: string
  tests: readonly TestName[]
  quick: boolean
  /** '': none. */
  sweep: SweepOrder['over'] | ''
  /** `1, 4, 16, 64` */
  values: string
  /** The stage whose ingredients are left out one by one; '': none. */
  ablate: string
}

export type Ordered = { order: Extract<RunOrder, { kind: 'compare' }> } | { wrong: string }

/** @returns the order, or what has to be said otherwise first */
export function orderFrom(form: Form): Ordered {
  const { servers, known, tests, quick, sweep, ablate } = form
  if (tests.length === 0) return { wrong: 'choose at least one test' }
  const order: Extract<RunOrder, { kind: 'compare' }> = {
    kind: 'compare',
    quick,
    tests: [...tests],
  }
  if (ablate !== '') order.ablate = ablate
  else if (servers.length < known.length) {
    if (servers.length < 2) return { wrong: 'choose at least two servers' }
    order.servers = [...servers]
  }
  if (sweep !== '') {
    const values = numbersIn(form.values)
    if (values === undefined || values.length < 2 || values.length > 7) {
      return { wrong: 'a sweep wants 2 to 7 whole numbers, such as 1, 4, 16, 64' }
    }
    order.sweep = { over: sweep, values }
  }
  if (sweep !== 'pipeline') {
    const pipeline = numbersIn(form.pipeline)
    const most = sweep === '' ? 8 : 1
    if (pipeline === undefined || pipeline.length > most) {
      return {
        wrong:
          most === 1
            ? 'with a sweep over something else there is one pipeline, such as 16'
            : 'the pipeline is one or more whole numbers, such as 1, 16',
      }
    }
    order.pipeline = most === 1 ? pipeline[0]! : pipeline
  }
  return { order }
}

/** `1, 16` or `1 16`; undefined where something else stands there. */
function numbersIn(text: string): number[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  if (words.length === 0 || !words.every((word) => /^\d{1,7}$/.test(word))) return undefined
  return [...new Set(words.map(Number))].sort((a, b) => a - b)
}
