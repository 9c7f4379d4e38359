/** Wrong benchmarks, each run beside the right one: `npm run broken` in the page. */
import { useState } from 'preact/hooks'
import { Scroll } from '../../../views/parts.tsx'
import type { PageRun, PitfallCard } from '../../api/index.ts'
import { path, useData, useEvent, useLab } from '../lab.ts'
import { Here, Refusal, RunEnd, ToType } from '../parts.tsx'
import { chapterAddress, lieAddress } from '../router.ts'
import { LiveRun } from '../run/live.tsx'
import { busyText, useOrders } from '../run/start-run.tsx'
import { whenText } from '../when.ts'

export function PitfallsPage() {
  const { runs, exported } = useLab()
  const [asked, setAsked] = useState(0)
  const pitfalls = useData<PitfallCard[]>(path(['pitfalls']), asked)
  useEvent('ended', ({ order }) => {
    if (order.kind === 'broken') setAsked((times) => times + 1)
  })
  const own = runs.own?.order.kind === 'broken' ? runs.own : null
  return (
    <article class="wide">
      <h1>Pitfalls</h1>
      <p class="lead">
        Ways in which a benchmark misleads.{' '}
        {exported ? (
          <>
            <code>npm run broken</code> runs each of them, the wrong way and the right way, on your
            machine
          </>
        ) : (
          'Each can be run here, the wrong way and the right way'
        )}
        , and you see how far off the wrong one is. A difference that noise could explain is called
        inconclusive. To recognize them in other people’s figures:{' '}
        <a href={lieAddress()}>find the lie</a>; to avoid them:{' '}
        <a href={chapterAddress('measuring')}>measuring</a>.
      </p>
      {exported ? <ToType commands={['npm run broken']} /> : null}
      <Here asked={pitfalls}>
        {(list) => (
          <>
            {list.map((pitfall) => (
              <Pitfall
                key={pitfall.name}
                pitfall={pitfall}
                own={isOf(own, pitfall.name) ? own : null}
              />
            ))}
          </>
        )}
      </Here>
    </article>
  )
}

function isOf(run: PageRun | null, name: string): boolean {
  return run?.order.kind === 'broken' && run.order.pitfall === name
}

interface PitfallShown {
  pitfall: PitfallCard
  /** The last run of it that this page has started. */
  own: PageRun | null
}

function Pitfall({ pitfall, own }: PitfallShown) {
  const { runs, exported } = useLab()
  const orders = useOrders()
  const { name, title, wrong, right, result } = pitfall
  const busy = busyText(runs)
  const run = result === null ? 'Run both' : 'Run both again'
  return (
    <section class="pitfall" aria-labelledby={`pitfall-${name}`}>
      <h2 id={`pitfall-${name}`}>{title}</h2>
      <Scroll label={`${title}: wrong and right`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Way</th>
              <th scope="col">How it is measured</th>
              {result === null ? null : (
                <th scope="col" class="figure">
                  Result
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">wrong</th>
              <td>{wrong}</td>
              {result === null ? null : <td class="figure">{result.wrong}</td>}
            </tr>
            <tr>
              <th scope="row">right</th>
              <td>{right}</td>
              {result === null ? null : <td class="figure">{result.right}</td>}
            </tr>
          </tbody>
        </table>
      </Scroll>
      <div role="status">
        {result === null ? null : (
          <>
            <p>
              <b class={result.inconclusive ? 'inconclusive' : 'verdict off'}>
                {result.inconclusive ? '' : 'Error: '}
                {result.error}
              </b>{' '}
              <span class="dim small">{whenText(result.at, true)}</span>
            </p>
            <p class="lead">{result.why}</p>
            {result.details.map((text) => (
              <p key={text} class="dim small">
                {text}
              </p>
            ))}
          </>
        )}
      </div>
      {own?.state === 'running' ? <LiveRun run={own} /> : null}
      <RunEnd run={own} />
      {exported ? null : (
        <p class="fields">
          <button
            type="button"
            disabled={busy !== undefined || orders.sent}
            aria-label={`${run}: ${title}`}
            onClick={() => orders.start({ kind: 'broken', pitfall: name })}
          >
            {run}
          </button>
          <span class="dim small">{busy ?? 'About ten seconds.'}</span>
        </p>
      )}
      {orders.failure === undefined ? null : <Refusal failure={orders.failure} />}
    </section>
  )
}
