/** All stages, Redis and the article side by side. */

import { ComparisonView } from '../../views/compare/comparison-view.tsx'
import type { Comparison, ComparisonData } from '../api/index.ts'
import { CompareForm } from './compare/compare-form.tsx'
import { SharesSection } from './compare/shares-section.tsx'
import { get, getFile, path, useData, useEvent, useLab } from './lab.ts'
import { useLeadTo } from './lead-to.ts'
import { Here, Origin, RunEnd, ToType } from './parts.tsx'
import { LiveRun } from './run/live.tsx'
import { ResultSelect } from './stage/result-choice.tsx'

export function ComparePage({ query }: { query: URLSearchParams }) {
  const { results, runs, exported } = useLab()
  const all = results.filter(({ kind }) => kind === 'compare')
  const lessons = results.filter(({ kind, id }) => kind === 'lesson' && id !== 'reference')
  const run = query.get('run') ?? (all.find(({ id }) => id !== 'reference') ?? all[0])?.id
  const asked = useData<ComparisonData>(run === undefined ? undefined : path(['comparison', run]))
  const own = runs.own?.order.kind === 'compare' ? runs.own : null
  const lead = useLeadTo(own)
  useEvent('ended', ({ order, result }) => {
    if (order.kind === 'compare' && result !== null) show(result.id)
  })
  return (
    <article class="wide compare">
      <h1>Compare</h1>
      <p class="lead">
        Servers in interleaved rounds under one load. Each ratio has its interval and is held
        against the noise floor; a difference that noise could explain is called inconclusive.
      </p>
      {own?.state === 'running' ? (
        <LiveRun run={own} />
      ) : exported ? (
        <ToType commands={['npm run compare']} needs="redis-server is compared if it is there" />
      ) : (
        <details class="run-one">
          <summary>Run a comparison here</summary>
          <CompareForm />
        </details>
      )}
      <RunEnd run={own} />
      {run === undefined ? (
        <p>There is no comparison yet, and none was recorded.</p>
      ) : (
        <>
          <p
            class="fields"
            tabIndex={-1}
            ref={(place) => {
              lead.current = place
            }}
          >
            <ResultSelect
              label="Which comparison"
              list={all}
              value={run}
              choose={show}
              others={{ heading: 'Lessons: a stage beside the one before', list: lessons }}
            />
          </p>
          <Here asked={asked}>{(data) => <Shown data={data} query={query} />}</Here>
        </>
      )}
      <SharesSection />
    </article>
  )
}

function Shown({ data, query }: { data: ComparisonData; query: URLSearchParams }) {
  const { article } = useLab()
  const { comparison, result } = data
  return (
    <>
      <Origin result={result} brief="load" />
      <ComparisonView
        comparison={comparison}
        article={article}
        shown={{ workload: Number(query.get('load') ?? 0), test: query.get('test') }}
        onShow={(workload, test) => {
          const place = new URLSearchParams({ run: result.id, load: String(workload), test })
          location.hash = `#/compare?${place}`
        }}
      >
        <Exports data={data} />
      </ComparisonView>
    </>
  )
}

function Exports({ data: { result } }: { data: ComparisonData }) {
  const { exported } = useLab()
  const name = result.id === 'reference' ? 'compare-reference' : result.id
  const saveJson = async () => {
    const whole = await get<Comparison>(path(['comparison', result.id, 'whole']))
    const text = `${JSON.stringify(whole, null, 1)}\n`
    saveBlob(new Blob([text], { type: 'application/json' }), `${name}.json`)
  }
  const saveHtml = async () => {
    saveBlob(await getFile(`/export/comparison/${result.id}.html`), `${name}.html`)
  }
  return (
    <p class="fields">
      {exported ? (
        <a href="compare-reference.html">As one HTML file</a>
      ) : (
        <button type="button" onClick={saveHtml}>
          Save as one HTML file
        </button>
      )}
      <button type="button" onClick={saveJson}>
        Save as JSON
      </button>
    </p>
  )
}

function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser reads it after the click: it must not be revoked at once.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

function show(run: string): void {
  location.hash = `#/compare?run=${encodeURIComponent(run)}`
}
