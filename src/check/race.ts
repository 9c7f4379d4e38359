/** A copy in interleaved rounds with stages, and the result in words. */
import { isEnough, type RoundsEnd } from '../experiment/auto-rounds.ts'
import type { Judged, RoundsPlan, Row, Run, Table } from '../experiment/comparison.ts'
import {
  compareInstructions,
  type InstructionRatio,
  type InstructionRun,
} from '../experiment/instruction-ratio.ts'
import { countTargets, STARTS } from '../experiment/instructions.ts'
import { runRounds } from '../experiment/rounds.ts'
import { tabulate, tookTurns } from '../experiment/tabulate.ts'
import { twinOf } from '../experiment/targets.ts'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { defaultTests, defaultWorkload } from '../load/workload.ts'
import { whyNoCallgrind } from '../measure/callgrind.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { percent } from '../report/format.ts'
import type { Emit } from '../run/events.ts'

export interface RaceLengths {
  rounds: number
  /** Rounds until the intervals are narrow enough; `rounds` is then the most. */
  auto?: boolean
  /** Of a measured run, in seconds. */
  seconds: number
  warmUpSeconds: number
}

export const normalRace: RaceLengths = { rounds: 9, seconds: 0.5, warmUpSeconds: 0.75 }
export const quickRace: RaceLengths = { rounds: 6, seconds: 0.3, warmUpSeconds: 0.5 }

/** The copy beside one stage. */
export interface Against {
  stage: string
  /** By which figure: requests per second, or CPU per request if the client was the bottleneck. */
  by: 'rate' | 'cpu'
  /** The copy's figure over the stage's. */
  judged: Judged
}

export interface Race {
  plan: Pick<RoundsPlan, 'rounds' | 'seconds' | 'workloads' | 'tests'>
  /** Why the rounds ended, if their number was not given. */
  roundsEnd?: RoundsEnd
  /** The one that the sentence is about: SET, as in the article. */
  test: 'set'
  tables: Table[]
  against: Against[]
  /** The noise floor of each figure, as a share; null if it is not known. */
  floor: { rate: number | null; cpu: number | null }
  /** The result: `between stage1 and stage2: 1.8 x stage1, interval 1.7-1.9`. */
  standing: string
}

/**
 * Measures a copy beside stages. It takes part twice, which shows the noise floor.
 * @param copy e.g. `mine/stage1`
 * @param stages in their order, e.g. `stage1`, `stage2`
 * @throws LabError if one does not start, answers wrongly or dies
 */
export async function race(
  copy: string,
  stages: readonly string[],
  pipeline: number,
  lengths: RaceLengths,
  emit: Emit,
): Promise<Race> {
  const mine = { name: copy, server: copy }
  const twin = twinOf(mine)
  const plan: RoundsPlan = {
    targets: [...stages.map((id) => ({ name: id, server: id })), mine, twin],
    workloads: [{ ...defaultWorkload, pipeline }],
    tests: [...defaultTests],
    tool: 'lab',
    ...lengths,
  }
  const enough = (runs: readonly Run[]) => isEnough(plan, copy, runs)
  const runs = await runRounds(plan, emit, undefined, undefined, enough)
  const rounds = Math.max(...runs.map(({ round }) => round))
  const end: RoundsEnd = enough(runs) ? 'narrow' : 'limit'
  const pair = { name: twin.name, of: copy }
  // Once with each stage as the baseline: the ratios wanted are the copy's over each of them.
  const byStage = stages.map((baseline) => {
    const words = { ...plan, baseline, sweep: null, notes: [] }
    return { stage: baseline, tables: tabulate(words, pair, runs, {}) }
  })
  const against = byStage.map(({ stage, tables }) => standingAgainst(stage, copy, setTable(tables)))
  const { floor } = setTable(byStage[0]!.tables)
  return {
    plan: { ...plan, rounds },
    ...(plan.auto === true ? { roundsEnd: end } : {}),
    test: 'set',
    tables: byStage[0]!.tables,
    against,
    floor: { rate: valueOrUndefined(floor.rate) ?? null, cpu: valueOrUndefined(floor.cpu) ?? null },
    standing: standingText(against),
  }
}

/** The instructions of a copy beside those of the stage that it was copied from. */
export interface InstructionRace extends InstructionRatio {
  stage: string
  runs: InstructionRun[]
  /** The result: `1.03 x the instructions of stage4, more (noise floor 1.5 %)`. */
  standing: string
}

/**
 * Counts instructions per SET of a copy and of its stage.
 * @returns missing with the reason if valgrind is not installed
 * @throws LabError if one of them does not start, answers wrongly or dies
 */
export async function raceInstructions(
  copy: string,
  stage: string,
  pipeline: number,
  emit: Emit,
): Promise<Counted<InstructionRace>> {
  const why = await whyNoCallgrind()
  if (why !== undefined) return { missing: why.message }
  const targets = [stage, copy].map((id) => ({ name: id, server: id }))
  const workloads = [{ ...defaultWorkload, pipeline }]
  const runs = await countTargets({ targets, workloads, tests: ['set'], starts: STARTS }, emit)
  const [theirs, mine] = runs as [InstructionRun, InstructionRun]
  const judged = compareInstructions(mine, theirs)
  return { value: { ...judged, stage, runs, standing: instructionsText(stage, judged) } }
}

/** The result in one line without a full stop. */
export function instructionsText(
  stage: string,
  { ratio, floor, verdict }: InstructionRatio,
): string {
  return `${ratio.toFixed(3)} x the instructions of ${stage}, ${verdict} (noise floor ${percent(floor)})`
}

function setTable(tables: readonly Table[]): Table {
  return tables.find(({ test }) => test === 'set')!
}

/** The rate, unless it would be that of the load generator. */
function standingAgainst(stage: string, copy: string, { rows }: Table): Against {
  const rowOf = (name: string) => rows.find(({ target }) => target === name)!
  const [mine, theirs] = [rowOf(copy), rowOf(stage)]
  const cpu = mine.cpuRatio === null ? undefined : valueOrUndefined(mine.cpuRatio)
  const isClients = [mine, theirs].some(
    (row: Row) => isLoadGeneratorBound(row.clientBusy) || tookTurns(row),
  )
  if (isClients && cpu !== undefined) return { stage, by: 'cpu', judged: cpu }
  return { stage, by: 'rate', judged: mine.rateRatio! }
}

/**
 * The result in one line without a full stop.
 * @param against in the order of the stages, at least one
 */
export function standingText(against: readonly Against[]): string {
  const of = (verdict: Judged['verdict']) =>
    against.filter(({ judged }) => judged.verdict === verdict)
  const [ahead, level, behind] = [of('faster'), of('inconclusive'), of('slower')]
  const best = ahead.at(-1)
  const next = behind[0]
  if (level.length > 0) {
    const names = level.map(({ stage }) => stage).join(' and ')
    const known = best === undefined ? '' : `ahead of ${best.stage}; `
    return `${known}inconclusive beside ${names}: ${level.map(ratioText).join('; ')}`
  }
  if (best === undefined) return `behind ${next!.stage}: ${ratioText(next!)}`
  if (next === undefined) return `ahead of ${best.stage}: ${ratioText(best)}`
  return `between ${best.stage} and ${next.stage}: ${ratioText(best)}`
}

/** `1.8 x stage2, interval 1.7-1.9`. */
function ratioText({ stage, by, judged: { ratio, low, high } }: Against): string {
  const of = by === 'cpu' ? `the CPU per request of ${stage}` : stage
  const interval =
    low === null || high === null ? 'no interval' : `interval ${two(low)}-${two(high)}`
  return `${two(ratio)} x ${of}, ${interval}`
}

function two(value: number): string {
  if (value >= 9.95) return value.toFixed(0)
  return value.toFixed(value >= 1.95 ? 1 : 2)
}
