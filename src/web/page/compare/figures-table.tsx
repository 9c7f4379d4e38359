/** Every figure of a load and test, as `npm run compare` prints them; the twin is among them. */
import type { Counted } from '../../../measure/counted.ts'
import { figures, intervalText, percent, whole } from '../../../report/format.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { Comparison, Row } from '../../api-types.ts'
import { type Judged, type Table, tableTitle } from './tables.ts'

const heads = [
  ...['Server', 'requests/s', 'ratio', 'p50, ms', 'p95', 'p99', 'user, µs', 'kernel', 'CPU'],
  ...['ratio of CPU', 'reads', 'writes', 'heap bytes', 'GC pauses a million', 'GC ms a million'],
  ...['resident, MB', 'client, of a core'],
]

export function FiguresTable({ table, comparison }: { table: Table; comparison: Comparison }) {
  const { baseline } = comparison.plan
  return (
    <details>
      <summary>All figures</summary>
      <Scroll label={`All figures: ${tableTitle(table, comparison)}`}>
        <table class="figures">
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row) => (
              <FiguresRow key={row.target} row={row} isBaseline={row.target === baseline} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

function FiguresRow({ row, isBaseline }: { row: Row; isBaseline: boolean }) {
  const { latency, cpu, heap } = row
  const cpuRatio = row.cpuRatio !== null && 'value' in row.cpuRatio ? row.cpuRatio.value : null
  return (
    <tr>
      <th scope="row">{row.target}</th>
      <td>
        {whole(row.requestsPerSecond)}
        {row.clientBound ? <small>client-bound</small> : null}
      </td>
      <RatioCell judged={row.rateRatio} isBaseline={isBaseline} />
      <td>{figures(latency.p50)}</td>
      <td>{figures(latency.p95)}</td>
      <td>{figures(latency.p99)}</td>
      <Cell counted={cpu} text={({ user }) => figures(user)} />
      <Cell counted={cpu} text={({ system }) => figures(system)} />
      <Cell counted={cpu} text={({ total }) => figures(total)} />
      <RatioCell judged={cpuRatio} isBaseline={isBaseline} />
      <Cell counted={row.reads} text={figures} />
      <Cell counted={row.writes} text={figures} />
      <Cell counted={'value' in heap ? heap.value.allocatedBytes : heap} text={whole} />
      <Cell counted={heap} text={({ pauses }) => figures(pauses * 1e6)} />
      <Cell counted={heap} text={({ pauseMicros }) => figures(pauseMicros * 1000)} />
      <Cell counted={row.residentBytes} text={(bytes) => whole(bytes / 1e6)} />
      <td>{row.clientBusy === null ? '–' : percent(row.clientBusy)}</td>
    </tr>
  )
}

function Cell<T>({ counted, text }: { counted: Counted<T>; text: (value: T) => string }) {
  return 'value' in counted ? <td>{text(counted.value)}</td> : <td title={counted.missing}>–</td>
}

function RatioCell({ judged, isBaseline }: { judged: Judged | null; isBaseline: boolean }) {
  if (isBaseline) {
    return (
      <td>
        1 <small>baseline</small>
      </td>
    )
  }
  if (judged === null) return <td>–</td>
  return (
    <td>
      {figures(judged.ratio)} <span class={judged.verdict}>{judged.verdict}</span>
      <small>{intervalText(judged)}</small>
    </td>
  )
}
