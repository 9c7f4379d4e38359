/**
 * A comparison of targets: the document, and what follows from its runs. No Node: the lab page works
 * with it as the commands do.
 */

import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import type { Tool } from '../load/options.ts'
import type { PercentilePoint, Summary } from '../load/summary.ts'
import type { TestName, Workload } from '../load/workload.ts'
import { type Counted, combine, valueOrUndefined } from '../measure/counted.ts'
import { type CounterId, type Readings, reading } from '../measure/counters.ts'
import { splitByTicks, type Ticks } from '../measure/cpu-split.ts'
import type { Machine } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import {
  judge,
  median,
  noiseFloor,
  type Ratio,
  ratioOfRounds,
  type TwinRounds,
  type Verdict,
} from '../measure/statistics.ts'
import type { Failure } from '../run/lab-error.ts'
import type { Optimization } from '../run/supported-stages.ts'
import type { RoundsEnd } from './auto-rounds.ts'
import { type InstructionRun, leastInstructions } from './instruction-ratio.ts'

/** Something that is measured, as the tables know it. */
export interface Target {
  /** Unlike all others: `stage4`, `stage4 again`. */
  name: string
  /** The stage that it is, or `redis`; or the directory of a reader's copy. */
  server: string
  /** The program of a server that is not the lab's: `valkey-server`; it has no `server` of the above. */
  path?: string
  /** It takes no part in workloads of more keys: to set them all would take minutes. */
  mostKeys?: number
  /** `server` is an entry file of the reader's own, absolute; Node's options for it. */
  entry?: { node?: string | undefined; nodeOptions?: string | undefined }
  /** Options of the server, e.g. to switch off one optimization of a stage. */
  args?: readonly string[]
}

export interface RoundsPlan {
  targets: readonly Target[]
  workloads: readonly Workload[]
  tests: readonly TestName[]
  tool: Tool
  /** How often each target has its turn with each test; with `auto`, at most. */
  rounds: number
  /** Rounds until the intervals are narrow enough. */
  auto?: boolean
  /** Length of a measured run, in seconds: a slow server gets fewer requests, not more time. */
  seconds: number
  /** Longest warm-up of a test, in seconds. */
  warmUpSeconds: number
}

export const sweepKeys = ['pipeline', 'clients', 'payload', 'keyspace'] as const

/** Workloads that differ in one thing only. */
export interface Sweep {
  over: (typeof sweepKeys)[number]
  values: number[]
}

export interface Ablation {
  stage: string
  optimizations: readonly Optimization[]
}

/** What is to be compared, before the A/A copy has been added. */
export interface ComparisonPlan extends RoundsPlan {
  /** Name of the target that the ratios are to. */
  baseline: string
  sweep: Sweep | null
  /** A stage whose optimizations are left out one by one, each as a target `no NAME`. */
  ablation?: Ablation
  /** Instructions are counted too, in runs of their own. */
  instructions?: boolean
  /** Why the rounds ended, if their number was not given. */
  roundsEnd?: RoundsEnd
  /** What a reader must know of this comparison, a sentence each, e.g. that Redis is not there. */
  notes: readonly string[]
}

/** The document that `--json` prints. Times are in the units named; a request is one command. */
export interface Comparison {
  format: 1
  kind: 'comparison'
  /** When it began, ISO 8601. */
  at: string
  machine: Machine
  /** Older results do not have it. */
  load?: MachineLoad
  plan: ComparisonPlan
  /** Two targets that are the same server. */
  twin: { name: string; of: string }
  tables: Table[]
  heap: HeapRun[]
  /** Of workloads with more than one key; older results do not have it. */
  keyspaces?: KeyspaceRun[]
  /** If the plan wants them. */
  instructions?: InstructionRun[]
  /** Every measured run, in the order in which they were made. */
  runs: Run[]
  /** Why it stopped before its end: the rounds of the plan are those that were complete. */
  failure?: Failure
}

/** One timed run. */
export interface MeasuredRun {
  summary: Summary
  /** What the server spent per request, as the operating system counted it during the run. */
  server: Readings
  /** Of its CPU time in the whole run. */
  ticks: Counted<Ticks>
}

/** A measured run and its place in the comparison. */
export interface Run extends MeasuredRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  /** From 1. */
  round: number
  /** Place among the targets of its round, from 1. */
  turn: number
}

/** What the ratio of two targets is taken from. */
export type RatedRun = Pick<Run, 'target' | 'workload' | 'round'> & {
  summary: Pick<Summary, 'test' | 'requestsPerSecond'>
  server: Pick<Readings, 'cpu'>
}

/** What is shown of a comparison: nine tenths of the document are what else is known of each run. */
export type ShownComparison = Omit<Comparison, 'runs'> & { runs: RatedRun[] }

export function shownComparison({ runs, ...rest }: ShownComparison): ShownComparison {
  const rated = runs.map(({ target, workload, round, summary, server: { cpu } }): RatedRun => {
    const { test, requestsPerSecond } = summary
    const server = cpu === undefined ? {} : { cpu }
    return { target, workload, round, summary: { test, requestsPerSecond }, server }
  })
  return { ...rest, runs: rated }
}

/** What a target allocates, from a run of its own. */
export interface HeapRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  heap: Readings
}

/** What the keys of a workload cost a target, from a run of its own. */
export interface KeyspaceRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  keyspace: Readings
}

/** A ratio to the baseline, and what it says of the target. */
export type Judged = Ratio & { verdict: Verdict }

/** Which figure two targets are compared by. */
export type Figure = 'rate' | 'cpu'

/** One workload, one test, all targets. */
export interface Table {
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  /** The noise floor of each, as a share: 0.04 is 4 %. Missing with the reason when it is not known. */
  floor: Record<Figure, Counted<number>>
  /** The A/A copy compared with its original, by the interval and the floor like all the others. */
  twin: { rate: Judged; cpu: Counted<Judged> }
  rows: Row[]
}

/** One target. Medians over the rounds. */
export interface Row {
  target: string
  requestsPerSecond: number
  /** To the baseline; null in the baseline's own row. */
  rateRatio: Judged | null
  /** ms. */
  latency: { p50: number; p95: number; p99: number }
  /** Of the round with the middle throughput; null if the tool reports none. */
  percentiles: PercentilePoint[] | null
  /** To the baseline, of CPU per request; null in the baseline's own row. */
  cpuRatio: Counted<Judged> | null
  /** Per request. User mode and kernel add up to `cpu`. */
  counters: Readings
  /** Share of a core that the load generator took, 0 to 1; null when it cannot be known. */
  clientBusy: number | null
  /** Share of a core that the server took, 0 to 1 and above; null when it cannot be known. */
  serverBusy: number | null
}

/** What was counted in runs of its own. */
export interface OwnRuns {
  heap?: readonly HeapRun[]
  keyspaces?: readonly KeyspaceRun[]
  instructions?: readonly InstructionRun[]
}

/**
 * Works out what follows from the runs; the same for the same runs. The noise floor of a workload
 * is taken over all its tests together: a handful of rounds of one test would know it badly.
 */
export function tabulate(
  { targets, workloads, tests, baseline }: ComparisonPlan,
  twin: Comparison['twin'],
  runs: readonly Run[],
  { heap = [], keyspaces = [], instructions = [] }: OwnRuns,
): Table[] {
  return workloads.flatMap((_, workload) => {
    const of = (name: string, test: TestName) => runsOf(runs, name, workload, test)
    const twins = tests.map((test) => [of(twin.of, test), of(twin.name, test)] as const)
    const floor = {
      rate: floorOf(twins, (runs) => ({ value: rates(runs) })),
      cpu: floorOf(twins, cpuTotals),
    }
    return tests.map((test, at) => {
      const [one, other] = twins[at]!
      const base = of(baseline, test)
      const present = targets.filter(({ name }) => of(name, test).length > 0)
      const rows = present.map(({ name }): Row => {
        const own = of(name, test)
        const filled = keyspaces.find((run) => run.workload === workload && run.target === name)
        const isOf = (run: Pick<HeapRun, 'target' | 'workload' | 'test'>) =>
          run.workload === workload && run.test === test && run.target === name
        const probed = heap.find(isOf)
        const counted = instructions.find(isOf)
        const isBase = name === baseline
        return {
          target: name,
          requestsPerSecond: median(rates(own)),
          rateRatio: isBase ? null : rateRatio(own, base, floor.rate),
          latency: {
            p50: median(own.map(({ summary }) => summary.latency.p50)),
            p95: median(own.map(({ summary }) => summary.latency.p95)),
            p99: median(own.map(({ summary }) => summary.latency.p99)),
          },
          percentiles: middleRun(own).summary.percentiles,
          cpuRatio: isBase ? null : cpuRatio(own, base, floor.cpu),
          counters: {
            ...mediansOf(own),
            ...(counted && { instructions: { value: leastInstructions(counted) } }),
            ...probed?.heap,
            ...filled?.keyspace,
          },
          clientBusy: clientBusy(own),
          serverBusy: serverBusy(own),
        }
      })
      return {
        workload,
        test,
        floor,
        twin: { rate: rateRatio(other, one, floor.rate), cpu: cpuRatio(other, one, floor.cpu) },
        rows,
      }
    })
  })
}

/** The runs of one target under one workload and test, in the order of the rounds. */
export function runsOf<Kind extends RatedRun>(
  runs: readonly Kind[],
  target: string,
  workload: number,
  test: TestName,
): Kind[] {
  return runs
    .filter((run) => run.workload === workload && run.summary.test === test)
    .filter((run) => run.target === target)
    .sort((a, b) => a.round - b.round)
}

/** Two targets compared within the rounds of a workload and test; undefined when one is not there. */
export function compareTargets(
  { runs, tables }: ShownComparison,
  a: string,
  b: string,
  workload: number,
  test: TestName,
): { rate: Judged; cpu: Counted<Judged> } | undefined {
  const table = tables.find((table) => table.workload === workload && table.test === test)
  const [own, base] = [runsOf(runs, a, workload, test), runsOf(runs, b, workload, test)]
  if (table === undefined || own.length === 0 || base.length === 0) return undefined
  return {
    rate: rateRatio(own, base, table.floor.rate),
    cpu: cpuRatio(own, base, table.floor.cpu),
  }
}

/** The ratio of two targets' throughput, from their runs of the same workload and test. */
export function rateRatio(
  own: readonly RatedRun[],
  base: readonly RatedRun[],
  floor: Counted<number>,
): Judged {
  const ratio = ratioOfRounds(rates(own), rates(base))
  return { ...ratio, verdict: judge(ratio, valueOrUndefined(floor) ?? null, 'greater') }
}

/** The ratio of their CPU per request; below 1 the first one is cheaper, and so the faster. */
export function cpuRatio(
  own: readonly RatedRun[],
  base: readonly RatedRun[],
  floor: Counted<number>,
): Counted<Judged> {
  return combine(cpuTotals(own), cpuTotals(base), (a, b) => {
    const ratio = ratioOfRounds(a, b)
    return { ...ratio, verdict: judge(ratio, valueOrUndefined(floor) ?? null, 'smaller') }
  })
}

/** A counter of every run; missing when it is missing in one of them, or not above 0. */
export function readingsOf(
  runs: readonly { server: Readings }[],
  id: CounterId,
): Counted<number[]> {
  const values: number[] = []
  for (const { server } of runs) {
    const counted = reading(server, id)
    if ('missing' in counted) return counted
    values.push(counted.value)
  }
  return { value: values }
}

/**
 * Whether client and server took turns: neither is the bottleneck, and yet the two together keep
 * little more than one core busy. Each waits for the other's whole batch then, and a rate counts the
 * client's work per request as well as the server's.
 */
export function tookTurns({ clientBusy, serverBusy }: Row): boolean {
  if (clientBusy === null || serverBusy === null || isLoadGeneratorBound(clientBusy)) return false
  return clientBusy > 0.3 && clientBusy + serverBusy < 1.2
}

/** Whether the A/A copy came out different from its original: then something disturbed the rounds. */
export function twinDiffers({ twin }: Table): boolean {
  return [twin.rate, valueOrUndefined(twin.cpu)].some(
    (judged) => judged !== undefined && judged.verdict !== 'inconclusive',
  )
}

function rates(runs: readonly RatedRun[]): number[] {
  return runs.map(({ summary }) => summary.requestsPerSecond)
}

/** CPU per request of every run, µs. */
function cpuTotals(runs: readonly RatedRun[]): Counted<number[]> {
  const totals = readingsOf(runs, 'cpu')
  if ('missing' in totals || totals.value.every((total) => total > 0)) return totals
  return { missing: 'a run was too short to see its CPU time' }
}

/**
 * The median of each counter. User mode and kernel are the median CPU in the proportions of all
 * rounds' ticks together: so they add up to it, and short rounds can be split as well.
 */
function mediansOf(runs: readonly Run[]): Readings {
  const ids = Object.keys(runs[0]?.server ?? {}) as CounterId[]
  const medians: Readings = Object.fromEntries(
    ids.map((id) => {
      const values = readingsOf(runs, id)
      return [id, combine(values, values, median)]
    }),
  )
  const cpu = reading(medians, 'cpu')
  const ticks = ticksOf(runs)
  if ('missing' in cpu || 'missing' in ticks) return medians
  return { ...medians, ...splitByTicks(cpu.value, ticks.value) }
}

function ticksOf(runs: readonly Run[]): Counted<Ticks> {
  const sum: Ticks = { user: 0, kernel: 0 }
  for (const { ticks } of runs) {
    if ('missing' in ticks) return ticks
    sum.user += ticks.value.user
    sum.kernel += ticks.value.kernel
  }
  return { value: sum }
}

function clientBusy(runs: readonly Run[]): number | null {
  const shares = runs.map(({ summary }) => summary.client?.busy)
  return shares.includes(undefined) ? null : median(shares as number[])
}

function serverBusy(runs: readonly Run[]): number | null {
  const shares = runs.map(busyIn)
  return shares.includes(undefined) ? null : median(shares as number[])
}

/** Share of one core that the server used in a run; above 1 if it was more than one. */
export function busyIn({ summary, server }: MeasuredRun): number | undefined {
  const cpu = reading(server, 'cpu')
  return 'value' in cpu ? (cpu.value * summary.requestsPerSecond) / 1e6 : undefined
}

function middleRun(runs: readonly Run[]): Run {
  const bySpeed = runs.toSorted((a, b) => a.summary.requestsPerSecond - b.summary.requestsPerSecond)
  return bySpeed[bySpeed.length >> 1]!
}

function floorOf(
  twins: readonly (readonly [readonly Run[], readonly Run[]])[],
  pick: (runs: readonly Run[]) => Counted<number[]>,
): Counted<number> {
  const pairs: TwinRounds[] = []
  for (const [one, other] of twins) {
    const [a, twin] = [pick(one), pick(other)]
    if ('missing' in a) return a
    if ('missing' in twin) return twin
    pairs.push({ a: a.value, twin: twin.value })
  }
  const floor = noiseFloor(pairs)
  return floor === null ? { missing: 'too few rounds to know it' } : { value: floor }
}
