/** A sweep: every target's figures as lines over what was changed. */
import { useMemo } from 'preact/hooks'
import { turnovers } from '../../../experiment/turnovers.ts'
import { whole } from '../../../report/format.ts'
import type { Comparison, TestName } from '../../api-types.ts'
import { Chart } from './chart.tsx'
import { colourOf, dashOf, legendOf } from './colours.ts'
import { drawLines } from './draw-lines.ts'
import { turnoverTexts } from './notes.ts'
import { sweepPoints } from './points.ts'
import type { Figure } from './tables.ts'

const what = {
  rate: { title: 'Requests a second', note: 'more is better; hollow: the load generator’s limit' },
  cpu: { title: 'CPU a request, µs', note: 'less is better' },
} as const

export function SweepSection({ comparison, source }: { comparison: Comparison; source: string }) {
  return useMemo(() => {
    const { plan, twin } = comparison
    const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
    const found = turnoverTexts(comparison, turnovers(comparison))
    return (
      <section aria-labelledby="sweep">
        <h2 id="sweep">By {plan.sweep!.over}</h2>
        <div class="charts">
          {plan.tests.flatMap((test) =>
            (['rate', 'cpu'] as const).map((figure) => (
              <SweepChart
                key={`${test} ${figure}`}
                {...{ comparison, names, test, figure, source }}
              />
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
  }, [comparison, source])
}

interface SweepProps {
  comparison: Comparison
  names: readonly string[]
  test: TestName
  figure: Figure
  source: string
}

function SweepChart({ comparison, names, test, figure, source }: SweepProps) {
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
        yAxis: figure === 'rate' ? '↑ requests a second' : '↑ µs a request',
        ticks: values.map((value) => ({ x: value, text: whole(value) })),
      })}
      table={{
        heads: ['Server', ...values.map((value) => `${over} ${whole(value)}`)],
        rows: shown.map((name) => [
          name,
          ...values.map(
            (value) =>
              points.find((point) => point.name === name && point.x === value)?.label ?? '–',
          ),
        ]),
      }}
      source={source}
      legend={legendOf(shown, marks)}
    />
  )
}
