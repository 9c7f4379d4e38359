/** The cost per request of a server that the lab did not start, when that can be seen. */
import { paint } from '../cli/colour.ts'
import type { Summary } from '../load/summary.ts'
import type { Counted } from '../measure/counted.ts'
import { countersIn, missingReasons, type Readings, readingText } from '../measure/counters.ts'
import { row } from './format.ts'

/** A small table; one line with the reason when nothing can be seen. */
export function serverCostLines(
  measured: readonly { summary: Pick<Summary, 'test'>; server: Counted<Readings> }[],
): string[] {
  const missing = measured.map(({ server }) => server).find((server) => 'missing' in server)
  if (missing !== undefined) return [`server CPU: not known: ${missing.missing}`]
  const rows = measured.flatMap(({ summary, server }) =>
    'value' in server ? [{ test: summary.test.toUpperCase(), readings: server.value }] : [],
  )
  const all = rows.map(({ readings }) => readings)
  const shown = countersIn(all, true)
  const widths = [14, ...shown.map(() => 10)]
  return [
    paint.dim(row(['per request', ...shown.map(({ head }) => head)], widths)),
    ...rows.map(({ test, readings }) =>
      row([test, ...shown.map(({ id }) => readingText(readings, id))], widths),
    ),
    ...missingReasons(all, shown).map((why) => paint.dim(`-: ${why}`)),
  ]
}
