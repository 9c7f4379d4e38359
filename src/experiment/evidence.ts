/** Takes the figures that the article's claims are checked against. */
import type { BesideRedis, Evidence } from '../article/evidence.ts'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { defaultTests, defaultWorkload, type TestName } from '../load/workload.ts'
import { type Counted, combine, valueOrUndefined } from '../measure/counted.ts'
import { type CounterId, reading } from '../measure/counters.ts'
import type { PerfStat } from '../measure/perf-stat.ts'
import { judge, type Ratio, ratioOfRounds } from '../measure/statistics.ts'
import { beforeOthers, type Emit, stepsOf } from '../run/events.ts'
import { LabError } from '../run/lab-error.ts'
import { stageProgram } from '../run/program.ts'
import { otherRedis, startStage, whyNoRedis } from '../run/server.ts'
import { stagesHere } from '../run/supported-stages.ts'
import { stages } from '../stages.ts'
import { compare } from './compare.ts'
import type { Comparison, Judged, Row, Run, Table, Target } from './comparison.ts'
import { respLoad } from './loads.ts'
import { profileProgram } from './profile.ts'
import { countServer } from './stat.ts'
import { compareTargets, readingsOf, runsOf } from './tabulate.ts'
import { stageTarget } from './targets.ts'

/** Lengths in seconds. */
export interface EvidenceLengths {
  rounds: number
  run: number
  warmUp: number
  profile: number
}

export const normalEvidence: EvidenceLengths = { rounds: 9, run: 1, warmUp: 1, profile: 6 }
export const quickEvidence: EvidenceLengths = { rounds: 6, run: 0.5, warmUp: 0.5, profile: 3 }

/** What profile and counts take beyond their runs, in seconds: to start, to name the frames. */
const BESIDES = 8

export interface Gathered {
  evidence: Evidence
  /** What the ratios were taken from, with every round. */
  comparison: Comparison
}

/** The article's load, and the same in batches. */
const oneKey = [defaultWorkload, { ...defaultWorkload, pipeline: 16 }]
/** Indices into them. */
const [UNPIPELINED, PIPELINED] = [0, 1] as const
/** Keys of the workloads that the article does not have. */
const manyKeys = 1_000_000

/**
 * Compares all stages and the real Redis, profiles stage 1 and counts its cache misses. If Redis,
 * perf or a counter is missing, the figures that want it say so.
 * @param keys whether all take part with a million keys too, of which the article claims nothing
 * @throws LabError if a stage does not start, answers wrongly or dies
 */
export async function gatherEvidence(
  lengths: EvidenceLengths,
  emit: Emit,
  { keys = false } = {},
): Promise<Gathered> {
  const noRedis = whyNoRedis()
  const note = noRedis ?? otherRedis()
  const { here, notes } = stagesHere()
  const targets: Target[] = here.map(stageTarget)
  if (noRedis === undefined) targets.push({ name: 'redis', server: 'redis' })
  const comparison = await compare(
    {
      targets,
      baseline: noRedis === undefined ? 'redis' : 'stage1',
      workloads: [
        ...oneKey,
        ...(keys ? oneKey.map((one) => ({ ...one, keyspace: manyKeys })) : []),
      ],
      tests: [...defaultTests],
      tool: 'lab',
      rounds: lengths.rounds,
      seconds: lengths.run,
      warmUpSeconds: lengths.warmUp,
      sweep: null,
      notes: note === undefined ? [...notes] : [note, ...notes],
    },
    beforeOthers(emit, lengths.profile + 3 * lengths.warmUp + 2 * lengths.run + BESIDES),
  )
  const stage1Shares = await orMissing(shares(lengths, emit))
  const misses = await orMissing<Evidence['missRates']>(
    countMisses(lengths, emit).then((value) => ({ value })),
  )
  const missRates = 'value' in misses ? misses.value : { cache: misses, l1d: misses, dtlb: misses }
  return {
    evidence: { ...fromComparison(comparison, noRedis), stage1Shares, missRates },
    comparison,
  }
}

/** What was measured before is saved when a later part fails: its figures are missing, and say why. */
async function orMissing<T>(part: Promise<Counted<T>>): Promise<Counted<T>> {
  try {
    return await part
  } catch (failure) {
    if (failure instanceof LabError) return { missing: failure.message }
    throw failure
  }
}

/** What follows from a comparison of all stages, and of Redis if it was there. */
export function fromComparison(
  comparison: Comparison,
  noRedis: string | undefined,
): Omit<Evidence, 'stage1Shares' | 'missRates'> {
  const set = tableOf(comparison, UNPIPELINED, 'set')
  const pipelinedGet = tableOf(comparison, PIPELINED, 'get')
  // Where the article ends: a server on the platform's own event loop.
  const last = 'stage4'
  return {
    stage1Reads: reading(rowOf(set, 'stage1').counters, 'reads'),
    stage2Reads: reading(rowOf(set, 'stage2').counters, 'reads'),
    stage1Kernel: kernelOverUser(comparison, 'stage1'),
    buffering: rateRatio(comparison, 'stage2', 'stage1', 'set'),
    walking: userCpuRatio(comparison, 'stage3', 'stage2'),
    pooling: userCpuRatio(comparison, 'stage4', 'stage3'),
    stage3Bytes: reading(rowOf(pipelinedGet, 'stage3').counters, 'heapBytes'),
    stage4Bytes: reading(rowOf(pipelinedGet, 'stage4').counters, 'heapBytes'),
    besideRedis: {
      set:
        noRedis === undefined ? { value: beside(comparison, last, 'set') } : { missing: noRedis },
      get:
        noRedis === undefined ? { value: beside(comparison, last, 'get') } : { missing: noRedis },
    },
  }
}

async function shares(
  { profile, warmUp }: EvidenceLengths,
  emit: Emit,
): Promise<Evidence['stage1Shares']> {
  const { shares, route, tree } = await profileProgram(
    stageProgram(stages[0]!),
    { load: respLoad(defaultWorkload, defaultTests), seconds: profile, warmUpSeconds: warmUp },
    stepsOf(emit),
  )
  if (!shares.certain) return { missing: `the profile does not see enough of it: ${route.why}` }
  const [gettingIn, executing, releasing] = shares.grouped.map(({ share }) => share)
  const parts = { gettingIn: gettingIn!, executing: executing!, releasing: releasing! }
  return { value: { samples: tree.samples, ...parts } }
}

async function countMisses(
  { run, warmUp }: EvidenceLengths,
  emit: Emit,
): Promise<Evidence['missRates']> {
  const server = await startStage(stages[0]!)
  try {
    const { perf } = await countServer(
      server,
      {
        workload: defaultWorkload,
        tests: defaultTests,
        length: { seconds: run },
        warmUpSeconds: warmUp,
      },
      stepsOf(emit),
    )
    return {
      cache: rateOf(perf, 'cache-misses', 'cache-references'),
      l1d: rateOf(perf, 'L1-dcache-load-misses', 'L1-dcache-loads'),
      dtlb: rateOf(perf, 'dTLB-load-misses', 'dTLB-loads'),
    }
  } finally {
    await server.stop()
  }
}

function rateOf(perf: Counted<PerfStat>, misses: string, of: string): Counted<number> {
  if ('missing' in perf) return perf
  const count = (event: string): Counted<number> =>
    perf.value.counts.find((counted) => counted.event === event)?.count ?? {
      missing: `perf does not know ${event} here`,
    }
  return combine(count(misses), count(of), (part, whole) => part / whole)
}

function tableOf({ tables }: Comparison, workload: number, test: TestName): Table {
  return tables.find((table) => table.workload === workload && table.test === test)!
}

function rowOf({ rows }: Table, target: string): Row {
  return rows.find((row) => row.target === target)!
}

function rateRatio(comparison: Comparison, a: string, b: string, test: TestName): Counted<Ratio> {
  return { value: outOfTheNoise(compareTargets(comparison, a, b, UNPIPELINED, test)!.rate) }
}

/**
 * CPU in user mode per SET, pipelined. The kernel's part is left out: the stages write the same
 * replies, and its noise would cover what their own code does.
 */
function userCpuRatio(comparison: Comparison, a: string, b: string): Counted<Ratio> {
  const { floor } = tableOf(comparison, PIPELINED, 'set')
  const user = (name: string) => perRound(comparison, name, PIPELINED, 'user')
  return combine(user(a), user(b), (ours, theirs) => {
    const ratio = ratioOfRounds(ours, theirs)
    const verdict = judge(ratio, valueOrUndefined(floor.cpu) ?? null, 'smaller')
    return outOfTheNoise({ ...ratio, verdict })
  })
}

/** A counter of a target's SETs, a figure for each round; missing when one is not above 0. */
function perRound(
  { runs }: Comparison,
  target: string,
  workload: number,
  id: CounterId,
): Counted<number[]> {
  const found = readingsOf(runsOf(runs, target, workload, 'set'), id)
  if ('missing' in found || found.value.every((value) => value > 0)) return found
  return { missing: 'a round was too short to count it' }
}

/** Kernel time over user time of a target's SETs, from each round's own split. */
function kernelOverUser(comparison: Comparison, target: string): Counted<Ratio> {
  const of = (id: CounterId) => perRound(comparison, target, UNPIPELINED, id)
  return combine(of('kernel'), of('user'), ratioOfRounds)
}

/** A ratio that the noise floor swallows gets an interval that holds 1: it is inconclusive. */
function outOfTheNoise({ verdict, ...ratio }: Judged): Ratio {
  if (verdict !== 'inconclusive') return ratio
  const { low, high } = ratio
  return {
    ...ratio,
    low: low === null ? null : Math.min(low, 1),
    high: high === null ? null : Math.max(high, 1),
  }
}

function beside(comparison: Comparison, stage: string, test: TestName): BesideRedis {
  const of = (name: string) => runsOf(comparison.runs, name, UNPIPELINED, test)
  const [ours, theirs] = [of(stage), of('redis')]
  const ratio = (pick: (run: Run) => number) => ratioOfRounds(ours.map(pick), theirs.map(pick))
  const table = tableOf(comparison, UNPIPELINED, test)
  return {
    throughput: ratio(({ summary }) => summary.requestsPerSecond),
    p95: ratio(({ summary }) => summary.latency.p95),
    clientBound: [stage, 'redis'].some((name) =>
      isLoadGeneratorBound(rowOf(table, name).clientBusy),
    ),
  }
}
