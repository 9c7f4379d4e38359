/**
 * What follows from the runs of a comparison: its tables, ratios and verdicts. No Node: the lab page
 * works with it as the commands do.
 */
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import type { TestName } from '../load/workload.ts'
import { type Counted, combine, valueOrUndefined } from '../measure/counted.ts'
import { type CounterId, type Readings, reading } from '../measure/counters.ts'
import { splitByTicks, type Ticks } from '../measure/cpu-split.ts'
import { judge, median, noiseFloor, ratioOfRounds, type TwinRounds } from '../measure/statistics.ts'
import type {
  Comparison,
  ComparisonPlan,
  HeapRun,
  Judged,
  KeyspaceRun,
  MeasuredRun,
  RatedRun,
  Row,
  Run,
  ShownComparison,
  Table,
} from './comparison.ts'
import { type InstructionRun, leastInstructions } from './instruction-ratio.ts'

/** What was counted in separate runs. */
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
