/** The summary of a load, with the fields of redis-benchmark's own. */
import { paint } from '../cli/colour.ts'
import type { Summary } from '../load/summary.ts'
import { figures, row, whole } from './format.ts'

export { workloadText } from './workload-text.ts'

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

/** A warning where the client held the figures down; nothing where it did not, or cannot be known. */
export function clientBound({ client, test }: Summary): string | undefined {
  if (client === null || client.busy < 0.95) return undefined
  const busy = `${Math.round(client.busy * 100)} % of a core`
  return `${test.toUpperCase()}: the load generator was the bottleneck (${busy}); compare CPU, not rates`
}
