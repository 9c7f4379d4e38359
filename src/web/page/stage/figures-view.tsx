/** What was measured of a stage: beside the stage before and Redis, and beside the article. */

import { boundMark, boundText, isLoadGeneratorBound } from '../../../load/bottleneck.ts'
import { countersIn, counterTitle, readingText } from '../../../measure/counters.ts'
import { figures, percent, whole } from '../../../measure/format.ts'
import { Notes, Scroll } from '../../../views/parts.tsx'
import type { BesideRow, ResultCard, Row, StageCard, StageData } from '../../api/index.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here, Origin, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { chosenResult, measured, ResultChoice, resultsOf } from './result-choice.tsx'
import { RunTable } from './run-table.tsx'

export function FiguresView({ stage, query }: { stage: StageCard; query: URLSearchParams }) {
  const { results } = useLab()
  const list = resultsOf(results, stage.id, measured)
  const chosen = chosenResult(list, query.get('run'))
  const asked = useData<StageData>(
    chosen === undefined ? undefined : path(['stage', stage.id], { run: chosen.id }),
    newestComparison(results),
  )
  if (chosen === undefined) {
    const next = `npm run stage ${stage.number}`
    return <Refusal failure={{ happened: `nothing was measured of ${stage.id}`, next }} />
  }
  return (
    <div class="figures">
      <Here asked={asked}>{(data) => <Beside data={data} />}</Here>
      <section aria-labelledby="one-run">
        <h2 id="one-run">One run, beside the article</h2>
        <p class="lead">
          A single run. Its figures differ a little from the medians above, which are the ones to
          quote.
        </p>
        <ResultChoice
          label="Result"
          list={list}
          chosen={chosen}
          choose={(run) => {
            location.hash = stageAddress(stage.number, 'figures', { run })
          }}
        />
        <Here asked={asked}>{(data) => <RunTable data={data} />}</Here>
      </section>
    </div>
  )
}

function newestComparison(results: readonly ResultCard[]): string | undefined {
  return results.find(({ kind, id }) => kind === 'compare' && id !== 'reference')?.id
}

function Beside({ data: { beside, besideResult, besideNotes, stage } }: { data: StageData }) {
  if (besideResult === null || beside.length === 0) {
    return (
      <Refusal
        failure={{
          happened: `no comparison has ${stage.id} in it`,
          next: 'npm run compare, or the page Compare',
        }}
      />
    )
  }
  return (
    <section aria-labelledby="beside">
      <h2 id="beside">
        {stage.number === 1 ? 'Beside Redis' : 'Beside the stage before and Redis'}
      </h2>
      <p class="lead">
        Medians of interleaved rounds of one comparison. Every round starts all servers again and
        measures each of them, so these figures can be compared with each other. All of it, with
        intervals and the noise floor, is on the page <a href="#/compare">Compare</a>.
      </p>
      <Origin result={besideResult} brief="load" />
      <Notes notes={besideNotes} />
      <BesideTables rows={beside} />
      {beside.some(({ redis }) => redis !== null) ? null : (
        <p class="note">Redis was not compared: npm run doctor says how to get it.</p>
      )}
    </section>
  )
}

export function BesideTables({ rows }: { rows: readonly BesideRow[] }) {
  return (
    <div class="beside-tables">
      {rows.map((row) => (
        <BesideTable key={loadTitle(row)} row={row} />
      ))}
    </div>
  )
}

/** `SET, in batches of 16, 1,000,000 keys`: what distinguishes the tables. */
function loadTitle({ test, workload: { pipeline, keyspace } }: BesideRow): string {
  return [
    test.toUpperCase(),
    pipeline === 1 ? 'one request at a time' : `in batches of ${pipeline}`,
    ...(keyspace === 1 ? [] : [`${whole(keyspace)} keys`]),
  ].join(', ')
}

function BesideTable({ row }: { row: BesideRow }) {
  const { workload, test, stage, before, redis } = row
  const columns = [before, stage, redis].filter((one) => one !== null)
  const { clients, pipeline, payload } = workload
  const title = loadTitle(row)
  return (
    <div>
      <h3>{title}</h3>
      <p class="dim small">
        {clients} clients, {payload}-byte payload
        {pipeline === 1 ? '' : `; a batch of ${pipeline} counts as ${pipeline}`}
      </p>
      <Scroll label={`${title}: ${columns.map(({ target }) => target).join(', ')}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">per {test.toUpperCase()}</th>
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
    label: 'server busy, of one core',
    value: ({ serverBusy }) => (serverBusy === null ? undefined : percent(serverBusy)),
  },
  {
    label: 'load generator busy, of one core',
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
