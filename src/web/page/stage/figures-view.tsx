/** What was measured of a stage: beside the stage before and Redis, and beside the article. */

import type { ResultCard, StageCard, StageData } from '../../api-types.ts'
import { path, useData, useLab } from '../lab.ts'
import { Here, Origin, Refusal } from '../parts.tsx'
import { stageAddress } from '../router.ts'
import { BesideTables } from './beside-tables.tsx'
import { ResultChoice } from './result-choice.tsx'
import { chosenResult, measured, resultsOf } from './results-of.ts'
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

function Beside({ data: { beside, besideResult, stage } }: { data: StageData }) {
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
        Medians of interleaved rounds of one comparison: every server was started anew for each
        round, and all of them had their turn in each. So these figures can be compared with each
        other. All of it, with intervals and the noise floor, is on the page{' '}
        <a href="#/compare">Compare</a>.
      </p>
      <Origin result={besideResult} />
      <BesideTables rows={beside} />
      {beside.some(({ redis }) => redis !== null) ? null : (
        <p class="note">Redis was not there to be compared: npm run doctor tells how to get it.</p>
      )}
    </section>
  )
}
