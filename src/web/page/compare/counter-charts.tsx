/** What is counted of a request: system calls and bytes, which no other program can disturb. */
import { useMemo } from 'preact/hooks'
import { valueOrUndefined } from '../../../measure/counted.ts'
import { counterBars, counters } from './bars.ts'
import { Chart } from './chart.tsx'
import { colourOf } from './colours.ts'
import { drawBars } from './draw-bars.ts'
import type { TableProps } from './table-section.tsx'
import { rowsOf, shortTitle } from './tables.ts'

export function CounterCharts({ table, comparison, source }: TableProps) {
  return useMemo(() => {
    const rows = rowsOf(table, comparison)
    const names = rows.map(({ target }) => target)
    const missing = new Set<string>()
    for (const { pick } of counters) {
      for (const row of rows) {
        const counted = pick(row)
        if ('missing' in counted) missing.add(counted.missing)
      }
    }
    return (
      <>
        <div class="charts three">
          {counters.map((counter) => {
            const bars = counterBars(table, comparison, counter)
            if (bars.length === 0) return null
            return (
              <Chart
                key={counter.id}
                title={`${counter.title}: ${shortTitle(table, comparison)}`}
                note={`${counter.unit}, less is better`}
                draw={drawBars({
                  ...{ bars, colour: (name) => colourOf(name, names) },
                  axis: `${counter.unit} →`,
                })}
                table={{
                  heads: ['Server', counter.unit],
                  rows: rows.map((row) => {
                    const value = valueOrUndefined(counter.pick(row))
                    return [row.target, value === undefined ? '–' : counter.text(value)]
                  }),
                }}
                source={source}
              />
            )
          })}
        </div>
        {[...missing].map((why) => (
          <p key={why} class="dim">
            Not shown: {why}.
          </p>
        ))}
      </>
    )
  }, [table, comparison, source])
}
