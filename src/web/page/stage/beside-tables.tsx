/** A stage, the one before and Redis in one comparison: a table for each load and test. */
import { boundMark, boundText, isLoadGeneratorBound } from '../../../load/bottleneck.ts'
import { countersIn, counterTitle, readingText } from '../../../measure/counters.ts'
import { figures, percent, whole } from '../../../measure/format.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { BesideRow, Row } from '../../api-types.ts'

export function BesideTables({ rows }: { rows: readonly BesideRow[] }) {
  return (
    <div class="beside-tables">
      {rows.map((row) => (
        <BesideTable key={`${row.test} ${row.workload.pipeline}`} row={row} />
      ))}
    </div>
  )
}

function BesideTable({ row: { workload, test, stage, before, redis } }: { row: BesideRow }) {
  const columns = [before, stage, redis].filter((one) => one !== null)
  const { clients, pipeline, payload } = workload
  const title = `${test.toUpperCase()}, ${pipeline === 1 ? 'one request at a time' : `in batches of ${pipeline}`}`
  return (
    <div>
      <h3>{title}</h3>
      <p class="dim small">
        {clients} clients, {payload}-byte payload
        {pipeline === 1 ? '' : `; a batch of ${pipeline} counts as ${pipeline}`}
      </p>
      <Scroll label={title}>
        <table>
          <thead>
            <tr>
              <th scope="col">a {test.toUpperCase()}</th>
              {columns.map(({ target }) => (
                <th key={target} scope="col" class="figure">
                  {target}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {linesOf(columns)
              .filter(({ value }) => columns.some((one) => value(one) !== undefined))
              .map(({ label, value }) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {columns.map((one) => (
                    <td key={one.target} class="figure">
                      {value(one) ?? '–'}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
      {columns.some(({ clientBusy }) => isLoadGeneratorBound(clientBusy)) ? (
        <p class="small">{boundText()}.</p>
      ) : null}
    </div>
  )
}

/** What is shown beside the counters; undefined when it is not known. */
const lines: { label: string; value: (row: Row) => string | undefined }[] = [
  {
    label: 'requests per second',
    value: ({ requestsPerSecond, clientBusy }) =>
      `${isLoadGeneratorBound(clientBusy) ? `${boundMark} ` : ''}${whole(requestsPerSecond)}`,
  },
  { label: 'latency p50, ms', value: ({ latency }) => figures(latency.p50) },
  { label: 'latency p99, ms', value: ({ latency }) => figures(latency.p99) },
  {
    label: 'server, busy of one core',
    value: ({ serverBusy }) => (serverBusy === null ? undefined : percent(serverBusy)),
  },
  {
    label: 'load generator, likewise',
    value: ({ clientBusy }) => (clientBusy === null ? undefined : percent(clientBusy)),
  },
]

function linesOf(rows: readonly Row[]): typeof lines {
  const shown = countersIn(rows.map(({ counters }) => counters)).map((counter) => ({
    label: counterTitle(counter),
    value: ({ counters }: Row) => readingText(counters, counter.id),
  }))
  return [...lines.slice(0, 3), ...shown, ...lines.slice(3)]
}
