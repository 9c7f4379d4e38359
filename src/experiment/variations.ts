/**
 * Experiments in which one figure is varied, and what it does is counted: in the lab page by a slider,
 * in a terminal by `npm run vary`. No Node: the page uses it too.
 */
import type { Summary } from '../load/summary.ts'
import type { TestName } from '../load/workload.ts'
import type { CounterId, Readings } from '../measure/counters.ts'
import { whole } from '../measure/format.ts'
import type { Machine } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'

export const variationIds = ['receive-buffer', 'pipeline'] as const
export type VariationId = (typeof variationIds)[number]

export interface Variation {
  id: VariationId
  /** Id of the stage that is measured. */
  stage: string
  /** `Size of the receive buffer` */
  title: string
  /** What a value is in the stage as it is, and what is varied, a sentence each. */
  about: string
  test: TestName
  /** What may be chosen, rising. */
  values: readonly number[]
  /** That of the stage as it is; undefined if it has none. */
  usual: number
  /** Its chart, and what a reader may guess; the first of `counters`. */
  counters: readonly CounterId[]
  /** What is guessed: `read(2) calls per SET`. */
  guess: string
}

const powers = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => 2 ** (from + at))

export const variations: readonly Variation[] = [
  {
    id: 'receive-buffer',
    stage: 'stage2',
    title: 'Size of the receive buffer',
    about:
      'Stage 2 is started with a buffer of another size in its `reader.ts`, and nothing else is changed. It is sent SETs of 45 bytes by 50 clients, each of which waits for its reply.',
    test: 'set',
    values: powers(4, 16),
    usual: 8192,
    counters: ['reads', 'cpu'],
    guess: 'read(2) calls per SET',
  },
  {
    id: 'pipeline',
    stage: 'stage4',
    title: 'Requests per batch',
    about:
      'Stage 4 stays as it is. Each of 50 clients sends this many SETs in one batch, and waits for all the replies before it sends the next one.',
    test: 'set',
    values: powers(0, 6),
    usual: 1,
    counters: ['cpu', 'writes'],
    guess: 'CPU per SET, µs',
  },
]

/** The experiment of that name; undefined if there is none. */
export function findVariation(id: unknown): Variation | undefined {
  return variations.find((one) => one.id === id)
}

/** A value as text: `64 bytes`, `8 KiB`, `batches of 16`, `one at a time`. */
export function valueText({ id }: Pick<Variation, 'id'>, value: number): string {
  if (id === 'pipeline') return value === 1 ? 'one at a time' : `batches of ${value}`
  return value < 1024 ? `${value} bytes` : `${whole(value / 1024)} KiB`
}

/** The command that measures values in a terminal. */
export function varyCommand({ id }: Pick<Variation, 'id'>, values: readonly number[]): string {
  return `npm run vary -- ${[id, ...values].join(' ')}`
}

/** One measured value. */
export interface VariedPoint {
  value: number
  summary: Pick<Summary, 'requests' | 'requestsPerSecond' | 'client'>
  /** Of the server, per request. */
  server: Readings
}

/** A run of an experiment, as it is saved. */
export interface Varied {
  format: 1
  variation: VariationId
  /** ISO 8601. */
  at: string
  machine: Machine
  load: MachineLoad
  points: VariedPoint[]
}
