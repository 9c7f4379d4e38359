/** The parts of a comparison: its ratios, the figures behind them, counters, a sweep. */
import { useMemo } from 'preact/hooks'
import type { Figure, ShownComparison, Table } from '../../experiment/comparison.ts'
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
import { Chart, type DataTable, legendOf } from './chart.tsx'
import { drawAmounts, drawLines } from './draw.ts'
import { drawRatios, type RatioGroup } from './draw-ratios.ts'
import {
  areFarApart,
  type Bar,
  colourOf,
  counterBars,
  cpuBars,
  dashOf,
  latencyPlace,
  latencyPoints,
  latencyShares,
  noiseBand,
  type RatioDot,
  rateBars,
  ratioDots,
  rowsOf,
  sweepPoints,
} from './figures.ts'

export interface TableProps {
  table: Table
  comparison: ShownComparison
}

/** The ratios of all targets to the baseline, with the noise floor: what the comparison is about. */
export function RatioChart({ table, comparison }: TableProps) {
  return useMemo(() => {
    const { baseline } = comparison.plan
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const groups = (['rate', 'cpu'] as const).flatMap((figure) => {
      const dots = ratioDots(table, comparison, figure)
      return dots.length === 0 ? [] : [groupOf(figure, dots, table)]
    })
    const dots = groups.flatMap(({ dots }) => [...dots])
    if (dots.length === 0) return null
    const bound = dots.some(({ text }) => text.startsWith(boundMark)) ? `; ${boundText()}` : ''
    return (
      <Chart
        title={`Beside ${baseline}, which is 1: ${tableTitle(table, comparison)}`}
        note={`lines: 95 % intervals; grey: what noise can explain; hollow: inconclusive${bound}`}
        draw={drawRatios({
          groups,
          colour: (name) => colourOf(name, names),
          axis: `times that of ${baseline} →`,
        })}
        table={{
          heads: ['Target', 'ratio', '95 % interval', 'verdict'],
          rows: dots.map(({ name, figure, text, low, high, verdict }) => [
            `${name}, ${figure === 'rate' ? 'requests per second' : 'CPU per request'}`,
            text,
            low === null || high === null ? '–' : `${figures(low)} to ${figures(high)}`,
            verdict,
          ]),
        }}
      />
    )
  }, [table, comparison])
}

function groupOf(figure: Figure, dots: readonly RatioDot[], table: Table): RatioGroup {
  const band = noiseBand(table, figure)
  const what =
    figure === 'rate' ? 'Requests per second: more is better' : 'CPU per request: less is better'
  return { title: what, dots, band }
}

/** The figures that the ratios are of. */
export function SpeedCharts(props: TableProps) {
  const { table, comparison } = props
  return useMemo(() => {
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const colour = (name: string) => colourOf(name, names)
    const title = tableTitle(table, comparison)
    const rate = rateBars(table, comparison)
    const cpu = cpuBars(table, comparison)
    const bound = rate.some(({ text }) => text.startsWith(boundMark)) ? `; ${boundText()}` : ''
    return (
      <div class="charts">
        <Chart
          title={`Requests per second: ${title}`}
          note={`more is better${bound}`}
          draw={drawAmounts({ bars: rate, colour, axis: 'requests per second →' })}
          table={amountTable(rate, 'requests per second')}
        />
        {cpu.length === 0 ? null : (
          <Chart
            title={`CPU of the server: ${title}`}
            note={`µs per request, less is better${
              areFarApart(cpu) ? '' : '; plain: user mode, striped: in the kernel'
            }`}
            draw={drawAmounts({ bars: cpu, colour, axis: 'µs per request →' })}
            table={cpuTable(table, comparison)}
          />
        )}
        <LatencyChart {...props} />
      </div>
    )
  }, [table, comparison])
}

function amountTable(bars: readonly Bar[], head: string): DataTable {
  return { heads: ['Target', head], rows: bars.map(({ name, text }) => [name, text]) }
}

function cpuTable(table: Table, comparison: ShownComparison): DataTable {
  const ids = ['user', 'kernel', 'cpu'] as const
  return {
    heads: ['Target', ...ids.map((id) => counterTitle(counterOf(id)))],
    rows: rowsOf(table, comparison).map(({ target, counters }) => [
      target,
      ...ids.map((id) => readingText(counters, id)),
    ]),
  }
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
                draw={drawAmounts({
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

export function SweepSection({ comparison }: { comparison: ShownComparison }) {
  return useMemo(() => {
    const { plan, twin } = comparison
    const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
    const found = rankChanges(comparison).map((change) => rankChangeText(change, comparison))
    return (
      <section aria-labelledby="sweep">
        <h2 id="sweep">By {plan.sweep!.over}</h2>
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
        <div class="charts">
          {plan.tests.flatMap((test) =>
            (['rate', 'cpu'] as const).map((figure) => (
              <SweepChart key={`${test} ${figure}`} {...{ comparison, names, test, figure }} />
            )),
          )}
        </div>
      </section>
    )
  }, [comparison])
}

interface SweepProps {
  comparison: ShownComparison
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
