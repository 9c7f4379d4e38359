/** What a room of machines comes to: each stage and each step over all of them. */
import { boundFrom } from '../experiment/comparison.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { median } from '../measure/statistics.ts'
import { stages } from '../stages.ts'
import type { Bundle, Reading, StepRatio } from './bundle.ts'
import type { Person } from './room.ts'

/** The figures of one machine; the recorded reference has them too. */
export type Figures = Pick<Bundle, 'readings' | 'ratios'>

export interface Spread {
  least: number
  middle: number
  most: number
  /** How many machines it is of. */
  count: number
}

/** One stage under SETs, one at a time or in batches; a row for each machine that ran it so. */
export interface StageTable {
  stage: string
  pipeline: number
  rows: { label: string; reading: Reading; clientBound: boolean }[]
  /** CPU a request, µs. */
  cpu: Spread | null
  /** Requests a second, of machines where the load generator was not the limit. */
  rate: Spread | null
  reference: Reading | null
}

/** A stage over the one before it. */
export interface StepTable {
  stage: string
  before: string
  pipeline: number
  /** How many times the throughput; client-bound machines left out, as theirs is the client's. */
  rate: Spread | null
  clientBound: number
  /** How many times the CPU a request. */
  cpu: Spread | null
  reference: { rate: number | null; cpu: number | null }
}

/** A counter that ought to be the same on every machine. */
export interface Counter {
  stage: string
  pipeline: number
  of: 'reads' | 'writes'
  spread: Spread | null
  /** Machines that cannot count it. */
  missing: number
  alike: boolean
}

export interface RoomFigures {
  stages: StageTable[]
  steps: StepTable[]
  counters: Counter[]
}

/** Counts differ by so much, as a share, before they are called different. */
const ALIKE = 0.02
/** Or by so much, calls a request: V8's helper threads add one now and then. */
const ALIKE_CALLS = 0.01

/** What the tables are of. */
const test = 'set'

/** The article's load, and the batches that the later stages are about. */
const pipelines = [1, 16] as const

/**
 * @param people the room
 * @param reference what was recorded; null where there is none
 */
export function roomFigures(people: readonly Person[], reference: Figures | null): RoomFigures {
  const tables = stages
    .flatMap(({ id }) => pipelines.map((load) => stageTable(id, load, people, reference)))
    .filter(({ rows }) => rows.length > 0)
  return {
    stages: tables,
    steps: stages
      .slice(1)
      .flatMap(({ id }, at) =>
        [1, 16]
          .map((pipeline) => stepTable(id, stages[at]!.id, pipeline, people, reference))
          .filter(({ rate, cpu, clientBound }) => rate !== null || cpu !== null || clientBound > 0),
      ),
    counters: tables.flatMap((table) => [counter(table, 'reads'), counter(table, 'writes')]),
  }
}

/** A run of the stage alone where there is one, since that knows its profile; else a comparison's. */
function readingOf({ readings }: Figures, stage: string, pipeline: number): Reading | undefined {
  const fit = readings.filter(
    (one) => one.stage === stage && one.test === test && one.pipeline === pipeline,
  )
  return fit.find(({ from }) => from === 'stage') ?? fit[0]
}

function stageTable(
  stage: string,
  pipeline: number,
  people: readonly Person[],
  reference: Figures | null,
): StageTable {
  const rows = people.flatMap(({ label, bundle }) => {
    const reading = readingOf(bundle, stage, pipeline)
    return reading === undefined ? [] : { label, reading, clientBound: isBound(reading) }
  })
  return {
    stage,
    pipeline,
    rows,
    cpu: spread(rows.map(({ reading }) => valueOrUndefined(reading.cpu)?.total)),
    rate: spread(
      rows.map(({ reading, clientBound }) => (clientBound ? undefined : reading.requestsPerSecond)),
    ),
    reference: (reference && readingOf(reference, stage, pipeline)) ?? null,
  }
}

function isBound({ clientBusy }: Reading): boolean {
  return (clientBusy ?? 0) >= boundFrom
}

interface Step {
  rate: number
  cpu: number | undefined
  clientBound: boolean
}

/** From interleaved rounds where they were made, else from two runs, one after the other. */
function stepOf(
  figures: Figures,
  stage: string,
  before: string,
  pipeline: number,
): Step | undefined {
  const fits = (one: StepRatio) =>
    one.stage === stage && one.before === before && one.test === test && one.pipeline === pipeline
  const compared = figures.ratios.find(fits)
  if (compared !== undefined) {
    const { rate, cpu, clientBound } = compared
    return { rate: rate.ratio, cpu: valueOrUndefined(cpu)?.ratio, clientBound }
  }
  const [after, base] = [stage, before].map((id) => readingOf(figures, id, pipeline))
  if (after === undefined || base === undefined) return undefined
  const [now, then] = [after.cpu, base.cpu].map(totalOf)
  return {
    rate: after.requestsPerSecond / base.requestsPerSecond,
    cpu: now === undefined || then === undefined ? undefined : now / then,
    clientBound: isBound(after) || isBound(base),
  }
}

function totalOf(cpu: Counted<{ total: number }>): number | undefined {
  return valueOrUndefined(cpu)?.total
}

function stepTable(
  stage: string,
  before: string,
  pipeline: number,
  people: readonly Person[],
  reference: Figures | null,
): StepTable {
  const steps = people.flatMap(({ bundle }) => stepOf(bundle, stage, before, pipeline) ?? [])
  const recorded = reference === null ? undefined : stepOf(reference, stage, before, pipeline)
  return {
    stage,
    before,
    pipeline,
    rate: spread(steps.map(({ rate, clientBound }) => (clientBound ? undefined : rate))),
    clientBound: steps.filter(({ clientBound }) => clientBound).length,
    cpu: spread(steps.map(({ cpu }) => cpu)),
    reference: {
      rate: recorded === undefined || recorded.clientBound ? null : recorded.rate,
      cpu: recorded?.cpu ?? null,
    },
  }
}

function counter({ stage, pipeline, rows }: StageTable, of: Counter['of']): Counter {
  const values = rows.map(({ reading }) => valueOrUndefined(reading[of]))
  const found = spread(values)
  const apart = found === null ? 0 : found.most - found.least
  return {
    stage,
    pipeline,
    of,
    spread: found,
    missing: values.filter((value) => value === undefined).length,
    alike: apart <= Math.max(ALIKE_CALLS, (found?.most ?? 0) * ALIKE),
  }
}

/** Null where no machine has it. */
export function spread(values: readonly (number | undefined)[]): Spread | null {
  const known = values.filter((value) => value !== undefined)
  if (known.length === 0) return null
  return {
    least: Math.min(...known),
    middle: median(known),
    most: Math.max(...known),
    count: known.length,
  }
}
