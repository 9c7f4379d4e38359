/** What to know before believing a figure of a comparison; terminal and page say the same. */
import { boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { reading } from '../measure/counters.ts'
import { changeText, counted, figures, listed, percent, whole } from '../measure/format.ts'
import { busyText, type MachineLoad } from '../measure/machine-load.ts'
import { leastRounds, type Verdict } from '../measure/statistics.ts'
import { roundsEndText } from './auto-rounds.ts'
import type { ShownComparison, Table } from './comparison.ts'
import type { RankChange } from './rank-changes.ts'
import { tookTurns, twinDiffers } from './tabulate.ts'

export interface Note {
  text: string
  /** Whether it takes something away from the figures. */
  warns: boolean
}

const plain = (text: string): Note => ({ text, warns: false })
const warning = (text: string): Note => ({ text, warns: true })

/** Of the whole comparison. */
export function compareNotes({ plan, twin, load, machine, failure }: ShownComparison): Note[] {
  const checked =
    plan.tool === 'lab'
      ? 'every reply checked'
      : plan.tool === 'http'
        ? 'the status of every reply checked'
        : `${plan.tool}, no reply checked`
  const notes = [
    plain(
      `${counted(plan.rounds, 'interleaved round')}, ${figures(plan.seconds)} s a run, fresh servers each round; ${checked}. Ratios are to ${plan.baseline}, each with its 95 % interval. ${twin.name} is the same server a second time: where the two differ it is noise, and a difference no larger than that is inconclusive.`,
    ),
  ]
  if (plan.rounds < leastRounds) {
    notes.push(
      warning(`With fewer than ${leastRounds} rounds there is no interval, and so no verdict.`),
    )
  }
  if (failure !== undefined) {
    const rounds = counted(plan.rounds, 'round')
    notes.push(warning(`It stopped after ${rounds}, which are shown: ${failure.happened}.`))
  }
  if (plan.roundsEnd !== undefined) {
    const text = `${counted(plan.rounds, 'round')}: ${roundsEndText(plan.roundsEnd)}.`
    notes.push(plan.roundsEnd === 'limit' ? warning(text) : plain(text))
  }
  return [
    ...notes,
    ...loadNotes(load, machine.cores),
    ...plan.notes.map((note) => warning(`${note}.`)),
  ]
}

/** Says that the machine was busy meanwhile; none if it was quiet, or if that is not known. */
export function loadNotes(load: MachineLoad | undefined, cores: number): Note[] {
  const text = load && busyText(load, cores)
  return text === undefined ? [] : [warning(text)]
}

/** Of one workload and test. */
export function tableNotes(table: Table, comparison: ShownComparison): Note[] {
  const { floor } = table
  const { name, of } = comparison.twin
  const differs = twinDiffers(table)
  const rows = table.rows.filter(({ target }) => target !== name)
  const bound = rows.filter(({ clientBusy }) => isLoadGeneratorBound(clientBusy))
  const turns = rows.filter(tookTurns)
  const noise = `Noise floor: ${floorText(floor.rate)} of throughput, ${floorText(floor.cpu)} of CPU.`
  return [
    plain(differs ? noise : `${noise} ${of} and ${name}: no difference found.`),
    ...(differs
      ? [
          warning(
            `${of} and ${name} came out different, although they are the same: something disturbed this comparison. Do not trust it; repeat it.`,
          ),
        ]
      : []),
    ...(bound.length > 0 ? [warning(`${boundText(bound.map(({ target }) => target))}.`)] : []),
    ...(turns.length > 0
      ? [
          warning(
            `Client and server took turns (${listed(turns.map(({ target }) => target))}): together they used little more than one core. Throughput then counts the client’s work as well: compare CPU.`,
          ),
        ]
      : []),
  ]
}

/** A share as text; a floor that is not known says so. */
function floorText(floor: Counted<number>): string {
  return 'value' in floor ? percent(floor.value) : 'not known'
}

/** `SET, throughput: from pipeline 1 to 16 stage4 passes redis (inconclusive)`. */
export function rankChangeText(change: RankChange, { plan }: ShownComparison): string {
  const { test, figure, from, to, ahead, behind, certain } = change
  const { over, values } = plan.sweep!
  const what = figure === 'rate' ? 'throughput' : 'CPU per request'
  const way = `from ${over} ${whole(values[from]!)} to ${whole(values[to]!)}`
  const sure = certain ? '' : ' (inconclusive)'
  return `${test.toUpperCase()}, ${what}: ${way} ${behind} passes ${ahead}${sure}`
}

/** `SET, no pipelining`: what differs from one table of a comparison to the next. */
export function tableTitle({ test, workload }: Table, { plan }: ShownComparison): string {
  const over = plan.sweep?.over ?? 'pipeline'
  const { [over]: value, keyspace } = plan.workloads[workload]!
  const load = over === 'pipeline' && value === 1 ? 'no pipelining' : `${over} ${whole(value)}`
  const keys = over === 'keyspace' || keyspace === 1 ? '' : `, ${counted(keyspace, 'key')}`
  return `${test.toUpperCase()}, ${load}${keys}`
}

/** The extra cost per request without one optimization, as text. */
export interface AblationChange {
  /** `+12 %`, `inconclusive`; `-` when CPU time cannot be counted. */
  cpu: string
  /** Of the stage without it; undefined when CPU time cannot be counted. */
  verdict: Verdict | undefined
  /** Bytes on the JavaScript heap: `+340`, `0`; `-` when they cannot be counted. */
  bytes: string
}

/** One column of an ablation, in which the whole stage is the baseline. */
export function ablationChange(
  table: Table,
  { plan }: ShownComparison,
  optimization: string,
): AblationChange {
  const less = plan.targets.find(({ args }) => args?.includes(optimization) === true)?.name
  const row = (name: string | undefined) => table.rows.find(({ target }) => target === name)
  const without = row(less)
  const judged = without?.cpuRatio ? valueOrUndefined(without.cpuRatio) : undefined
  const [own, all] = [without, row(plan.baseline)].map((line) =>
    valueOrUndefined(reading(line?.counters ?? {}, 'heapBytes')),
  )
  const inconclusive = judged?.verdict === 'inconclusive'
  return {
    cpu: judged === undefined ? '-' : inconclusive ? 'inconclusive' : changeText(judged.ratio),
    verdict: judged?.verdict,
    bytes: own === undefined || all === undefined ? '-' : signed(own - all),
  }
}

function signed(value: number): string {
  const rounded = Math.round(value)
  return `${rounded > 0 ? '+' : ''}${whole(rounded)}`
}
