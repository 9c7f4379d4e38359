/** One comparison: what has to be known of it, its charts, and ways to take it along. */
import { useMemo } from 'preact/hooks'
import type { ComparisonData } from '../../api-types.ts'
import { useLab } from '../data.ts'
import { Origin } from '../parts.tsx'
import { AblationSection } from './ablation-section.tsx'
import { ArticleSection } from './article-section.tsx'
import { CounterCharts } from './counter-charts.tsx'
import { FiguresTable } from './figures-table.tsx'
import { headNotes, type Note, tableNotes } from './notes.ts'
import { saveBlob } from './picture.ts'
import { SweepSection } from './sweep-section.tsx'
import { SpeedCharts } from './table-section.tsx'
import { shortTitle, tableOf, tableTitle } from './tables.ts'

export function ComparisonView({ data, query }: { data: ComparisonData; query: URLSearchParams }) {
  const { article } = useLab()
  const { comparison, result } = data
  const { plan, tables } = comparison
  const table = tableOf(comparison, Number(query.get('load') ?? 0), query.get('test'))
  const source = useMemo(() => sourceOf(data), [data])
  if (table === undefined) return <p>It holds no figures.</p>
  const load = `${tableTitle(table, comparison)}; ${source}`
  const place = { table, comparison, source: load }
  const address = (workload: number, test: string) =>
    `#/compare?${new URLSearchParams({ run: result.id, load: String(workload), test })}`
  return (
    <>
      <Origin result={result} />
      <Notes notes={headNotes(comparison)} />
      <Exports data={data} />
      {plan.sweep === null ? null : <SweepSection comparison={comparison} source={source} />}
      {plan.ablation === undefined ? null : <AblationSection comparison={comparison} />}
      <nav class="loads" aria-label="Load and test">
        <ul>
          {tables.map((one) => (
            <li key={`${one.workload} ${one.test}`}>
              <a
                href={address(one.workload, one.test)}
                {...(one === table ? { 'aria-current': 'true' as const } : {})}
              >
                {shortTitle(one, comparison)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-labelledby="speed">
        <h2 id="speed">{tableTitle(table, comparison)}</h2>
        <Notes notes={tableNotes(table, comparison)} />
        <SpeedCharts {...place} />
        <h3>Counted, not timed</h3>
        <CounterCharts {...place} />
        <FiguresTable table={table} comparison={comparison} />
      </section>
      <ArticleSection {...place} article={article} />
    </>
  )
}

function Notes({ notes }: { notes: readonly Note[] }) {
  return (
    <>
      {notes.map(({ text, warns }) => (
        <p key={text} class={warns ? 'lead inconclusive' : 'lead dim'}>
          {warns ? '⚠ ' : ''}
          {text}
        </p>
      ))}
    </>
  )
}

function Exports({ data: { result, comparison } }: { data: ComparisonData }) {
  const name = result.id === 'reference' ? 'compare-reference' : result.id
  const saveJson = () => {
    const text = `${JSON.stringify(comparison, null, 1)}\n`
    saveBlob(new Blob([text], { type: 'application/json' }), `${name}.json`)
  }
  return (
    <p class="fields">
      <a href={`/export/comparison/${result.id}.html`} download={`${name}.html`}>
        Save as one HTML file
      </a>
      <button type="button" onClick={saveJson}>
        Save as JSON
      </button>
      <span class="dim">Each chart can be saved as PNG.</span>
    </p>
  )
}

/** Below a picture that leaves the page: whose figures these are. */
function sourceOf({ result, comparison }: ComparisonData): string {
  const { machine, at } = comparison
  const recorded = result.id === 'reference' ? 'recorded, ' : ''
  return `${recorded}${at.slice(0, 16).replace('T', ' ')} UTC, ${machine.cores} x ${machine.cpu}, Node ${machine.node}, commit ${machine.commit.slice(0, 7)}`
}
