/** What a comparison answers, in a sentence for each table; the terminal and the page say the same. */
import { boundMark, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { figures, intervalText, listed } from '../measure/format.ts'
import type { Verdict } from '../measure/statistics.ts'
import type { Figure, Judged, Row, ShownComparison, Table } from './comparison.ts'
import { compareTargets, tookTurns, twinDiffers } from './tabulate.ts'

/** A verdict in words: of two rates one is faster, of two costs one is more. */
export function verdictText(verdict: Verdict, figure: Figure): string {
  if (verdict === 'inconclusive' || figure === 'rate') return verdict
  return verdict === 'faster' ? 'less' : 'more'
}

/** The ratio of a row's CPU per request; undefined for the baseline, and if it cannot be counted. */
export function cpuOf({ cpuRatio }: Row): Judged | undefined {
  return cpuRatio === null ? undefined : valueOrUndefined(cpuRatio)
}

/**
 * The answer of one workload and test: the target that takes the least CPU per request (or, if CPU
 * cannot be counted, answers the most requests) beside the baseline, which of the others are too
 * close to it to decide, and what was the bottleneck.
 * @returns undefined if there is nothing beside the baseline
 */
export function answerOf(table: Table, comparison: ShownComparison): string | undefined {
  const { plan, twin } = comparison
  const rows = table.rows.filter(({ target }) => target !== twin.name && target !== plan.baseline)
  const lead = leadOf(rows, plan.ablation !== undefined)
  if (lead === undefined || lead.rateRatio === null) return undefined
  if (twinDiffers(table)) {
    return `No answer: ${twin.of} and ${twin.name} are the same server and came out different. Repeat the comparison.`
  }
  const others = rows.filter((row) => row !== lead)
  return [
    `${openingOf(lead, others, plan.baseline, plan.ablation !== undefined)}${besideBaseline(lead, plan.baseline)}.`,
    ...likeIt(lead, others, table, comparison),
    ...limits(lead, table, plan.baseline),
  ].join(' ')
}

/** Of an ablation, the one that costs most without its optimization. */
function leadOf(rows: readonly Row[], ablation: boolean): Row | undefined {
  const byCpu = rows.every((row) => cpuOf(row) !== undefined)
  const score = (row: Row) =>
    byCpu ? cpuOf(row)!.ratio : 1 / (row.rateRatio?.ratio ?? Number.MIN_VALUE)
  const sorted = rows.toSorted((a, b) => score(a) - score(b))
  return ablation ? sorted.at(-1) : sorted[0]
}

function openingOf(lead: Row, others: readonly Row[], baseline: string, ablation: boolean): string {
  if (others.length === 0) return `${lead.target} serves `
  const byCpu = [lead, ...others].every((row) => cpuOf(row) !== undefined)
  if (ablation) return `${lead.target} changes most: it serves `
  return `Of all but ${baseline}, ${lead.target} ${byCpu ? 'takes the least CPU per request' : 'answers the most requests'}: it serves `
}

/** `0.96 times redis’ requests per second (0.94–0.99) and takes 1.10 times its CPU per request (…)`. */
function besideBaseline(lead: Row, baseline: string): string {
  const bound = isLoadGeneratorBound(lead.clientBusy) ? `${boundMark} ` : ''
  const owner = baseline.endsWith('s') ? `${baseline}’` : `${baseline}’s`
  const rate = `${bound}${figures(lead.rateRatio!.ratio)} times ${owner} requests per second${within(lead.rateRatio!)}`
  const cpu = cpuOf(lead)
  if (cpu === undefined) return `${rate}; its CPU could not be counted`
  return `${rate} and takes ${figures(cpu.ratio)} times the CPU per request${within(cpu)}`
}

function within(judged: Judged): string {
  const interval = intervalText(judged)
  const unsure = judged.verdict === 'inconclusive' ? 'inconclusive' : ''
  const inside = [interval, unsure].filter((part) => part !== '').join(', ')
  return inside === '' ? '' : ` (${inside})`
}

/** Those too close to the lead to decide. */
function likeIt(
  lead: Row,
  others: readonly Row[],
  { workload, test }: Table,
  comparison: ShownComparison,
): string[] {
  const byCpu = [lead, ...others].every((row) => cpuOf(row) !== undefined)
  const alike = others.filter(({ target }) => {
    const pair = compareTargets(comparison, lead.target, target, workload, test)
    const judged = byCpu ? pair && valueOrUndefined(pair.cpu) : pair?.rate
    return judged?.verdict === 'inconclusive'
  })
  if (alike.length === 0) return []
  return [`Inconclusive between it and ${listed(alike.map(({ target }) => target))}.`]
}

/** What kept the rate from saying all of it. */
function limits(lead: Row, { rows }: Table, baseline: string): string[] {
  const decides = cpuOf(lead) === undefined ? '' : ': the CPU decides'
  const pair = rows.filter((row) => row === lead || row.target === baseline)
  const bound = pair.filter(({ clientBusy }) => isLoadGeneratorBound(clientBusy))
  if (bound.length > 0) {
    const whose = listed(bound.map(({ target }) => target))
    return [`The load generator was the bottleneck (${whose})${decides}.`]
  }
  if (pair.some(tookTurns)) {
    return [`Client and server took turns, so the rate counts both${decides}.`]
  }
  return []
}
