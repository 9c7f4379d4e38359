/** The points of an experiment by slider as a drawing, a table and a sentence. */
import type { Varied, VariedPoint } from '../../../experiment/variations.ts'
import { type Variation, valueText } from '../../../experiment/variations.ts'
import { valueOrUndefined } from '../../../measure/counted.ts'
import { counterOf, counterTitle, reading, readingText } from '../../../measure/counters.ts'
import { figures, whole } from '../../../measure/format.ts'
import type { DataTable, Draw } from '../../../views/compare/chart.tsx'
import type { SliderData, VariationId } from '../../api/index.ts'

/** What a reader expected of a value. */
export interface Guessed {
  value: number
  guess: number
}

/** A measured point, with where it is from. */
export interface ShownPoint {
  recorded: boolean
  point: VariedPoint
  /** Of the counter that the chart is of; undefined if this machine does not count it. */
  y: number | undefined
}

/** All of them: of each value the newest run here, and the recording. */
export function pointsOf({ counters }: Variation, { recorded, runs }: SliderData): ShownPoint[] {
  const shown = (recorded: boolean) => (point: VariedPoint) => {
    return { recorded, point, y: valueOrUndefined(reading(point.server, counters[0]!)) }
  }
  const newest = new Map(runs.flatMap(({ points }) => points).map((point) => [point.value, point]))
  return [
    ...(recorded?.points ?? []).map(shown(true)),
    ...[...newest.values()].map(shown(false)),
  ].sort((a, b) => a.point.value - b.point.value)
}

/**
 * No line: between two measured values the truth may be a step.
 * @returns what draws the points: recorded as rings, runs as dots, guesses as diamonds
 */
export function drawCurve(
  variation: Variation,
  points: readonly ShownPoint[],
  guesses: readonly Guessed[],
): Draw {
  const known = points.flatMap(({ recorded, point, y }) =>
    y === undefined ? [] : [{ recorded, x: point.value, y }],
  )
  const asked = guesses.map(({ value, guess }) => ({ x: value, y: guess }))
  const most = Math.max(...[...known, ...asked].map(({ y }) => y), 1e-9)
  const { values } = variation
  return (plot, width, title) => {
    const every = Math.ceil(values.length / Math.max(2, Math.floor(width / 80)))
    const ticks = values.filter((_, at) => at % every === 0)
    return plot.plot({
      width,
      height: Math.min(300, Math.max(220, width * 0.45)),
      ...{ marginLeft: 46, marginRight: 30, marginTop: 24, marginBottom: 40 },
      ariaLabel: title,
      style: { fontSize: '13px', overflow: 'visible' },
      x: { type: 'log', base: 2, domain: [values[0]!, values.at(-1)!], label: null },
      y: { domain: [0, most * 1.1], label: null },
      marks: [
        plot.axisX(ticks, {
          text: (x: number) => tickText(variation, x),
          ...{ label: `${unitTitle(variation)} →`, labelAnchor: 'right' },
        }),
        plot.axisY({ ticks: 4, label: `↑ ${variation.guess}` }),
        plot.gridY({ ticks: 4, strokeOpacity: 0.15 }),
        plot.ruleY([0]),
        plot.dot(
          known.filter(({ recorded }) => recorded),
          {
            ...{ x: 'x', y: 'y', r: 5.5, fill: 'var(--card)', title: ({ y }) => figures(y) },
            ...{ stroke: 'var(--redis)', strokeWidth: 2.5 },
          },
        ),
        plot.dot(asked, {
          ...{ x: 'x', y: 'y', r: 9, symbol: 'diamond' },
          ...{ fill: 'var(--card)', stroke: 'var(--series-5)', strokeWidth: 2 },
        }),
        plot.dot(
          known.filter(({ recorded }) => !recorded),
          { x: 'x', y: 'y', r: 4, fill: 'var(--series-4)', title: ({ y }) => figures(y) },
        ),
      ],
    }) as SVGSVGElement
  }
}

function tickText({ id }: Variation, value: number): string {
  if (id === 'pipeline' || value < 1024) return String(value)
  return `${value / 1024} Ki`
}

/** `Size of the receive buffer, bytes`. */
function unitTitle({ id, title }: Variation): string {
  return id === 'pipeline' ? title : `${title}, bytes`
}

/** The same as a table; with a column of guesses if there are any. */
export function tableOf(
  variation: Variation,
  points: readonly ShownPoint[],
  guesses: readonly Guessed[],
): DataTable {
  const shown = variation.counters.map(counterOf)
  const asked = guesses.length > 0
  const rows = points.map(({ recorded, point }) => {
    const guess = recorded ? undefined : guessOf(point.value, guesses)
    return [
      `${valueText(variation, point.value)}, ${recorded ? 'recorded' : 'run here'}`,
      ...(asked ? [guess === undefined ? '–' : figures(guess)] : []),
      ...shown.map(({ id }) => readingText(point.server, id)),
      whole(point.summary.requestsPerSecond),
    ]
  })
  return {
    heads: [
      variation.title,
      ...(asked ? ['your guess'] : []),
      ...shown.map((counter) => `${counterTitle(counter)}, per SET`),
      'SETs per second',
    ],
    rows,
  }
}

/** `With 64 bytes: 1.00 read(2) calls per SET, … You guessed 2.` */
export function sentenceOf(
  variation: Variation,
  { points }: Varied,
  guesses: readonly Guessed[],
): string {
  const { value, server, summary } = points.at(-1)!
  const counts = variation.counters.map((id) => {
    const counted = reading(server, id)
    const { label, unit } = counterOf(id)
    if ('missing' in counted) return `${label} not counted here (${counted.missing})`
    return unit === 'µs'
      ? `${readingText(server, id)} µs of ${label}`
      : `${readingText(server, id)} ${label}`
  })
  const guess = guessOf(value, guesses)
  const said = guess === undefined ? '' : ` You guessed ${figures(guess)} ${variation.guess}.`
  const rate = `${whole(summary.requestsPerSecond)} SETs per second`
  return `With ${valueText(variation, value)}: ${counts.join(' and ')} per SET; ${rate}.${said}`
}

function guessOf(value: number, guesses: readonly Guessed[]): number | undefined {
  return guesses.find((one) => one.value === value)?.guess
}

/** Guesses of this browser; of each value the last one. */
export const guessStore = {
  read(id: VariationId): readonly Guessed[] {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(nameOf(id)) ?? '[]')
      return Array.isArray(found) ? found.filter(isGuessed) : []
    } catch {
      return [] // Storage is not allowed, or something else is saved there.
    }
  },
  add(id: VariationId, guesses: readonly Guessed[], guess: Guessed): readonly Guessed[] {
    const all = [...guesses.filter(({ value }) => value !== guess.value), guess]
    try {
      localStorage.setItem(nameOf(id), JSON.stringify(all))
    } catch {
      // They last until the page is closed.
    }
    return all
  },
}

function nameOf(id: VariationId): string {
  return `redis-profiling-lab slider ${id}`
}

function isGuessed(one: unknown): one is Guessed {
  const { value, guess } = (one ?? {}) as Partial<Guessed>
  return typeof value === 'number' && typeof guess === 'number'
}
