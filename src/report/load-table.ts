/** The summary of a load, with the fields of redis-benchmark's own. */
import { paint } from '../cli/colour.ts'
import { boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import type { Summary } from '../load/summary.ts'
import { figures, hanging, row, whole } from './format.ts'

const WIDTHS = [14, 10, 7, 10, 7, 6, 6, 6, 6, 7]
const HEAD = ['latency in ms', 'requests', 's', 'per s', 'avg', 'min', 'p50', 'p95', 'p99', 'max']

/** What a line of the table needs; a Summary has it, and so do the article's results. */
export type SummaryFigures = Pick<Summary, 'requests' | 'seconds' | 'requestsPerSecond' | 'latency'>

export function loadHead(): string {
  return paint.dim(row(HEAD, WIDTHS))
}

export function loadRow(label: string, summary: SummaryFigures): string {
  const { avg, min, p50, p95, p99, max } = summary.latency
  const latencies = [avg, min, p50, p95, p99, max].map(figures)
  const { requests, seconds, requestsPerSecond } = summary
  return row(
    [label, whole(requests), figures(seconds), whole(requestsPerSecond), ...latencies],
    WIDTHS,
  )
}

/** Says for which tests the load generator was the bottleneck; no line when it was for none. */
export function boundLines(summaries: readonly Pick<Summary, 'client' | 'test'>[]): string[] {
  const bound = summaries.filter(({ client }) => isLoadGeneratorBound(client?.busy))
  if (bound.length === 0) return []
  return hanging(boundText(bound.map(({ test }) => test.toUpperCase())))
}
