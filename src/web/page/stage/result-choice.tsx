/** Which result is shown: the list to choose from, and where the chosen one comes from. */
import type { ResultCard, ResultKind } from '../../api-types.ts'
import { Origin } from '../parts.tsx'

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

/** Kinds that have a profile in time, and those that have the figures of a benchmark. */
export const profiled: readonly ResultKind[] = ['stage', 'lesson', 'flame']
export const measured: readonly ResultKind[] = ['stage', 'lesson']

/** The results of a stage of these kinds: your newest first, the recorded one last. */
export function resultsOf(
  results: readonly ResultCard[],
  stage: string,
  kinds: readonly ResultKind[],
): ResultCard[] {
  const fit = results.filter((card) => card.stages.includes(stage) && kinds.includes(card.kind))
  const recorded = (card: ResultCard) => card.id === 'reference'
  return [...fit.filter((card) => !recorded(card)), ...fit.filter(recorded)]
}

/** The result that the address asks for, else the first of the list. */
export function chosenResult(
  list: readonly ResultCard[],
  run: string | null,
): ResultCard | undefined {
  return list.find(({ id }) => id === run) ?? list.find(({ kind }) => kind !== 'alloc')
}

/** A result in a list to choose from. */
export function resultText({ id, kind, at, load }: ResultCard): string {
  const what = kind === 'alloc' ? 'allocations, ' : kind === 'lesson' ? 'from a lesson, ' : ''
  const when = new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
  const how = load === null ? '' : ` · ${load}`
  return id === 'reference' ? `recorded ${when}${how}` : `${what}run here ${when}${how}`
}
