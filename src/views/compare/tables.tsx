/** The tables of a comparison: all figures, and what each optimization buys. */
import type { Figure, Judged, Row, ShownComparison, Table } from '../../experiment/comparison.ts'
import { cpuOf, verdictText } from '../../experiment/comparison-answer.ts'
import { ablationChange, tableTitle } from '../../experiment/comparison-notes.ts'
import { type Counter, countersIn, reading, readingText } from '../../measure/counters.ts'
import { figures, intervalText, percent } from '../../measure/format.ts'
import { Scroll, TableHead, useMedia } from '../parts.tsx'
import { rateText } from './figures.ts'

/** Every figure of a load and test, as `npm run compare` prints them; the A/A copy is among them. */
export function FiguresTable({ table, comparison }: { table: Table; comparison: ShownComparison }) {
  const { baseline } = comparison.plan
  const shown = countersIn(table.rows.map(({ counters }) => counters))
  const heads = [
    ...['Target', 'requests/s', 'ratio', 'p50, ms', 'p95', 'p99', 'ratio of CPU'],
    ...shown.map(({ head }) => head),
    'client, of a core',
  ]
  return (
    <details>
      <summary>All figures</summary>
      <Scroll label={`All figures: ${tableTitle(table, comparison)}`}>
        <table class="figures">
          <TableHead heads={heads} />
          <tbody>
            {table.rows.map((row) => (
              <FiguresRow
                key={row.target}
                row={row}
                shown={shown}
                isBaseline={row.target === baseline}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  )
}

function FiguresRow({
  row,
  shown,
  isBaseline,
}: {
  row: Row
  shown: readonly Counter[]
  isBaseline: boolean
}) {
  const { latency } = row
  return (
    <tr>
      <th scope="row">{row.target}</th>
      <td>{rateText(row)}</td>
      <RatioCell judged={row.rateRatio} figure="rate" isBaseline={isBaseline} />
      <td>{figures(latency.p50)}</td>
      <td>{figures(latency.p95)}</td>
      <td>{figures(latency.p99)}</td>
      <RatioCell judged={cpuOf(row) ?? null} figure="cpu" isBaseline={isBaseline} />
      {shown.map(({ id }) => {
        const counted = reading(row.counters, id)
        return (
          <td key={id} {...('missing' in counted ? { title: counted.missing } : {})}>
            {readingText(row.counters, id)}
          </td>
        )
      })}
      <td>{row.clientBusy === null ? '-' : percent(row.clientBusy)}</td>
    </tr>
  )
}

interface RatioShown {
  judged: Judged | null
  figure: Figure
  isBaseline: boolean
}

function RatioCell({ judged, figure, isBaseline }: RatioShown) {
  if (isBaseline) {
    return (
      <td>
        1 <small>baseline</small>
      </td>
    )
  }
  if (judged === null) return <td>-</td>
  return (
    <td>
      {figures(judged.ratio)}{' '}
      <span class={judged.verdict}>{verdictText(judged.verdict, figure)}</span>
      <small>{intervalText(judged)}</small>
    </td>
  )
}

/** What each optimization of a stage buys: each left out once, against the whole stage. */
export function AblationSection({ comparison }: { comparison: ShownComparison }) {
  const { stage } = comparison.plan.ablation!
  const narrow = useMedia('(max-width: 44rem)')
  return (
    <section aria-labelledby="ablation">
      <h2 id="ablation">What each optimization of {stage} buys</h2>
      <p>
        How much more CPU and how many more bytes on the JavaScript heap per request without it.
        Inconclusive: noise could explain the difference.
      </p>
      <Scroll label={`CPU and bytes without each optimization of ${stage}`}>
        {narrow ? (
          <AblationList comparison={comparison} />
        ) : (
          <AblationTable comparison={comparison} />
        )}
      </Scroll>
    </section>
  )
}

/** A row for each optimization, a column for each load. */
function AblationTable({ comparison }: { comparison: ShownComparison }) {
  const { plan, tables } = comparison
  const { stage, optimizations } = plan.ablation!
  return (
    <table>
      <TableHead heads={['Left out', ...tables.map((table) => tableTitle(table, comparison))]} />
      <tbody>
        {optimizations.map((optimization) => (
          <tr key={optimization.name}>
            <th scope="row">
              <LeftOut stage={stage} {...optimization} />
            </th>
            {tables.map((table) => (
              <ChangeCell
                key={tableTitle(table, comparison)}
                {...{ table, comparison }}
                optimization={optimization.name}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** The loads one below the other, for each optimization: as wide as a narrow window. */
function AblationList({ comparison }: { comparison: ShownComparison }) {
  const { plan, tables } = comparison
  const { stage, optimizations } = plan.ablation!
  return (
    <table>
      <TableHead heads={['Left out, under which load', 'Change']} />
      {optimizations.map((optimization) => (
        <tbody key={optimization.name}>
          <tr>
            <th scope="rowgroup" colSpan={2}>
              <LeftOut stage={stage} {...optimization} />
            </th>
          </tr>
          {tables.map((table) => (
            <tr key={tableTitle(table, comparison)}>
              <th scope="row">{tableTitle(table, comparison)}</th>
              <ChangeCell {...{ table, comparison }} optimization={optimization.name} />
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  )
}

function LeftOut({ stage, name, without }: { stage: string; name: string; without: string }) {
  return (
    <>
      <b>{name}</b>
      <small>
        without it {stage} {without}
      </small>
    </>
  )
}

interface ChangeShown {
  table: Table
  comparison: ShownComparison
  /** The one that is left out. */
  optimization: string
}

function ChangeCell({ table, comparison, optimization }: ChangeShown) {
  const { cpu, verdict, bytes } = ablationChange(table, comparison, optimization)
  return (
    <td>
      <span class={verdict}>{cpu}</span> <small>{bytes} bytes</small>
    </td>
  )
}
