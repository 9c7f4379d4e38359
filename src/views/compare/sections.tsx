/** The parts of a comparison: speed, counters, a sweep, and the article beside it. */
import { useMemo } from 'preact/hooks'
import type { ArticleResult } from '../../article/figures.ts'
import type { Comparison, Figure, Table } from '../../experiment/comparison.ts'
import { rankChangeText, tableTitle } from '../../experiment/comparison-notes.ts'
import { rankChanges } from '../../experiment/rank-changes.ts'
import { boundMark, boundText } from '../../load/bottleneck.ts'
import type { TestName } from '../../load/workload.ts'
import {
  counterOf,
  countersIn,
  counterTitle,
  missingReasons,
  readingText,
} from '../../measure/counters.ts'
import { figures, whole } from '../../measure/format.ts'
import { Scroll, TableHead } from '../parts.tsx'
import { Chart, type DataTable, legendOf } from './chart.tsx'
import { drawBars, drawLines, drawRatios } from './draw.ts'
import {
  articleBars,
  colourOf,
  counterBars,
  cpuBars,
  dashOf,
  latencyPlace,
  latencyPoints,
  latencyShares,
  noiseBand,
  rateBars,
  ratioDots,
  rowsOf,
  sweepPoints,
} from './figures.ts'

export interface TableProps {
  table: Table
  comparison: Comparison
}

export function SpeedCharts(props: TableProps) {
  const { table, comparison } = props
  return useMemo(() => {
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const colour = (name: string) => colourOf(name, names)
    const title = tableTitle(table, comparison)
    const rate = rateBars(table, comparison)
    const cpu = cpuBars(table, comparison)
    const band = bandOn(table, 'rate', rate.find(({ low }) => low === null)?.value)
    const cpuBand = bandOn(table, 'cpu', cpu.find(({ low }) => low === null)?.value)
    return (
      <div class="charts">
        <Chart
          title={`Requests per second: ${title}`}
          note="more is better; striped: the load generator was the bottleneck; pale with a dashed edge: inconclusive"
          draw={drawBars({ bars: rate, colour, axis: 'requests per second →', band })}
          table={barTable(rate, 'requests per second', whole)}
        />
        <RatioChart {...props} figure="rate" />
        <Chart
          title={`CPU of the server: ${title}`}
          note="µs per request, less is better; plain: user mode, striped: in the kernel"
          draw={drawBars({ bars: cpu, colour, axis: 'µs per request →', band: cpuBand })}
          table={cpuTable(table, comparison)}
        />
        <RatioChart {...props} figure="cpu" />
        <LatencyChart {...props} />
      </div>
    )
  }, [table, comparison])
}

/** The noise floor around the baseline's own figure. */
function bandOn(table: Table, figure: Figure, base: number | undefined) {
  const band = noiseBand(table, figure)
  if (band === undefined || base === undefined) return undefined
  return { ...band, from: band.from * base, to: band.to * base }
}

function barTable(
  bars: ReturnType<typeof rateBars>,
  head: string,
  text: (value: number) => string,
): DataTable {
  return {
    heads: ['Target', head, '95 % interval', 'Remark'],
    rows: bars.map(({ name, value, low, high, inconclusive, bound }) => [
      name,
      text(value),
      low === null || high === null ? '–' : `${text(low)} to ${text(high)}`,
      [inconclusive ? 'inconclusive' : '', bound ? boundText() : '']
        .filter((part) => part !== '')
        .join(', '),
    ]),
  }
}

function cpuTable(table: Table, comparison: Comparison): DataTable {
  const ids = ['user', 'kernel', 'cpu'] as const
  return {
    heads: ['Target', ...ids.map((id) => counterTitle(counterOf(id)))],
    rows: rowsOf(table, comparison).map(({ target, counters }) => [
      target,
      ...ids.map((id) => readingText(counters, id)),
    ]),
  }
}

function RatioChart({ table, comparison, figure }: TableProps & { figure: Figure }) {
  const { baseline } = comparison.plan
  const names = rowsOf(table, comparison).map(({ target }) => target)
  const dots = ratioDots(table, comparison, figure)
  const what = figure === 'rate' ? 'Throughput' : 'CPU per request'
  const better = figure === 'rate' ? 'more is better' : 'less is better'
  if (dots.length === 0) return null
  return (
    <Chart
      title={`${what} to that of ${baseline}: ${tableTitle(table, comparison)}`}
      note={`with 95 % intervals; grey: the noise floor; hollow and dotted: inconclusive${
        dots.some(({ text }) => text.endsWith(boundMark)) ? `; ${boundText()}` : ''
      }`}
      draw={drawRatios({
        dots,
        colour: (name) => colourOf(name, names),
        axis: `ratio to ${baseline}, ${better} →`,
        band: noiseBand(table, figure),
      })}
      table={{
        heads: ['Target', 'ratio', '95 % interval', 'verdict'],
        rows: dots.map(({ name, ratio, low, high, verdict }) => [
          name,
          figures(ratio),
          low === null || high === null ? '–' : `${figures(low)} to ${figures(high)}`,
          verdict,
        ]),
      }}
    />
  )
}

function LatencyChart({ table, comparison }: TableProps) {
  const points = latencyPoints(table, comparison)
  const all = rowsOf(table, comparison)
  const names = all.map(({ target }) => target)
  const shown = names.filter((name) => points.some((point) => point.name === name))
  if (shown.length === 0) return null
  const marks = {
    colour: (name: string) => colourOf(name, names),
    dash: (name: string) => dashOf(name, names),
  }
  return (
    <Chart
      title={`Latency: ${tableTitle(table, comparison)}`}
      note="of each server’s middle round; less is better"
      draw={drawLines({
        ...{ points, names: shown, ...marks, factors: false, dots: false },
        xAxis: 'of the requests took no longer →',
        yAxis: '↑ latency, ms',
        ticks: latencyShares.map((share) => ({ x: latencyPlace(share), text: `${share} %` })),
      })}
      table={{
        heads: ['Target', 'p50, ms', 'p95, ms', 'p99, ms'],
        rows: all.map(({ target, latency: { p50, p95, p99 } }) => [
          target,
          figures(p50),
          figures(p95),
          figures(p99),
        ]),
      }}
      legend={legendOf(shown, marks)}
    />
  )
}

/** What is counted per request: system calls and bytes, which no other program can disturb. */
export function CounterCharts({ table, comparison }: TableProps) {
  return useMemo(() => {
    const rows = rowsOf(table, comparison)
    const names = rows.map(({ target }) => target)
    const readings = rows.map(({ counters }) => counters)
    const shown = countersIn(readings, true).filter(({ unit }) => unit !== 'µs')
    return (
      <>
        <div class="charts three">
          {shown.map((counter) => {
            const bars = counterBars(table, comparison, counter)
            if (bars.length === 0) return null
            return (
              <Chart
                key={counter.id}
                title={`${counter.label} per request: ${tableTitle(table, comparison)}`}
                note="less is better"
                draw={drawBars({
                  ...{ bars, colour: (name) => colourOf(name, names) },
                  axis: `${counter.unit} per request →`,
                })}
                table={{
                  heads: ['Target', counter.unit],
                  rows: rows.map(({ target, counters }) => [
                    target,
                    readingText(counters, counter.id),
                  ]),
                }}
              />
            )
          })}
        </div>
        {missingReasons(readings, shown).map((why) => (
          <p key={why} class="dim">
            Not shown: {why}.
          </p>
        ))}
      </>
    )
  }, [table, comparison])
}

const what = {
  rate: {
    title: 'Requests per second',
    note: 'more is better; hollow: the load generator was the bottleneck',
  },
  cpu: { title: 'CPU per request, µs', note: 'less is better' },
} as const

export function SweepSection({ comparison }: { comparison: Comparison }) {
  return useMemo(() => {
    const { plan, twin } = comparison
    const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
    const found = rankChanges(comparison).map((change) => rankChangeText(change, comparison))
    return (
      <section aria-labelledby="sweep">
        <h2 id="sweep">By {plan.sweep!.over}</h2>
        <div class="charts">
          {plan.tests.flatMap((test) =>
            (['rate', 'cpu'] as const).map((figure) => (
              <SweepChart key={`${test} ${figure}`} {...{ comparison, names, test, figure }} />
            )),
          )}
        </div>
        <h3>Where the ranking changes</h3>
        {found.length === 0 ? (
          <p>Nowhere.</p>
        ) : (
          <ul>
            {found.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </section>
    )
  }, [comparison])
}

interface SweepProps {
  comparison: Comparison
  names: readonly string[]
  test: TestName
  figure: Figure
}

function SweepChart({ comparison, names, test, figure }: SweepProps) {
  const { over, values } = comparison.plan.sweep!
  const points = sweepPoints(comparison, test, figure)
  const marks = {
    colour: (name: string) => colourOf(name, names),
    dash: (name: string) => dashOf(name, names),
  }
  const shown = names.filter((name) => points.some((point) => point.name === name))
  if (shown.length === 0) return null
  const factors = Math.min(...values) > 0
  return (
    <Chart
      title={`${what[figure].title} by ${over}: ${test.toUpperCase()}`}
      note={what[figure].note}
      draw={drawLines({
        ...{ points, names: shown, ...marks, factors, dots: true },
        xAxis: `${over} →`,
        yAxis: figure === 'rate' ? '↑ requests per second' : '↑ µs per request',
        ticks: values.map((value) => ({ x: value, text: whole(value) })),
      })}
      table={{
        heads: ['Target', ...values.map((value) => `${over} ${whole(value)}`)],
        rows: shown.map((name) => [
          name,
          ...values.map(
            (value) =>
              points.find((point) => point.name === name && point.x === value)?.label ?? '–',
          ),
        ]),
      }}
      legend={legendOf(shown, marks)}
    />
  )
}

type ArticleProps = TableProps & { article: readonly ArticleResult[] }

export function ArticleSection({ table, comparison, article }: ArticleProps) {
  return useMemo(() => {
    const bars = articleBars(table, comparison, article)
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const theirs = article.filter(({ test }) => test === table.test)
    if (theirs.length === 0) return null
    return (
      <section aria-labelledby="article">
        <h2 id="article">The article beside ours</h2>
        <p class="lead">
          The article compares its finished server with Redis on a machine of its own, which it does
          not name, with 50 clients, a 3-byte payload and no pipelining. Compare proportions only.
        </p>
        <div class="charts">
          {bars.length === 0 ? null : (
            <Chart
              title={`Throughput relative to each one’s own Redis: ${tableTitle(table, comparison)}`}
              note="more is better; striped: the load generator’s limit"
              draw={drawBars({
                bars,
                colour: (name) =>
                  name.startsWith('the article')
                    ? 'var(--article)'
                    : colourOf(name.toLowerCase(), names),
                axis: 'of the throughput of Redis →',
              })}
              table={{
                heads: ['Target', 'of the throughput of its Redis'],
                rows: bars.map(({ name, value }) => [name, figures(value)]),
              }}
            />
          )}
          <Scroll label={`The article’s own figures of ${table.test.toUpperCase()}`}>
            <table>
              <caption>
                The article’s own figures of {table.test.toUpperCase()}, on its own machine
              </caption>
              <TableHead
                heads={['Target', 'requests per second', 'p50, ms', 'p95, ms', 'p99, ms']}
              />
              <tbody>
                {theirs.map(({ server, requestsPerSecond, latency }) => (
                  <tr key={server}>
                    <th scope="row">{server}</th>
                    <td>{whole(requestsPerSecond)}</td>
                    <td>{figures(latency.p50)}</td>
                    <td>{figures(latency.p95)}</td>
                    <td>{figures(latency.p99)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
        </div>
      </section>
    )
  }, [table, comparison, article])
}
