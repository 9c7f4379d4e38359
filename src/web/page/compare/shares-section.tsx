/** Where the time of each stage goes, by role, beside the article's flame graph. */

import { useEffect, useMemo, useState } from 'preact/hooks'
import { percent } from '../../../measure/format.ts'
import { Chart } from '../../../views/compare/chart.tsx'
import { drawShares } from '../../../views/compare/draw.ts'
import { Scroll, TableHead } from '../../../views/parts.tsx'
import type { LabData, StageData, StageReport } from '../../api/index.ts'
import { get, path, Refused, useLab } from '../lab.ts'

interface Loaded {
  id: string
  recorded: boolean
  report: StageReport
}

export function SharesSection() {
  const { stages, results, roles } = useLab()
  const [own, setOwn] = useState(false)
  const runOf = (stage: string) =>
    own
      ? results.find(({ id, kind, stages }) => {
          return kind === 'stage' && id !== 'reference' && stages.includes(stage)
        })?.id
      : undefined
  const wanted = stages.map(({ id }) => [id, runOf(id) ?? 'reference'] as const)
  const loaded = useReports(wanted)
  const some = results.some(({ id, kind }) => kind === 'stage' && id !== 'reference')
  return (
    <section aria-labelledby="shares">
      <h2 id="shares">Where the time goes</h2>
      <p class="lead">
        From a profile of each stage, one request at a time, in separate runs. A share is a part of
        a whole: it may grow because the rest has shrunk.
      </p>
      {some ? (
        <fieldset class="choice">
          <legend>Whose profiles</legend>
          {[false, true].map((value) => (
            <label key={String(value)}>
              <input
                type="radio"
                name="shares-of"
                checked={own === value}
                onChange={() => setOwn(value)}
              />{' '}
              {value ? 'run here, if there is one' : 'recorded'}
            </label>
          ))}
        </fieldset>
      ) : null}
      {loaded.length === 0 ? <p class="dim">Loading…</p> : <Shares loaded={loaded} roles={roles} />}
    </section>
  )
}

/** The reports of these results; those that there are none of are left out. */
function useReports(wanted: readonly (readonly [stage: string, run: string])[]): Loaded[] {
  const [loaded, setLoaded] = useState<Loaded[]>([])
  const key = wanted.map((one) => one.join(' ')).join('\n')
  useEffect(() => {
    let still = true
    const asked = key.split('\n').map(async (line) => {
      const [id, run] = line.split(' ') as [string, string]
      try {
        const { report } = await get<StageData>(path(['stage', id], { run }))
        return report === null ? undefined : { id, recorded: run === 'reference', report }
      } catch (error) {
        if (error instanceof Refused) return undefined
        throw error
      }
    })
    Promise.all(asked).then((all) => {
      if (still) setLoaded(all.filter((one) => one !== undefined))
    })
    return () => {
      still = false
    }
  }, [key])
  return loaded
}

function Shares({ loaded, roles }: { loaded: Loaded[]; roles: LabData['roles'] }) {
  // A role that is nowhere to be seen needs no colour.
  return useMemo(() => {
    const shown = roles.filter(({ role }) =>
      loaded.some(({ report }) => report.profile.shares.byRole[role] >= 0.001),
    )
    const bars = loaded.map(({ id, recorded, report }) => ({
      name: recorded ? id : `${id}, run here`,
      parts: shown.map(({ role, colour }) => {
        return { name: role, colour, share: report.profile.shares.byRole[role] }
      }),
    }))
    const groups = loaded[0]?.report.profile.shares.grouped ?? []
    return (
      <>
        <Chart
          title="Shares of each stage’s time, by role"
          note="named where there is room; the order is that of the legend"
          draw={drawShares(bars)}
          table={{
            heads: ['Role', ...bars.map(({ name }) => name)],
            rows: shown.map(({ role }, at) => [
              role,
              ...bars.map(({ parts }) => percent(parts[at]!.share)),
            ]),
          }}
          legend={shown.map(({ role, colour, means }) => ({
            name: role,
            colour,
            dash: null,
            means,
          }))}
        />
        <Scroll label="Beside the article’s flame graph">
          <table>
            <caption>Beside the article’s flame graph, which is of its first version</caption>
            <TableHead heads={['Part', ...bars.map(({ name }) => name), 'the article']} />
            <tbody>
              {groups.map(({ label, article }, at) => (
                <tr key={label}>
                  <th scope="row">{label}</th>
                  {loaded.map(({ id, report }) => (
                    <td key={id}>{percent(report.profile.shares.grouped[at]?.share ?? 0)}</td>
                  ))}
                  <td>
                    {percent(article.share)} <small>{article.frame}</small>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </>
    )
  }, [loaded, roles])
}
