/** A comparison as text, 100 columns wide at most. */
import { paint } from '../cli/colour.ts'
import {
  type Comparison,
  type Judged,
  type Row,
  type Table,
  tookTurns,
} from '../experiment/comparison.ts'
import { turnovers } from '../experiment/turnovers.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { leastRounds } from '../measure/statistics.ts'
import { ablationLines } from './ablation-table.ts'
import { counted, figures, intervalText, percent, row, whole } from './format.ts'
import { workloadText } from './load-table.ts'

/** All tables of a comparison, and what is to be known of them. */
export function compareScreen(comparison: Comparison): string {
  const { plan, tables } = comparison
  const lines = [paint.bold('Comparison'), ...headLines(comparison)]
  for (const table of tables) {
    const workload = workloadText(plan.workloads[table.workload]!)
    lines.push('', paint.bold(`${table.test.toUpperCase()}, ${workload}`), '')
    lines.push(...speedLines(table, comparison), '', ...costLines(table, comparison), '')
    lines.push(...memoryLines(table, comparison), '', ...tableNotes(table, comparison))
  }
  const notes = endNotes(comparison)
  if (notes.length > 0) lines.push('', ...notes)
  if (plan.sweep !== null) lines.push('', ...sweepLines(comparison))
  if (plan.ablation !== undefined) lines.push('', ...ablationLines(comparison))
  return lines.join('\n')
}

function headLines({ plan, machine, twin, loadBefore }: Comparison): string[] {
  const checked = plan.tool === 'lab' ? 'every reply checked' : `${plan.tool}, no reply checked`
  return [
    `${counted(plan.rounds, 'interleaved round')}, ${figures(plan.seconds)} s a run, fresh servers each round; ${checked}`,
    paint.dim(`${machine.cores} x ${machine.cpu}; Node ${machine.node}; ${machine.kernel}`),
    `Ratios are to ${plan.baseline}, each with its 95 % interval. ${twin.name} is the same server a second`,
    'time: what it differs by is noise, and a difference within the noise is called inconclusive.',
    ...(plan.rounds < leastRounds
      ? [
          `With fewer than ${leastRounds} rounds there is no interval, and so no verdict: --rounds 7`,
        ]
      : []),
    ...(loadBefore >= 0.5
      ? [
          `Other programs were at work before (load average ${figures(loadBefore)}): expect wide intervals.`,
        ]
      : []),
    ...plan.notes,
  ]
}

const SPEED = [18, 12, 8, 14, 14, 8, 8, 8, 9]

function speedLines({ rows }: Table, { plan, twin }: Comparison): string[] {
  const head = [
    '',
    'requests/s',
    'ratio',
    '95 % of it',
    'verdict',
    'p50 ms',
    'p95',
    'p99',
    'client',
  ]
  return [
    paint.dim(row(head, SPEED)),
    ...rows.map((line) => {
      const { p50, p95, p99 } = line.latency
      const cells = [
        line.target,
        whole(line.requestsPerSecond) + (line.clientBound ? '*' : ' '),
        ...ratioCells(line.rateRatio ?? undefined, line.target === plan.baseline),
        figures(p50),
        figures(p95),
        figures(p99),
        line.clientBusy === null ? '-' : percent(line.clientBusy),
      ]
      return dimIf(line.target === twin.name, row(cells, SPEED))
    }),
  ]
}

const COST = [18, 12, 8, 14, 14, 8, 8, 8, 9]

function costLines({ rows }: Table, { plan, twin }: Comparison): string[] {
  const head = ['', 'CPU µs', 'ratio', '95 % of it', 'verdict', 'user', 'system', 'reads', 'writes']
  return [
    paint.dim(row(head, COST)),
    ...rows.map((line) => {
      const judged = line.cpuRatio === null ? undefined : valueOrUndefined(line.cpuRatio)
      const cells = [
        line.target,
        `${cell(line.cpu, ({ total }) => figures(total))} `,
        ...ratioCells(judged, line.target === plan.baseline),
        cell(line.cpu, ({ user }) => figures(user)),
        cell(line.cpu, ({ system }) => figures(system)),
        cell(line.reads, figures),
        cell(line.writes, figures),
      ]
      return dimIf(line.target === twin.name, row(cells, COST))
    }),
  ]
}

const MEMORY = [18, 12, 22, 22, 25]

function memoryLines({ rows }: Table, { twin }: Comparison): string[] {
  const head = ['', 'heap bytes ', 'GC pauses a million', 'GC ms a million', 'resident, MB']
  return [
    paint.dim(row(head, MEMORY)),
    ...rows
      .filter(({ target }) => target !== twin.name)
      .map(({ target, heap, residentBytes }) =>
        row(
          [
            target,
            `${cell(heap, ({ allocatedBytes }) => cell(allocatedBytes, whole))} `,
            cell(heap, ({ pauses }) => figures(pauses * 1e6)),
            cell(heap, ({ pauseMicros }) => figures(pauseMicros * 1000)),
            cell(residentBytes, (bytes) => whole(bytes / 1e6)),
          ],
          MEMORY,
        ),
      ),
  ]
}

function ratioCells(judged: Judged | undefined, isBaseline: boolean): string[] {
  if (isBaseline) return ['1', '', 'baseline']
  if (judged === undefined) return ['-', '', '']
  const { ratio, verdict } = judged
  return [figures(ratio), intervalText(judged), verdict]
}

function dimIf(condition: boolean, text: string): string {
  return condition ? paint.dim(text) : text
}

function tableNotes({ floor, twin, rows }: Table, comparison: Comparison): string[] {
  const { name, of } = comparison.twin
  const share = (counted: Counted<number>) => cell(counted, percent)
  const called = (judged: Judged | undefined) =>
    judged !== undefined && judged.verdict !== 'inconclusive'
  const wrong = called(twin.rate) || called(valueOrUndefined(twin.cpu))
  const lines = [
    `Noise floor: ${share(floor.rate)} of throughput, ${share(floor.cpu)} of CPU. ` +
      (wrong
        ? `${of} and ${name} came out different, which they`
        : `${of} and ${name}: no difference called.`),
  ]
  if (wrong) {
    lines.push(
      paint.bold('are not: something disturbed this comparison; believe none of it, and repeat it'),
    )
  }
  const bound = rows.filter(({ clientBound }) => clientBound).map(({ target }) => target)
  if (bound.length > 0) {
    lines.push(
      '* The load generator was the bottleneck here: this rate is its own, not the server’s.',
      '  The figure to read is CPU a request.',
    )
  }
  return lines
}

/** What holds for more than one table: said once, below them. */
function endNotes({ plan, tables, twin }: Comparison): string[] {
  const rows = tables.flatMap(({ rows }) => rows).filter(({ target }) => target !== twin.name)
  const turns = [...new Set(rows.filter(tookTurns).map(({ target }) => target))]
  const why = new Set<string>()
  if (rows.some(({ clientBusy }) => clientBusy === null)) {
    why.add(`${plan.tool} does not tell its own CPU time`)
  }
  for (const { cpu, reads, writes, residentBytes, heap } of rows) {
    const bytes = 'value' in heap ? heap.value.allocatedBytes : heap
    for (const counted of [cpu, reads, writes, residentBytes, bytes]) {
      if ('missing' in counted) why.add(counted.missing)
    }
  }
  return [
    ...(turns.length === 0
      ? []
      : [
          `Client and server took turns (${listed(turns)}):`,
          'the two together kept little more than one core busy. A rate then counts the client’s work on a',
          'request as well as the server’s, and the ratio of CPU is the sharper figure.',
        ]),
    ...[...why].map((reason) => paint.dim(`-: ${reason}`)),
  ]
}

/** `a, b and c`; `8 servers` where the names would be too long for a line. */
function listed(names: readonly string[]): string {
  const last = names.at(-1)!
  const text = names.length === 1 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
  return text.length <= 50 ? text : counted(names.length, 'server')
}

/** The sweep at a glance: a row for each server, a column for each value. */
export function sweepLines(comparison: Comparison): string[] {
  const { plan, tables, twin } = comparison
  const { over, values } = plan.sweep!
  const name = (workload: number) => `${over} ${whole(values[workload]!)}`
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
        lines.push(row([target, ...cells], widths))
      }
      lines.push('')
    }
    table('requests a second (*: the load generator’s limit)', (line) => {
      return whole(line.requestsPerSecond) + (line.clientBound ? '*' : ' ')
    })
    table('CPU a request, µs', ({ cpu }) => cell(cpu, ({ total }) => figures(total)))
  }
  lines.push(paint.bold('Where the ranking changes'))
  const found = turnovers(comparison)
  for (const { test, figure, from, to, ahead, behind, certain } of found) {
    const what = figure === 'rate' ? 'throughput' : 'CPU a request'
    lines.push(
      `  ${test.toUpperCase()}, ${what}: from ${name(from)} to ${name(to)} ${behind} passes ${ahead}` +
        (certain ? '' : paint.dim(' (inconclusive)')),
    )
  }
  if (found.length === 0) lines.push('  nowhere')
  return lines
}

function cell<T>(counted: Counted<T>, text: (value: T) => string): string {
  return 'value' in counted ? text(counted.value) : '-'
}
