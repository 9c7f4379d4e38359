/** Which result is shown: a list to choose from, and where the chosen one comes from. */
import type { ResultCard } from '../../api-types.ts'
import { Origin } from '../parts.tsx'
import { resultText } from './results-of.ts'

interface Shown {
  /** `Result`, `Before`: what is chosen. */
  label: string
  list: readonly ResultCard[]
  chosen: ResultCard
  choose: (id: string) => void
  /** Without the machine and the load. */
  brief?: boolean
}

export function ResultChoice({ label, list, chosen, choose, brief = false }: Shown) {
  return (
    <div class="result-choice">
      {list.length < 2 ? null : (
        <label>
          {label}{' '}
          <select value={chosen.id} onChange={({ currentTarget }) => choose(currentTarget.value)}>
            {list.map((card) => (
              <option key={card.id} value={card.id}>
                {resultText(card)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Origin result={chosen} brief={brief} />
    </div>
  )
}
