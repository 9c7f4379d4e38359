/** What each ingredient of a stage buys: each left out once, against the whole stage. */

import { Scroll } from '../../../views/parts.tsx'
import type { Comparison } from '../../api-types.ts'
import { changeWithout } from './ablation.ts'
import { shortTitle } from './tables.ts'

export function AblationSection({ comparison }: { comparison: Comparison }) {
  const { plan, tables } = comparison
  const { stage, ingredients } = plan.ablation!
  return (
    <section aria-labelledby="ablation">
      <h2 id="ablation">What each ingredient of {stage} buys</h2>
      <p>
        CPU that a request costs more where it is left out, and bytes more on the JavaScript heap.
        Inconclusive: nothing that can be told from noise.
      </p>
      <Scroll label={`CPU and bytes without each ingredient of ${stage}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">Left out</th>
              {tables.map((table) => (
                <th key={shortTitle(table, comparison)} scope="col">
                  {shortTitle(table, comparison)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ingredients.map(({ name, without }) => (
              <tr key={name}>
                <th scope="row">
                  {name}
                  <small>
                    without it {stage} {without}
                  </small>
                </th>
                {tables.map((table) => {
                  const { cpu, verdict, bytes } = changeWithout(table, comparison, name)
                  return (
                    <td key={shortTitle(table, comparison)}>
                      <span class={verdict}>{cpu}</span> <small>{bytes} bytes</small>
                    </td>
                  )
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  )
}
