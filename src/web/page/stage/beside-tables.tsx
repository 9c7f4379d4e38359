/** A stage, the one before and Redis in one comparison: a table for each load and test. */
import { figures, percent, whole } from '../../../report/format.ts'
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
            {lines
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
      {columns.some(({ clientBound }) => clientBound) ? (
        <p class="small">
          ≥: the load generator was the limit, so the server may be faster; compare the CPU.
        </p>
      ) : null}
    </div>
  )
}

/** What is shown of a server; undefined if it could not be counted. */
const lines: { label: string; value: (row: Row) => string | undefined }[] = [
  {
    label: 'requests per second',
    value: ({ requestsPerSecond, clientBound }) =>
      `${clientBound ? '≥ ' : ''}${whole(requestsPerSecond)}`,
  },
  { label: 'latency p50, ms', value: ({ latency }) => figures(latency.p50) },
  { label: 'latency p99, ms', value: ({ latency }) => figures(latency.p99) },
  {
    label: 'CPU in user mode, µs',
    value: ({ cpu }) => ('value' in cpu ? figures(cpu.value.user) : undefined),
  },
  {
    label: 'CPU in the kernel, µs',
    value: ({ cpu }) => ('value' in cpu ? figures(cpu.value.system) : undefined),
  },
  {
    label: 'read(2) calls',
    value: ({ reads }) => ('value' in reads ? figures(reads.value) : undefined),
  },
  {
    label: 'write(2) calls',
    value: ({ writes }) => ('value' in writes ? figures(writes.value) : undefined),
  },
  {
    label: 'bytes on the JavaScript heap',
    value: ({ heap }) =>
      'value' in heap && 'value' in heap.value.allocatedBytes
        ? whole(heap.value.allocatedBytes.value)
        : undefined,
  },
  {
    label: 'memory of the process, MB',
    value: ({ residentBytes }) =>
      'value' in residentBytes ? whole(residentBytes.value / 1e6) : undefined,
  },
  {
    label: 'server, busy of one core',
    value: ({ serverBusy }) => (serverBusy === null ? undefined : percent(serverBusy)),
  },
  {
    label: 'load generator, likewise',
    value: ({ clientBusy }) => (clientBusy === null ? undefined : percent(clientBusy)),
  },
]
