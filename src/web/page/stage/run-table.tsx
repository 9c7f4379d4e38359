/** One result of a stage, with what the article measured below it. */
import type { Summary } from '../../../load/summary.ts'
import { figures, percent, whole } from '../../../report/format.ts'
import { Scroll } from '../../../views/parts.tsx'
import type { ArticleResult, StageData, StageReport } from '../../api-types.ts'
import { BesideTables } from './beside-tables.tsx'

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
      <BesideTables rows={rows} />
    </>
  )
}

function ReportTables({
  report: { tests },
  article,
}: {
  report: StageReport
  article: readonly ArticleResult[]
}) {
  return (
    <>
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
      <h3>The server, for each request</h3>
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

const lines: { label: string; value: (test: Test) => string | undefined }[] = [
  {
    label: 'CPU in user mode, µs',
    value: ({ server: { cpuMicros } }) =>
      'value' in cpuMicros ? figures(cpuMicros.value.user) : undefined,
  },
  {
    label: 'CPU in the kernel, µs',
    value: ({ server: { cpuMicros } }) =>
      'value' in cpuMicros ? figures(cpuMicros.value.system) : undefined,
  },
  {
    label: 'read(2) calls',
    value: ({ server: { reads } }) => ('value' in reads ? figures(reads.value) : undefined),
  },
  {
    label: 'write(2) calls',
    value: ({ server: { writes } }) => ('value' in writes ? figures(writes.value) : undefined),
  },
  {
    label: 'the load generator, busy of one core',
    value: ({ summary: { client } }) => (client == null ? undefined : percent(client.busy)),
  },
]

function ServerTable({ tests }: { tests: readonly Test[] }) {
  return (
    <Scroll label="The server, for each request">
      <table>
        <thead>
          <tr>
            <th scope="col">for each request</th>
            {tests.map(({ summary: { test } }) => (
              <th key={test} scope="col" class="figure">
                {test.toUpperCase()}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(({ label, value }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {tests.map((test) => (
                <td key={test.summary.test} class="figure">
                  {value(test) ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
