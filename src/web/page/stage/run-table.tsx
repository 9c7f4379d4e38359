/** One result of a stage, with what the article measured below it. */
import { loadNotes } from '../../../experiment/comparison-notes.ts'
import type { Summary } from '../../../load/summary.ts'
import { countersIn, counterTitle, readingText } from '../../../measure/counters.ts'
import { figures, percent, whole } from '../../../measure/format.ts'
import { Notes, Scroll } from '../../../views/parts.tsx'
import type { ArticleResult, StageData, StageReport } from '../../api/index.ts'
import { BesideTables } from './figures-view.tsx'

export function RunTable({ data: { report, comparison, stage, article } }: { data: StageData }) {
  if (report !== null) return <ReportTables report={report} article={article} />
  if (comparison === null) return <p>This result has a flame graph, and no figures.</p>
  const rows = comparison.tables.flatMap(({ workload, test, rows }) => {
    const own = rows.find(({ target }) => target === stage.id)
    const before = rows.find(({ target }) => target === `stage${stage.number - 1}`) ?? null
    if (own === undefined) return []
    return [
      { workload: comparison.plan.workloads[workload]!, test, stage: own, before, redis: null },
    ]
  })
  return (
    <>
      <p class="lead">A short run of a lesson, in turns with the stage before.</p>
      <Notes notes={loadNotes(comparison.load, comparison.machine.cores)} />
      <BesideTables rows={rows} />
    </>
  )
}

function ReportTables({
  report: { tests, load, machine },
  article,
}: {
  report: StageReport
  article: readonly ArticleResult[]
}) {
  return (
    <>
      <Notes notes={loadNotes(load, machine.cores)} />
      <Scroll label="Throughput and latency, beside the article">
        <table>
          <thead>
            <tr>
              <th scope="col">Test</th>
              <th scope="col" class="figure">
                Requests/s
              </th>
              {['avg', 'p50', 'p95', 'p99', 'max'].map((name) => (
                <th key={name} scope="col" class="figure">
                  {name}, ms
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tests.flatMap(({ summary }) => [
              <Latencies
                key={summary.test}
                label={summary.test.toUpperCase()}
                of={summary}
                own={true}
              />,
              ...article
                .filter(({ test }) => test === summary.test)
                .map((result) => (
                  <Latencies
                    key={`${summary.test} ${result.server}`}
                    label={`the article's ${result.server}`}
                    of={result}
                    own={false}
                  />
                )),
            ])}
          </tbody>
        </table>
      </Scroll>
      <p class="small">
        The article's figures are of a machine of its own that it does not name: compare proportions
        only.
      </p>
      <h3>The server, per request</h3>
      <ServerTable tests={tests} />
    </>
  )
}

interface Latency {
  label: string
  of: Pick<Summary, 'requestsPerSecond' | 'latency'> | ArticleResult
  own: boolean
}

function Latencies({ label, of: { requestsPerSecond, latency }, own }: Latency) {
  const { avg, p50, p95, p99, max } = latency
  return (
    <tr class={own ? 'own' : 'dim'}>
      <th scope="row">{label}</th>
      <td class="figure">{whole(requestsPerSecond)}</td>
      {[avg, p50, p95, p99, max].map((ms, at) => (
        <td key={at} class="figure">
          {ms === undefined || ms === null ? '–' : figures(ms)}
        </td>
      ))}
    </tr>
  )
}

type Test = StageReport['tests'][number]

function linesOf(tests: readonly Test[]): { label: string; value: (test: Test) => string }[] {
  return [
    ...countersIn(
      tests.map(({ server }) => server),
      true,
    ).map((counter) => ({
      label: counterTitle(counter),
      value: ({ server }: Test) => readingText(server, counter.id),
    })),
    {
      label: 'the load generator, busy of one core',
      value: ({ summary: { client } }) => (client == null ? '-' : percent(client.busy)),
    },
  ]
}

function ServerTable({ tests }: { tests: readonly Test[] }) {
  return (
    <Scroll label="The server, per request">
      <table>
        <thead>
          <tr>
            <th scope="col">per request</th>
            {tests.map(({ summary: { test } }) => (
              <th key={test} scope="col" class="figure">
                {test.toUpperCase()}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {linesOf(tests).map(({ label, value }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {tests.map((test) => (
                <td key={test.summary.test} class="figure">
                  {value(test)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
