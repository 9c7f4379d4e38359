/** A comparison of servers: what was run, and what follows from it. */
import { loadavg } from 'node:os'
import type { PercentilePoint } from '../load/summary.ts'
import type { TestName } from '../load/workload.ts'
import { type Counted, combine } from '../measure/counted.ts'
import type { HeapPerRequest } from '../measure/heap.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import type { CpuSplit } from '../measure/process-counters.ts'
import {
  median,
  noiseFloor,
  type Ratio,
  type TwinRounds,
  type Verdict,
} from '../measure/statistics.ts'
import type { Emit } from '../run/events.ts'
import type { Optimization } from '../run/optimizations.ts'
import { type HeapRun, heapSteps, runHeapProbes } from './heap-runs.ts'
import { all, boundFrom, cpuRatio, cpuTotals, rateRatio, rates } from './ratios.ts'
import { type RoundsPlan, type Run, roundsSteps, runRounds } from './rounds.ts'
import { stopwatch } from './stopwatch.ts'
import { type Target, twinOf, whoseTwin } from './targets.ts'

export { boundFrom, cpuRatio, rateRatio, tookTurns } from './ratios.ts'

export const sweepKeys = ['pipeline', 'clients', 'payload', 'keyspace'] as const

/** Workloads that differ in one thing only. */
export interface Sweep {
  over: (typeof sweepKeys)[number]
  values: number[]
}

export interface Ablation {
  stage: string
  ingredients: readonly Optimization[]
}

/** What is to be compared, before the twin has been added. */
export interface ComparisonPlan extends RoundsPlan {
  /** Name of the target that the ratios are to. */
  baseline: string
  sweep: Sweep | null
  /** A stage whose ingredients are left out one by one, each as a target `no NAME`. */
  ablation?: Ablation
  /** What a reader must know of this comparison, a sentence each, e.g. that Redis is not there. */
  notes: readonly string[]
}

/** The document that `--json` prints. Times are in the units named; a request is one command. */
export interface Comparison {
  format: 1
  kind: 'comparison'
  /** When it was begun, ISO 8601. */
  at: string
  machine: Machine
  /** Programs that wanted a CPU in the minute before, on average; 0 on a quiet machine. */
  loadBefore: number
  plan: ComparisonPlan
  /** Two targets that are the same server. */
  twin: { name: string; of: string }
  tables: Table[]
  heap: HeapRun[]
  /** Every measured run, in the order in which they were made. */
  runs: Run[]
}

/** A ratio to the baseline, and what it says of the target. */
export type Judged = Ratio & { verdict: Verdict }

/** One workload, one test, all targets. */
export interface Table {
  /** Index into the plan's workloads. */
  workload: number
  test: TestName
  /** The noise floor of each, as a share: 0.04 is 4 %. Missing where it cannot be told, with why. */
  floor: { rate: Counted<number>; cpu: Counted<number> }
  /** The twin held against its original, by the interval and the floor like all the others. */
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
  /** Of the round with the middle throughput; null where the tool gives none. */
  percentiles: PercentilePoint[] | null
  /** µs a request. */
  cpu: Counted<CpuSplit>
  /** To the baseline; null in the baseline's own row. */
  cpuRatio: Counted<Judged> | null
  /** Calls a request. */
  reads: Counted<number>
  writes: Counted<number>
  residentBytes: Counted<number>
  heap: Counted<HeapPerRequest>
  /** Share of a core that the load generator took, 0 to 1; null where it cannot be known. */
  clientBusy: number | null
  /** Share of a core that the server took, 0 to 1 and above; null where it cannot be known. */
  serverBusy: number | null
  /** Whether the load generator was the bottleneck: then the rate is the client's. */
  clientBound: boolean
}

/**
 * Compares: the timed rounds with a twin added, then what the heap says.
 * @throws LabError naming the target that does not start, answers wrongly or dies
 */
export async function compare(plan: ComparisonPlan, emit: Emit): Promise<Comparison> {
  const at = new Date().toISOString()
  const machine = readMachine()
  const loadBefore = loadavg()[0]!
  const original = whoseTwin(plan.targets)
  const twin = twinOf(original)
  const targets: Target[] = [...plan.targets, twin]
  const full = { ...plan, targets }
  const clock = stopwatch({ ...roundsSteps(full), ...heapSteps(plan) }, emit)
  const runs = await runRounds(full, emit, undefined, clock)
  const heap = await runHeapProbes(plan, emit, clock)
  const pair = { name: twin.name, of: original.name }
  const tables = tabulate(full, pair, runs, heap)
  return {
    format: 1,
    kind: 'comparison',
    at,
    machine,
    loadBefore,
    plan: full,
    twin: pair,
    tables,
    heap,
    runs,
  }
}

/**
 * Works out what follows from the runs; the same for the same runs. The noise floor of a workload
 * is taken over all its tests together: a handful of rounds of one test would know it badly.
 */
export function tabulate(
  { targets, workloads, tests, baseline }: ComparisonPlan,
  twin: Comparison['twin'],
  runs: readonly Run[],
  heap: readonly HeapRun[],
): Table[] {
  return workloads.flatMap((_, workload) => {
    const of = (name: string, test: TestName) =>
      runs
        .filter((run) => run.workload === workload && run.summary.test === test)
        .filter((run) => run.target === name)
        .sort((a, b) => a.round - b.round)
    const twins = tests.map((test) => [of(twin.of, test), of(twin.name, test)] as const)
    const floor = {
      rate: floorOf(twins, (runs) => ({ value: rates(runs) })),
      cpu: floorOf(twins, cpuTotals),
    }
    return tests.map((test, at) => {
      const [one, other] = twins[at]!
      const base = of(baseline, test)
      const rows = targets.map(({ name }): Row => {
        const own = of(name, test)
        const found = heap.find(
          (run) => run.workload === workload && run.test === test && run.target === name,
        )
        const isBase = name === baseline
        return {
          target: name,
          ...medians(own),
          rateRatio: isBase ? null : rateRatio(own, base, floor.rate),
          cpuRatio: isBase ? null : cpuRatio(own, base, floor.cpu),
          heap: found?.heap ?? { missing: 'not looked into: it is the same server once more' },
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

function medians(runs: readonly Run[]): Omit<Row, 'target' | 'rateRatio' | 'cpuRatio' | 'heap'> {
  const middle = (pick: (run: Run) => number) => median(runs.map(pick))
  const counted = (pick: (run: Run) => Counted<number>) => {
    const values = all(runs, pick)
    return 'missing' in values ? values : { value: median(values.value) }
  }
  const cpu = all(runs, ({ server }) => server.cpuMicros)
  const busy = all(runs, ({ summary }) => ({ value: summary.client?.busy ?? Number.NaN }))
  const clientBusy = 'value' in busy ? median(busy.value) : Number.NaN
  const serverBusy = all(runs, ({ server, summary: { requestsPerSecond } }) =>
    combine(server.cpuMicros, server.cpuMicros, ({ total }) => (total * requestsPerSecond) / 1e6),
  )
  const bySpeed = runs.toSorted((a, b) => a.summary.requestsPerSecond - b.summary.requestsPerSecond)
  return {
    requestsPerSecond: middle(({ summary }) => summary.requestsPerSecond),
    latency: {
      p50: middle(({ summary }) => summary.latency.p50),
      p95: middle(({ summary }) => summary.latency.p95),
      p99: middle(({ summary }) => summary.latency.p99),
    },
    percentiles: bySpeed[runs.length >> 1]?.summary.percentiles ?? null,
    cpu:
      'missing' in cpu
        ? cpu
        : {
            value: {
              user: median(cpu.value.map(({ user }) => user)),
              system: median(cpu.value.map(({ system }) => system)),
              total: median(cpu.value.map(({ total }) => total)),
            },
          },
    reads: counted(({ server }) => server.reads),
    writes: counted(({ server }) => server.writes),
    residentBytes: counted(({ server }) => server.residentBytes),
    clientBusy: Number.isNaN(clientBusy) ? null : clientBusy,
    serverBusy: 'value' in serverBusy ? median(serverBusy.value) : null,
    clientBound: clientBusy >= boundFrom,
  }
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
