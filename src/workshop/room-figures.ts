/** The figures of all machines of a room: each stage, each step, each counter. */
import type { Comparison } from '../experiment/comparison.ts'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { reading as readingOfCounter } from '../measure/counters.ts'
import { median } from '../measure/statistics.ts'
import { readComparison, readReferences } from '../report/reference.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
import type { Reading, StepRatio } from './bundle.ts'
import { type Figures, figuresIn } from './own-results.ts'
import type { Person } from './room.ts'

export interface Spread {
  least: number
  middle: number
  most: number
  /** Machines that have the figure. */
  count: number
}

/** SETs to one stage, with or without pipelining: a row for each machine that ran it. */
export interface StageTable {
  stage: string
  pipeline: number
  rows: { label: string; reading: Reading; clientBound: boolean }[]
  /** CPU per request, µs. */
  cpu: Spread | null
  /** Requests per second, without the machines on which the load generator was the bottleneck. */
  rate: Spread | null
  reference: Reading | null
}

/** A stage over the one before it. */
export interface StepTable {
  stage: string
  before: string
  pipeline: number
  /** Factor of the throughput, without the machines on which the load generator was the bottleneck. */
  rate: Spread | null
  /** The machines that were left out. */
  clientBound: number
  /** Factor of the CPU per request. */
  cpu: Spread | null
  reference: { rate: number | null; cpu: number | null }
}

/** A counter that should be equal on every machine. */
export interface Counter {
  stage: string
  pipeline: number
  of: 'reads' | 'writes'
  spread: Spread | null
  /** Machines that do not have it. */
  missing: number
  equal: boolean
}

/** The reference, as one more machine of the room. */
export interface Reference {
  reports: StageReport[]
  comparison: Comparison | null
  figures: Figures
}

/** Reads the reference; null if there is none, which a room can be shown without. */
export async function readReference(): Promise<Reference | null> {
  const reports = await readReferences().catch(() => [])
  if (reports.length === 0) return null
  const comparison = await readComparison().catch(() => null)
  const all = [...reports, ...(comparison === null ? [] : [comparison])].map(figuresIn)
  return {
    reports,
    comparison,
    figures: {
      readings: all.flatMap(({ readings }) => readings),
      ratios: all.flatMap(({ ratios }) => ratios),
    },
  }
}

export interface RoomFigures {
  stages: StageTable[]
  steps: StepTable[]
  counters: Counter[]
}

/** Counts that differ by less than this share are equal. */
const equalShare = 0.02
/** Or by less than this many calls per request: V8's helper threads add one now and then. */
const equalCalls = 0.01

/** The test that all tables are about. */
const test = 'set'

/** Without pipelining, as in the article, and the pipelines of the later stages. */
const pipelines = [1, 16] as const

/**
 * @param people the room
 * @param reference the recorded figures; null if there are none
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
        pipelines
          .map((pipeline) => stepTable(id, stages[at]!.id, pipeline, people, reference))
          .filter(({ rate, cpu, clientBound }) => rate !== null || cpu !== null || clientBound > 0),
      ),
    counters: tables.flatMap((table) => [counter(table, 'reads'), counter(table, 'writes')]),
  }
}

/** That of a run of the stage alone, which has a profile; else that of a comparison. */
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
    cpu: spread(rows.map(({ reading }) => cpuOf(reading))),
    rate: spread(
      rows.map(({ reading, clientBound }) => (clientBound ? undefined : reading.requestsPerSecond)),
    ),
    reference: (reference && readingOf(reference, stage, pipeline)) ?? null,
  }
}

function isBound({ clientBusy }: Reading): boolean {
  return isLoadGeneratorBound(clientBusy)
}

interface Step {
  rate: number
  cpu: number | undefined
  clientBound: boolean
}

/** From interleaved rounds, or else from two runs, one after the other. */
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
  const [now, then] = [after, base].map(cpuOf)
  return {
    rate: after.requestsPerSecond / base.requestsPerSecond,
    cpu: now === undefined || then === undefined ? undefined : now / then,
    clientBound: isBound(after) || isBound(base),
  }
}

/** µs per request; undefined if it was not counted. */
export function cpuOf({ counters }: Reading): number | undefined {
  return valueOrUndefined(readingOfCounter(counters, 'cpu'))
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
  const values = rows.map(({ reading }) => valueOrUndefined(readingOfCounter(reading.counters, of)))
  const found = spread(values)
  const apart = found === null ? 0 : found.most - found.least
  return {
    stage,
    pipeline,
    of,
    spread: found,
    missing: values.filter((value) => value === undefined).length,
    equal: apart <= Math.max(equalCalls, (found?.most ?? 0) * equalShare),
  }
}

/** Null if no machine has the figure. */
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
