/** A comparison of targets, as a document: what was planned, every run, and the tables of them. */
import type { Tool } from '../load/options.ts'
import type { PercentilePoint, Summary } from '../load/summary.ts'
import type { TestName, Workload } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import type { Readings } from '../measure/counters.ts'
import type { Ticks } from '../measure/cpu-split.ts'
import type { Machine } from '../measure/machine.ts'
import type { MachineLoad } from '../measure/machine-load.ts'
import type { Ratio, Verdict } from '../measure/statistics.ts'
import type { Failure } from '../run/lab-error.ts'
import type { Optimization } from '../run/supported-stages.ts'
import type { RoundsEnd } from './auto-rounds.ts'
import type { InstructionRun } from './instruction-ratio.ts'

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
  /** Instructions are counted too, in separate runs. */
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

/** What a target allocates, from a separate run. */
export interface HeapRun {
  target: string
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  heap: Readings
}

/** What the keys of a workload cost a target, from a separate run. */
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
