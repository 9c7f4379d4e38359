/** What has to be known before a figure of a comparison is believed, in the lab's own words. */
import { tookTurns } from '../../../experiment/ratios.ts'
import type { Turnover } from '../../../experiment/turnovers.ts'
import { valueOrUndefined } from '../../../measure/counted.ts'
import { leastRounds } from '../../../measure/statistics.ts'
import { counted, figures, percent, whole } from '../../../report/format.ts'
import type { Comparison } from '../../api-types.ts'
import { rowsOf, type Table } from './tables.ts'

export interface Note {
  text: string
  /** Whether it takes something away from the figures. */
  warns: boolean
}

const plain = (text: string): Note => ({ text, warns: false })
const warning = (text: string): Note => ({ text, warns: true })

/** Of the whole comparison. */
export function headNotes({ plan, twin, loadBefore }: Comparison): Note[] {
  const checked = plan.tool === 'lab' ? 'every reply checked' : `${plan.tool}, no reply checked`
  const rounds = counted(plan.rounds, 'interleaved round')
  return [
    plain(
      `${rounds}, ${figures(plan.seconds)} s a run, fresh servers each round; ${checked}. Ratios are to ${plan.baseline}, each with its 95 % interval. ${twin.name} is the same server a second time: what it differs by is noise, and a difference within the noise is called inconclusive.`,
    ),
    ...(plan.rounds < leastRounds
      ? [warning(`With fewer than ${leastRounds} rounds there is no interval, and so no verdict.`)]
      : []),
    ...(loadBefore >= 0.5
      ? [
          warning(
            `Other programs were at work before (load average ${figures(loadBefore)}): expect wide intervals.`,
          ),
        ]
      : []),
    ...plan.notes.map((note) => warning(`${note}.`)),
  ]
}

/** Of one workload and test. */
export function tableNotes(table: Table, comparison: Comparison): Note[] {
  const { floor, twin } = table
  const { name, of } = comparison.twin
  const share = (which: 'rate' | 'cpu') => {
    const value = valueOrUndefined(floor[which])
    return value === undefined ? 'not known' : percent(value)
  }
  const called = [twin.rate, valueOrUndefined(twin.cpu)].some(
    (judged) => judged !== undefined && judged.verdict !== 'inconclusive',
  )
  const rows = rowsOf(table, comparison)
  const bound = rows.filter(({ clientBound }) => clientBound).map(({ target }) => target)
  const turns = rows.filter(tookTurns).map(({ target }) => target)
  return [
    plain(
      `Noise floor: ${share('rate')} of throughput, ${share('cpu')} of CPU.${called ? '' : ` ${of} and ${name}: no difference called.`}`,
    ),
    ...(called
      ? [
          warning(
            `${of} and ${name} came out different, which they are not: something disturbed this comparison; believe none of it, and repeat it.`,
          ),
        ]
      : []),
    ...(bound.length > 0
      ? [
          warning(
            `Client-bound: the load generator was the bottleneck for ${listed(bound)}; this rate is its own, not the server’s. The figure to read is CPU a request.`,
          ),
        ]
      : []),
    ...(turns.length > 0
      ? [
          warning(
            `Client and server took turns (${listed(turns)}): the two together kept little more than one core busy. A rate then counts the client’s work on a request as well as the server’s, and the ratio of CPU is the sharper figure.`,
          ),
        ]
      : []),
  ]
}

/** Where the ranking of a sweep changes, a sentence each. */
export function turnoverTexts({ plan }: Comparison, found: readonly Turnover[]): string[] {
  const { over, values } = plan.sweep!
  return found.map(({ test, figure, from, to, ahead, behind, certain }) => {
    const what = figure === 'rate' ? 'throughput' : 'CPU a request'
    const way = `from ${over} ${whole(values[from]!)} to ${whole(values[to]!)}`
    const sure = certain ? '' : ' (inconclusive)'
    return `${test.toUpperCase()}, ${what}: ${way} ${behind} passes ${ahead}${sure}`
  })
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}
