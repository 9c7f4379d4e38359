/** A comparison as one page with charts: no script, nothing that is loaded, light and dark. */
import { type ArticleResult, articleResults } from '../article/figures.ts'
import {
  type Comparison,
  type ComparisonPlan,
  type Judged,
  type Row,
  type Table,
  tookTurns,
} from '../experiment/comparison.ts'
import { turnovers } from '../experiment/turnovers.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { ablationChange, columnName } from './ablation-table.ts'
import { type Bar, barChart, type Line, lineChart } from './charts.ts'
import { style } from './compare-style.ts'
import { counted, figures, intervalText, percent, whole } from './format.ts'
import { workloadText } from './load-table.ts'

/** The whole page, as HTML. */
export function comparePage(comparison: Comparison): string {
  const { plan, tables } = comparison
  const body = [
    header(comparison),
    ...(plan.sweep === null ? [] : [sweepSection(comparison)]),
    ...(plan.ablation === undefined ? [] : [ablationSection(comparison)]),
    ...tables.map((table) => tableSection(table, comparison)),
    articleSection(comparison),
    howSection(comparison),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title(plan))}</title>
<style>${style}</style>
</head>
<body>
${body.filter((part) => part !== '').join('\n')}
</body>
</html>
`
}

function title({ ablation, sweep }: ComparisonPlan): string {
  if (ablation !== undefined) return `What makes ${ablation.stage} fast?`
  return sweep === null ? 'How fast is each stage?' : `What changes with ${sweep.over}?`
}

function header({ plan, machine, at, loadBefore }: Comparison): string {
  const busy =
    loadBefore >= 0.5
      ? `<p class="warning">Other programs were at work before this comparison (load average ${figures(loadBefore)}).</p>`
      : ''
  const notes = plan.notes.map((note) => `<p class="warning">${escapeMarkup(note)}.</p>`).join('')
  return `<header><h1>${escapeMarkup(title(plan))}</h1>
<p>${counted(plan.rounds, 'interleaved round')} of ${figures(plan.seconds)} s a run; ratios to <b>${escapeMarkup(plan.baseline)}</b> with their 95 % intervals.</p>
<p class="dim">${machine.cores} × ${escapeMarkup(machine.cpu)} · ${escapeMarkup(machine.os)} · ${escapeMarkup(machine.kernel)} · Node ${machine.node} · commit ${machine.commit.slice(0, 7)}${machine.dirty === true ? ', changed' : ''} · ${at.slice(0, 16).replace('T', ' ')} UTC</p>
${busy}${notes}</header>`
}

function tableSection(table: Table, comparison: Comparison): string {
  const { plan, twin } = comparison
  const title = `${table.test.toUpperCase()}, ${workloadText(plan.workloads[table.workload]!)}`
  const rows = table.rows.filter(({ target }) => target !== twin.name)
  const rate = barChart(`Requests a second, ${title}`, rows.map(rateBar(table)), 'requests/s')
  const cpuBars = rows.flatMap((line) => cpuBar(table, line))
  const cpu =
    cpuBars.length === 0
      ? ''
      : `<figure><figcaption>CPU of the server, µs a request <span class="dim">less is better</span></figcaption>${barChart(`CPU a request, ${title}`, cpuBars, 'µs')}</figure>`
  return `<section><h2>${escapeMarkup(title)}</h2>
<div class="pair"><figure><figcaption>Requests a second <span class="dim">more is better</span></figcaption>${rate}</figure>
${cpu}
${latencyFigure(rows, title)}
${heapFigure(rows, title)}</div>
${figuresTable(table, comparison)}
${noteLines(table, comparison)}</section>`
}

/**
 * The whisker of a bar is the interval of its ratio to the baseline, put on the baseline's median;
 * the baseline itself has none.
 */
function rateBar(table: Table): (line: Row) => Bar {
  const base = table.rows.find(({ rateRatio }) => rateRatio === null)!.requestsPerSecond
  return ({ target, requestsPerSecond, rateRatio, clientBound }) => ({
    label: target,
    value: requestsPerSecond,
    ...whisker(rateRatio, base),
    colour: colourOf(target, table.rows),
    ...noteOf(rateRatio, clientBound),
  })
}

function cpuBar({ rows }: Table, { target, cpu, cpuRatio }: Row): Bar[] {
  const base = rows.find(({ cpuRatio }) => cpuRatio === null)!.cpu
  if ('missing' in cpu || 'missing' in base) return []
  const judged = cpuRatio === null ? null : (valueOrUndefined(cpuRatio) ?? null)
  return [
    {
      label: target,
      value: cpu.value.total,
      ...whisker(judged, base.value.total),
      colour: colourOf(target, rows),
      ...noteOf(judged, false),
    },
  ]
}

function whisker(judged: Judged | null, base: number): Pick<Bar, 'low' | 'high'> {
  if (judged === null || judged.low === null || judged.high === null) {
    return { low: null, high: null }
  }
  return { low: judged.low * base, high: judged.high * base }
}

function noteOf(judged: Judged | null, clientBound: boolean): { note?: string } {
  const parts = [
    judged?.verdict === 'inconclusive' ? 'inconclusive' : '',
    clientBound ? 'client-bound' : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? {} : { note: parts.join(', ') }
}

/** Redis is grey, the stages have a colour each, by their place. */
function colourOf(target: string, rows: readonly Pick<Row, 'target'>[]): string {
  if (target === 'redis') return 'var(--redis)'
  const names = rows.map(({ target }) => target).filter((name) => name !== 'redis')
  return `var(--series-${(names.indexOf(target) % 8) + 1})`
}

/** Latency against the share of requests, with more room for the slow ones. */
function latencyFigure(rows: readonly Row[], title: string): string {
  const place = (percent: number) => -Math.log10(1 - percent / 100)
  const lines = rows.flatMap(({ target, percentiles }): Line[] => {
    if (percentiles === null) return []
    const points = percentiles
      .filter(({ percent }) => percent >= 1 && percent <= 99.9)
      .map(({ percent, ms }) => ({ x: place(percent), y: ms }))
    return [{ label: target, points, colour: colourOf(target, rows) }]
  })
  if (lines.length === 0) return ''
  const chart = lineChart({
    title: `Latency, ${title}`,
    lines,
    ticks: [1, 50, 90, 95, 99, 99.9].map((share) => ({ x: place(share), text: `${share} %` })),
    xLabel: 'of the requests took no longer than this',
    yLabel: 'latency, ms',
    dots: false,
  })
  return `<figure><figcaption>Latency <span class="dim">of each server’s middle round; less is better</span></figcaption>${chart}</figure>`
}

function heapFigure(rows: readonly Row[], title: string): string {
  const bars = rows.flatMap(({ target, heap }): Bar[] => {
    const bytes = 'value' in heap ? valueOrUndefined(heap.value.allocatedBytes) : undefined
    if (bytes === undefined) return []
    const colour = colourOf(target, rows)
    return [{ label: target, value: Math.round(bytes), low: null, high: null, colour }]
  })
  if (bars.length === 0) return ''
  const unit = 'bytes a request on the JavaScript heap'
  return `<figure><figcaption>Allocated, ${unit} <span class="dim">in a run of its own; less is better</span></figcaption>${barChart(`Allocation, ${title}`, bars, unit)}</figure>`
}

function figuresTable({ rows }: Table, { plan, twin }: Comparison): string {
  const groups: [title: string, columns: number][] = [
    ['', 1],
    ['throughput', 2],
    ['latency, ms', 3],
    ['CPU, µs a request', 4],
    ['calls a request', 2],
    ['heap, GC', 3],
    ['resident', 1],
    ['client', 1],
  ]
  const head = ['', 'requests/s', 'ratio', 'p50', 'p95', 'p99', 'user', 'system']
  head.push('total', 'ratio', 'reads', 'writes', 'bytes a request')
  head.push('pauses a million', 'ms a million', 'MB', 'of a core')
  const body = rows.map((line) => {
    const cells = cellsOf(line, line.target === plan.baseline)
    const name = line.target === twin.name ? ' class="twin"' : ''
    return `<tr${name}><th scope="row">${escapeMarkup(line.target)}</th>${cells.map((text) => `<td>${text}</td>`).join('')}</tr>`
  })
  return `<div class="scroll"><table><thead><tr>${groups.map(([title, columns]) => `<th colspan="${columns}">${title}</th>`).join('')}</tr>
<tr>${head.map((text) => `<th scope="col">${text}</th>`).join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`
}

function cellsOf(line: Row, isBaseline: boolean): string[] {
  const { p50, p95, p99 } = line.latency
  const cpuRatio = line.cpuRatio === null ? undefined : valueOrUndefined(line.cpuRatio)
  return [
    whole(line.requestsPerSecond),
    judgedCell(line.rateRatio ?? undefined, isBaseline),
    figures(p50),
    figures(p95),
    figures(p99),
    cell(line.cpu, ({ user }) => figures(user)),
    cell(line.cpu, ({ system }) => figures(system)),
    cell(line.cpu, ({ total }) => figures(total)),
    judgedCell(cpuRatio, isBaseline),
    cell(line.reads, figures),
    cell(line.writes, figures),
    cell(line.heap, ({ allocatedBytes }) => cell(allocatedBytes, whole)),
    cell(line.heap, ({ pauses }) => figures(pauses * 1e6)),
    cell(line.heap, ({ pauseMicros }) => figures(pauseMicros * 1000)),
    cell(line.residentBytes, (bytes) => whole(bytes / 1e6)),
    line.clientBusy === null ? '–' : percent(line.clientBusy),
  ]
}

function judgedCell(judged: Judged | undefined, isBaseline: boolean): string {
  if (isBaseline) return '1 <small>baseline</small>'
  if (judged === undefined) return '–'
  const { ratio, verdict } = judged
  return `${figures(ratio)} <span class="${verdict}">${verdict}</span> <small>${intervalText(judged)}</small>`
}

function cell<T>(counted: Counted<T>, text: (value: T) => string): string {
  return 'value' in counted
    ? text(counted.value)
    : `<span title="${escapeMarkup(counted.missing)}">–</span>`
}

function noteLines({ floor, twin, rows }: Table, comparison: Comparison): string {
  const { of } = comparison.twin
  const share = (counted: Counted<number>) => cell(counted, percent)
  const cpu = valueOrUndefined(twin.cpu)
  const same = [twin.rate, cpu].every(
    (judged) => (judged?.verdict ?? 'inconclusive') === 'inconclusive',
  )
  const lines = [
    `Noise floor: ${share(floor.rate)} of throughput, ${share(floor.cpu)} of CPU. ` +
      (same
        ? `${escapeMarkup(of)} against itself: no difference called.`
        : `<b class="slower">${escapeMarkup(of)} came out different from itself: believe none of this, and repeat it.</b>`),
  ]
  const bound = rows.filter(({ clientBound }) => clientBound).map(({ target }) => target)
  if (bound.length > 0) {
    lines.push(
      `The load generator was the bottleneck for ${escapeMarkup(bound.join(', '))}: their throughput is its own. The figure to read is CPU a request.`,
    )
  }
  const turns = rows.filter(tookTurns).map(({ target }) => target)
  if (turns.length > 0) {
    lines.push(
      `The load generator and ${escapeMarkup(turns.join(', '))} took turns: together they kept little more than one core busy. A rate then counts the client’s work as well, and the ratio of CPU is the sharper figure.`,
    )
  }
  return lines.map((text) => `<p class="dim">${text}</p>`).join('')
}

function sweepSection(comparison: Comparison): string {
  const { plan, tables, twin } = comparison
  const { over, values } = plan.sweep!
  const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
  const chart = (test: Table['test'], title: string, pick: (line: Row) => number | undefined) => {
    const columns = tables.filter((table) => table.test === test)
    const lines = names.map((target) => {
      const points = columns.flatMap(({ workload, rows }) => {
        const line = rows.find((line) => line.target === target)
        const y = line === undefined ? undefined : pick(line)
        return y === undefined ? [] : [{ x: workload, y }]
      })
      const all = names.map((target) => ({ target }))
      return { label: target, points, colour: colourOf(target, all) }
    })
    const svg = lineChart({
      title: `${title} by ${over}`,
      lines: lines.filter(({ points }) => points.length > 0),
      ticks: values.map((value, x) => ({ x, text: whole(value) })),
      xLabel: over,
      yLabel: title,
      dots: true,
    })
    return `<figure><figcaption>${test.toUpperCase()}: ${title}</figcaption>${svg}</figure>`
  }
  const charts = plan.tests.map(
    (test) =>
      `<div class="pair">${chart(test, 'requests a second', (line) => line.requestsPerSecond)}
${chart(test, 'CPU a request, µs', ({ cpu }) => valueOrUndefined(cpu)?.total)}</div>`,
  )
  const found = turnovers(comparison).map(({ test, figure, from, to, ahead, behind, certain }) => {
    const what = figure === 'rate' ? 'throughput' : 'CPU a request'
    const text = `${test.toUpperCase()}, ${what}: from ${over} ${values[from]} to ${values[to]}, ${escapeMarkup(behind)} passes ${escapeMarkup(ahead)}`
    return `<li>${text}${certain ? '' : ' <span class="inconclusive">inconclusive</span>'}</li>`
  })
  return `<section><h2>By ${over}</h2>${charts.join('')}
<h3>Where the ranking changes</h3><ul>${found.join('') || '<li>nowhere</li>'}</ul></section>`
}

/** What each ingredient of a stage buys: the stage without it, against the whole stage. */
function ablationSection(comparison: Comparison): string {
  const { plan, tables } = comparison
  const { stage, ingredients } = plan.ablation!
  const heads = tables.map(({ test, workload }) => columnName(plan, test, workload))
  const rows = ingredients.map(({ name, without }) => {
    const cells = tables.map((table) => {
      const change = ablationChange(table, stage, name)
      const shade = { faster: 'slower', slower: 'faster', inconclusive: 'inconclusive' }
      const verdict = change.verdict === undefined ? '' : shade[change.verdict]
      return `<td><span class="${verdict}">${change.cpu}</span> <small>${change.bytes} bytes</small></td>`
    })
    return `<tr><th scope="row">${escapeMarkup(name)} <span class="without">without it ${escapeMarkup(stage)} ${escapeMarkup(without)}</span></th>${cells.join('')}</tr>`
  })
  return `<section><h2>What each ingredient of ${escapeMarkup(stage)} buys</h2>
<p class="dim">CPU that a request costs more without it (green: it pays; red: it costs), and bytes more on the JavaScript heap.</p>
<div class="scroll"><table><thead><tr><th></th>${heads.map((head) => `<th>${escapeMarkup(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table></div></section>`
}

/** The article's Zedis against its Redis, and ours against ours, on one scale: Redis is 1. */
function articleSection({ plan, tables, twin }: Comparison): string {
  const parts = tables.flatMap((table) => {
    const redis = table.rows.find(({ target }) => target === 'redis')
    const of = (server: ArticleResult['server']) =>
      articleResults.find((result) => result.server === server && result.test === table.test)
    const [zedis, theirs] = [of('Zedis'), of('Redis')]
    const { pipeline, clients, payload } = plan.workloads[table.workload]!
    if (pipeline !== 1 || clients !== 50 || payload !== 3) return []
    if (redis === undefined || zedis === undefined || theirs === undefined) return []
    const bars: Bar[] = [
      { label: 'Redis', value: 1, low: null, high: null, colour: 'var(--redis)' },
      {
        label: 'its Zedis',
        value: zedis.requestsPerSecond / theirs.requestsPerSecond,
        low: null,
        high: null,
        colour: 'var(--article)',
        note: 'the article',
      },
    ]
    for (const { target, requestsPerSecond, rateRatio, clientBound } of table.rows) {
      if (target === 'redis' || target === twin.name) continue
      const toRedis = plan.baseline === 'redis' ? rateRatio : null
      bars.push({
        label: target,
        value: requestsPerSecond / redis.requestsPerSecond,
        ...whisker(toRedis, 1),
        colour: colourOf(target, table.rows),
        ...noteOf(toRedis, clientBound),
      })
    }
    const title = `${table.test.toUpperCase()}: throughput, where each one’s Redis is 1`
    return [
      `<figure><figcaption>${title}</figcaption>${barChart(title, bars, 'of Redis')}</figure>`,
    ]
  })
  if (parts.length === 0) return ''
  return `<section><h2>The article beside ours</h2>
<p>The article compares its finished server with Redis on a machine that it does not name, under this same load: 50 clients, 3-byte payload, no pipelining. Only proportions can be compared.</p>
<div class="pair">${parts.join('\n')}</div></section>`
}

function howSection({ plan, twin }: Comparison): string {
  return `<section><h2>How this was measured</h2>
<ul><li>In each round every server was started afresh, warmed up, and had its turn with each test; the order changes from round to round, so that none always follows the same one.</li>
<li>Figures are medians over ${counted(plan.rounds, 'round')}. A ratio’s interval comes from drawing whole rounds anew; bars carry it as a whisker.</li>
<li>${escapeMarkup(twin.name)} is the same server as ${escapeMarkup(twin.of)}. What the two differ by in a round is noise; a difference smaller than that, or whose interval includes 1, is <span class="inconclusive">inconclusive</span>.</li>
<li>CPU and calls are counted by the operating system for the server’s process. Heap and GC come from runs of their own.</li>
<li>${plan.tool === 'lab' ? 'Every reply was compared with what it must be.' : `${escapeMarkup(plan.tool)} made the load; it checks no reply.`}</li></ul></section>`
}
