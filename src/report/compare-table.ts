/** A comparison as text, 100 columns wide at most. */
import { paint } from '../cli/colour.ts'
import type { Comparison, Figure, Judged, Row, Table } from '../experiment/comparison.ts'
import { answerOf, cpuOf, verdictText } from '../experiment/comparison-answer.ts'
import {
  compareNotes,
  rankChangeText,
  tableNotes,
  tableTitle,
} from '../experiment/comparison-notes.ts'
import {
  compareInstructions,
  type InstructionRun,
  leastInstructions,
} from '../experiment/instruction-ratio.ts'
import { rankChanges } from '../experiment/rank-changes.ts'
import { boundMark, boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { workloadText } from '../load/workload.ts'
import { type Counter, countersIn, missingReasons, readingText } from '../measure/counters.ts'
import { ablationLines } from './ablation-table.ts'
import { figures, hanging, intervalText, percent, row, whole, wrap } from './format.ts'
import { ABOUT_INSTRUCTIONS } from './stat-report.ts'

const WIDTH = 100

/** All tables of a comparison, and what is to be known of them. */
export function compareScreen(comparison: Comparison): string {
  const { plan, tables, machine } = comparison
  const lines = [
    paint.bold('Comparison'),
    paint.dim(`${machine.cores} x ${machine.cpu}; Node ${machine.node}; ${machine.kernel}`),
    ...compareNotes(comparison).flatMap(({ text }) => wrap(text, '', WIDTH)),
  ]
  for (const table of tables) {
    const workload = workloadText(plan.workloads[table.workload]!)
    lines.push('', paint.bold(`${table.test.toUpperCase()}, ${workload}`), '')
    lines.push(...speedLines(table, comparison), '', ...costLines(table, comparison), '')
    lines.push(...otherLines(table, comparison), '')
    lines.push(...instructionLines(table, comparison))
    for (const { text, warns } of tableNotes(table, comparison)) {
      lines.push(...wrap(text, '', WIDTH).map((line) => (warns ? paint.bold(line) : line)))
    }
  }
  const rows = tables.flatMap(({ rows }) => rows.map(({ counters }) => counters))
  const reasons = missingReasons(rows, countersIn(rows))
  if (tables.some(({ rows }) => rows.some(({ clientBusy }) => clientBusy === null))) {
    reasons.unshift(`${plan.tool} does not report its own CPU time`)
  }
  if (reasons.length > 0) lines.push('', ...reasons.map((reason) => paint.dim(`-: ${reason}`)))
  if (plan.sweep !== null) lines.push('', ...sweepLines(comparison))
  if (plan.ablation !== undefined) lines.push('', ...ablationLines(comparison))
  return [...lines, '', ...answerLines(comparison)].join('\n')
}

/** What the comparison answers, a sentence for each workload and test. */
function answerLines(comparison: Comparison): string[] {
  const { tables } = comparison
  const answers = tables.flatMap((table) => {
    const text = answerOf(table, comparison)
    if (text === undefined) return []
    return hanging(tables.length === 1 ? text : `${tableTitle(table, comparison)}: ${text}`, WIDTH)
  })
  return answers.length === 0 ? [] : [paint.bold('Answer'), ...answers]
}

/** A row of a target; a name that is too long for its column stands above it. */
function targetRow(cells: readonly string[], widths: readonly number[] = COLUMNS): string {
  const [name, ...figures] = cells as [string, ...string[]]
  if (name.length < widths[0]!) return row(cells, widths)
  return `${name}\n${row(['', ...figures], widths)}`
}

const COLUMNS = [18, 12, 8, 14, 14, 8, 8, 8, 9]
const RATIO = ['ratio', '95 % of it', 'verdict']

function speedLines({ rows }: Table, { plan, twin }: Comparison): string[] {
  const head = ['', 'requests/s', ...RATIO, 'p50 ms', 'p95', 'p99', 'client']
  return [
    paint.dim(row(head, COLUMNS)),
    ...rows.map((line) => {
      const { p50, p95, p99 } = line.latency
      const cells = [
        line.target,
        rateText(line),
        ...ratioCells(line.rateRatio ?? undefined, line.target === plan.baseline, 'rate'),
        figures(p50),
        figures(p95),
        figures(p99),
        line.clientBusy === null ? '-' : percent(line.clientBusy),
      ]
      return dimIf(line.target === twin.name, targetRow(cells))
    }),
  ]
}

/** `≥ 67,183` when it is the load generator's limit. */
function rateText({ requestsPerSecond, clientBusy }: Row): string {
  return `${isLoadGeneratorBound(clientBusy) ? `${boundMark} ` : ''}${whole(requestsPerSecond)}`
}

function costLines({ rows }: Table, { plan, twin }: Comparison): string[] {
  const beside = ['user', 'kernel', 'reads', 'writes'] as const
  return [
    paint.dim(row(['per request', 'CPU µs', ...RATIO, ...beside], COLUMNS)),
    ...rows.map((line) => {
      const cells = [
        line.target,
        readingText(line.counters, 'cpu'),
        ...ratioCells(cpuOf(line), line.target === plan.baseline, 'cpu'),
        ...beside.map((id) => readingText(line.counters, id)),
      ]
      return dimIf(line.target === twin.name, targetRow(cells))
    }),
  ]
}

const inCost = new Set(['cpu', 'user', 'kernel', 'reads', 'writes'])

/** All other counters, in one table or two; the A/A copy has them no better than its original. */
function otherLines({ rows }: Table, { twin }: Comparison): string[] {
  const shown = rows.filter(({ target }) => target !== twin.name)
  const others = countersIn(shown.map(({ counters }) => counters)).filter(
    ({ id }) => !inCost.has(id),
  )
  const ofKeys = others.filter(({ source }) => source === 'keyspace')
  const perRequest = others.filter((counter) => !ofKeys.includes(counter))
  const keys = ofKeys.length === 0 ? [] : ['', ...counterLines('all keys set', shown, ofKeys)]
  return [...counterLines('per request', shown, perRequest), ...keys]
}

function counterLines(title: string, shown: readonly Row[], others: readonly Counter[]): string[] {
  const widths = [18, ...others.map(({ head }) => Math.max(10, head.length + 2))]
  return [
    paint.dim(row([title, ...others.map(({ head }) => head)], widths)),
    ...shown.map(({ target, counters }) =>
      targetRow([target, ...others.map(({ id }) => readingText(counters, id))], widths),
    ),
  ]
}

/** Empty if instructions were not counted. */
function instructionLines(
  { workload, test }: Table,
  { instructions = [], plan }: Comparison,
): string[] {
  const runs = instructions.filter((run) => run.workload === workload && run.test === test)
  const base = runs.find(({ target }) => target === plan.baseline)
  if (base === undefined) return []
  const cells = (run: InstructionRun) => {
    if (run === base) return ['1', '', 'baseline']
    const { ratio, floor, verdict } = compareInstructions(run, base)
    return [figures(ratio), percent(floor), verdict]
  }
  return [
    paint.dim(row(['per request', 'instructions', 'ratio', 'noise floor', 'verdict'], COLUMNS)),
    ...runs.map((run) => targetRow([run.target, whole(leastInstructions(run)), ...cells(run)])),
    ...wrap(ABOUT_INSTRUCTIONS, '', WIDTH).map((line) => paint.dim(line)),
    '',
  ]
}

function ratioCells(judged: Judged | undefined, isBaseline: boolean, figure: Figure): string[] {
  if (isBaseline) return ['1', '', 'baseline']
  if (judged === undefined) return ['-', '', '']
  const { ratio, verdict } = judged
  return [figures(ratio), intervalText(judged), verdictText(verdict, figure)]
}

function dimIf(condition: boolean, text: string): string {
  return condition ? paint.dim(text) : text
}

/** The sweep at a glance: a row for each target, a column for each value. */
export function sweepLines(comparison: Comparison): string[] {
  const { plan, tables, twin } = comparison
  const { over, values } = plan.sweep!
  const widths = [18, ...values.map(() => Math.min(14, Math.floor(81 / values.length)))]
  const lines: string[] = []
  for (const test of plan.tests) {
    const columns = tables.filter((table) => table.test === test)
    const table = (title: string, pick: (line: Row) => string) => {
      lines.push(paint.bold(`${test.toUpperCase()}: ${title}`))
      const heads = columns.map(({ workload }) => whole(values[workload]!))
      lines.push(paint.dim(row([over, ...heads], widths)))
      for (const { name: target } of plan.targets) {
        if (target === twin.name) continue
        const cells = columns.map(({ rows }) => {
          const line = rows.find((line) => line.target === target)
          return line === undefined ? '-' : pick(line)
        })
        lines.push(targetRow([target, ...cells], widths))
      }
      lines.push('')
    }
    table('requests per second', rateText)
    if (
      columns.some(({ rows }) => rows.some(({ clientBusy }) => isLoadGeneratorBound(clientBusy)))
    ) {
      lines.splice(-1, 0, boundText())
    }
    table('CPU per request, µs', ({ counters }) => readingText(counters, 'cpu'))
    if (columns.every(({ rows }) => rows.every(({ counters }) => !('bytesPerKey' in counters)))) {
      continue
    }
    table('resident bytes per key', ({ counters }) => readingText(counters, 'bytesPerKey'))
    table('the longest wait of a PING while the keys come in, ms', ({ counters }) =>
      readingText(counters, 'pauseMax'),
    )
  }
  lines.push(paint.bold('Where the ranking changes'))
  const found = rankChanges(comparison)
  for (const change of found) lines.push(`  ${rankChangeText(change, comparison)}`)
  if (found.length === 0) lines.push('  nowhere')
  return lines
}
