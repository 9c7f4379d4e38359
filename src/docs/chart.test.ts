import { expect, it } from 'vitest'
import { recordedStages } from '../report/reference.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { chartWords, stageChart } from './chart.ts'
import { openMaterial } from './material.ts'

const comparison = await openMaterial().comparison()

it.each(recordedStages)(
  'the chart of $id needs no other file, marks it, and has all of it in text',
  (stage) => {
    const svg = stageChart(comparison, stage)
    expect(fetchedBy(svg)).toEqual([])
    expect(svg).not.toMatch(/<script|NaN|undefined|Infinity/)
    expect(svg.match(/▶ (\w+)</g)).toEqual([`▶ ${stage.id}<`, `▶ ${stage.id}<`])
    const words = chartWords(comparison, stage)
    for (const { id } of recordedStages)
      expect(words).toMatch(new RegExp(`${id} [\\d.]+ \\+ [\\d.]+`))
    // Each bar is within the place for bars.
    for (const [, x, width] of svg.matchAll(
      /<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="18"/g,
    )) {
      expect(Number(x) + Number(width)).toBeLessThan(483)
    }
  },
)

it('a server that did not take part is left out', () => {
  const tables = comparison.tables.map((table) => ({
    ...table,
    rows: table.rows.filter(({ target }) => target !== 'redis'),
  }))
  expect(stageChart({ ...comparison, tables }, recordedStages[0]!)).not.toContain('redis<')
})
