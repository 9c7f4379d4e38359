/** One load and one test: every target's speed, cost and latency as charts. */
import { useMemo } from 'preact/hooks'
import { valueOrUndefined } from '../../../measure/counted.ts'
import { figures, whole } from '../../../report/format.ts'
import type { Comparison } from '../../api-types.ts'
import { cpuBars, rateBars } from './bars.ts'
import { Chart, type DataTable } from './chart.tsx'
import { colourOf, dashOf, legendOf } from './colours.ts'
import { drawBars } from './draw-bars.ts'
import { drawLines } from './draw-lines.ts'
import { drawRatios } from './draw-ratios.ts'
import { latencyPlace, latencyPoints, latencyShares } from './points.ts'
import { noiseBand, ratioDots } from './ratios.ts'
import { type Figure, rowsOf, shortTitle, type Table } from './tables.ts'

export interface TableProps {
  table: Table
  comparison: Comparison
  /** Whose figures, for a picture that is taken along. */
  source: string
}

export function SpeedCharts(props: TableProps) {
  const { table, comparison, source } = props
  return useMemo(() => {
    const names = rowsOf(table, comparison).map(({ target }) => target)
    const colour = (name: string) => colourOf(name, names)
    const title = shortTitle(table, comparison)
    const rate = rateBars(table, comparison)
    const cpu = cpuBars(table, comparison)
    const band = bandOn(table, 'rate', rate.find(({ low }) => low === null)?.value)
    const cpuBand = bandOn(table, 'cpu', cpu.find(({ low }) => low === null)?.value)
    return (
      <div class="charts">
        <Chart
          title={`Requests a second: ${title}`}
          note="more is better; striped: the load generator’s limit; pale with a dashed edge: inconclusive"
          draw={drawBars({ bars: rate, colour, axis: 'requests a second →', band })}
          table={barTable(rate, 'requests a second', whole)}
          source={source}
        />
        <RatioChart {...props} figure="rate" />
        <Chart
          title={`CPU of the server: ${title}`}
          note="µs a request, less is better; plain: user mode, striped: in the kernel"
          draw={drawBars({ bars: cpu, colour, axis: 'µs a request →', band: cpuBand })}
          table={cpuTable(table, comparison)}
          source={source}
        />
        <RatioChart {...props} figure="cpu" />
        <LatencyChart {...props} />
      </div>
    )
  }, [table, comparison, source])
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
    heads: ['Server', head, '95 % interval', 'Remark'],
    rows: bars.map(({ name, value, low, high, inconclusive, bound }) => [
      name,
      text(value),
      low === null || high === null ? '–' : `${text(low)} to ${text(high)}`,
      [inconclusive ? 'inconclusive' : '', bound ? 'client-bound' : '']
        .filter((part) => part !== '')
        .join(', '),
    ]),
  }
}

function cpuTable(table: Table, comparison: Comparison): DataTable {
  return {
    heads: ['Server', 'user mode, µs', 'kernel, µs', 'together, µs'],
    rows: rowsOf(table, comparison).map(({ target, cpu }) => {
      const value = valueOrUndefined(cpu)
      if (value === undefined) return [target, '–', '–', '–']
      return [target, figures(value.user), figures(value.system), figures(value.total)]
    }),
  }
}

function RatioChart({ table, comparison, source, figure }: TableProps & { figure: Figure }) {
  const { baseline } = comparison.plan
  const names = rowsOf(table, comparison).map(({ target }) => target)
  const dots = ratioDots(table, comparison, figure)
  const what = figure === 'rate' ? 'Throughput' : 'CPU a request'
  const better = figure === 'rate' ? 'more is better' : 'less is better'
  if (dots.length === 0) return null
  return (
    <Chart
      title={`${what} to that of ${baseline}: ${shortTitle(table, comparison)}`}
      note={`with 95 % intervals; grey: the noise floor; hollow and dotted: inconclusive${
        dots.some(({ text }) => text.endsWith('*')) ? '; *: the load generator’s limit' : ''
      }`}
      draw={drawRatios({
        dots,
        colour: (name) => colourOf(name, names),
        axis: `ratio to ${baseline}, ${better} →`,
        band: noiseBand(table, figure),
      })}
      table={{
        heads: ['Server', 'ratio', '95 % interval', 'verdict'],
        rows: dots.map(({ name, ratio, low, high, verdict }) => [
          name,
          figures(ratio),
          low === null || high === null ? '–' : `${figures(low)} to ${figures(high)}`,
          verdict,
        ]),
      }}
      source={source}
    />
  )
}

function LatencyChart({ table, comparison, source }: TableProps) {
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
      title={`Latency: ${shortTitle(table, comparison)}`}
      note="of each server’s middle round; less is better"
      draw={drawLines({
        ...{ points, names: shown, ...marks, factors: false, dots: false },
        xAxis: 'of the requests took no longer →',
        yAxis: '↑ latency, ms',
        ticks: latencyShares.map((share) => ({ x: latencyPlace(share), text: `${share} %` })),
      })}
      table={{
        heads: ['Server', 'p50, ms', 'p95, ms', 'p99, ms'],
        rows: all.map(({ target, latency: { p50, p95, p99 } }) => [
          target,
          figures(p50),
          figures(p95),
          figures(p99),
        ]),
      }}
      source={source}
      legend={legendOf(shown, marks)}
    />
  )
}
