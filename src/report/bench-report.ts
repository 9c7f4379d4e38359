/** What a request cost a server that the lab did not start, where that can be seen. */
import { paint } from '../cli/colour.ts'
import type { Summary } from '../load/summary.ts'
import type { Counted } from '../measure/counted.ts'
import type { PerRequest } from '../measure/process-counters.ts'
import { figures, row } from './format.ts'

const WIDTHS = [14, 10, 10, 10, 10, 10]
const HEAD = ['a request', 'CPU µs', 'user', 'kernel', 'reads', 'writes']

/** A small table; one line with the reason where nothing can be seen. */
export function serverCostLines(
  measured: readonly { summary: Pick<Summary, 'test'>; server: Counted<PerRequest> }[],
): string[] {
  const missing = measured.map(({ server }) => server).find((server) => 'missing' in server)
  if (missing !== undefined) return [`server CPU: not known: ${missing.missing}`]
  return [
    paint.dim(row(HEAD, WIDTHS)),
    ...measured.flatMap(({ summary, server }) => {
      if ('missing' in server) return []
      const { cpuMicros, reads, writes } = server.value
      const cpu = 'value' in cpuMicros ? cpuMicros.value : undefined
      const cells = [cpu?.total, cpu?.user, cpu?.system].map((micros) => cell(micros))
      const calls = [reads, writes].map((calls) => cell('value' in calls ? calls.value : undefined))
      return [row([summary.test.toUpperCase(), ...cells, ...calls], WIDTHS)]
    }),
  ]
}

function cell(value: number | undefined): string {
  return value === undefined ? '-' : figures(value)
}
