/** One comparison: its answer, the chart of it, how far to trust it, all figures. Takes data, fetches nothing. */
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { ArticleResult } from '../../article/figures.ts'
import type { ShownComparison } from '../../experiment/comparison.ts'
import { answerOf } from '../../experiment/comparison-answer.ts'
import { compareNotes, tableNotes, tableTitle } from '../../experiment/comparison-notes.ts'
import { workloadText } from '../../load/workload.ts'
import { Notes } from '../parts.tsx'
import { ArticleSection } from './article-section.tsx'
import { tableOf } from './figures.ts'
import { CounterCharts, RatioChart, SpeedCharts, SweepSection } from './sections.tsx'
import { AblationSection, FiguresTable } from './tables.tsx'

interface Props {
  comparison: ShownComparison
  article: readonly ArticleResult[]
  /** Which table to show; without `onShow`, the one to begin with. */
  shown?: { workload: number; test: string | null }
  /** Called with the table that the reader chose; default: the view keeps the choice. */
  onShow?: (workload: number, test: string) => void
  /** Stands below all, e.g. ways to save it. */
  children?: ComponentChildren
}

export function ComparisonView({ comparison, article, shown, onShow, children }: Props) {
  const { plan, tables } = comparison
  const [own, setOwn] = useState(shown ?? { workload: 0, test: null })
  const { workload, test } = onShow === undefined ? own : (shown ?? own)
  const table = tableOf(comparison, workload, test)
  if (table === undefined) return <p>It holds no figures.</p>
  const show = onShow ?? ((workload: number, test: string) => setOwn({ workload, test }))
  const answer = answerOf(table, comparison)
  const load = workloadText(plan.workloads[table.workload]!)
  return (
    <>
      {plan.sweep === null ? null : <SweepSection comparison={comparison} />}
      {plan.ablation === undefined ? null : <AblationSection comparison={comparison} />}
      <nav class="loads" aria-label="Workload and test">
        <ul>
          {tables.map((one) => (
            <li key={`${one.workload} ${one.test}`}>
              <button
                type="button"
                aria-pressed={one === table}
                onClick={() => show(one.workload, one.test)}
              >
                {tableTitle(one, comparison)}
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <section aria-labelledby="speed">
        <h2 id="speed">
          {table.test.toUpperCase()}, {load}
        </h2>
        {answer === undefined ? null : <p class="answer">{answer}</p>}
        <RatioChart table={table} comparison={comparison} />
        <h3>How far to trust it</h3>
        <Notes notes={[...tableNotes(table, comparison), ...compareNotes(comparison)]} />
        <h3>The figures behind it</h3>
        <SpeedCharts table={table} comparison={comparison} />
        <h3>Counted, not timed</h3>
        <CounterCharts table={table} comparison={comparison} />
        <FiguresTable table={table} comparison={comparison} />
      </section>
      <ArticleSection table={table} comparison={comparison} article={article} />
      {children}
    </>
  )
}
