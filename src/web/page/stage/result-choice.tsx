/** Which result is shown: the list to choose from, and where the chosen one comes from. */
import type { ResultCard, ResultKind } from '../../api/index.ts'
import { Origin } from '../parts.tsx'
import { whenText } from '../when.ts'

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
        <ResultSelect label={label} list={list} value={chosen.id} choose={choose} />
      )}
      <Origin result={chosen} brief={brief} />
    </div>
  )
}

interface SelectShown {
  label: string
  list: readonly ResultCard[]
  value: string
  choose: (id: string) => void
  /** A second list, below a heading of its own. */
  others?: { heading: string; list: readonly ResultCard[] }
}

/** The list alone. */
export function ResultSelect({ label, list, value, choose, others }: SelectShown) {
  const more = others?.list ?? []
  const labels = resultLabels([...list, ...more])
  const option = ({ id }: ResultCard) => (
    <option key={id} value={id}>
      {labels.get(id)}
    </option>
  )
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {list.map(option)}
        {more.length === 0 ? null : <optgroup label={others!.heading}>{more.map(option)}</optgroup>}
      </select>
    </label>
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

/**
 * How results are called in a list, by their ids. No two have the same name: when they were taken
 * and how they were loaded distinguishes most of them, else seconds, the machine and a number do.
 */
export function resultLabels(list: readonly ResultCard[]): Map<string, string> {
  const machines = new Set(list.flatMap(({ machine }) => machine ?? []))
  const labels = new Map<string, string>()
  const ways = [
    (card: ResultCard) => labelOf(card, false, machines.size > 1),
    (card: ResultCard) => labelOf(card, true, machines.size > 1),
  ]
  for (const card of list) {
    const way = ways.find((way) => list.filter((other) => way(other) === way(card)).length === 1)
    const alike = list.filter((other) => ways[1]!(other) === ways[1]!(card))
    const number = way === undefined ? ` (${alike.indexOf(card) + 1} of ${alike.length})` : ''
    labels.set(card.id, `${(way ?? ways[1]!)(card)}${number}`)
  }
  return labels
}

function labelOf(
  { id, kind, at, load, machine, stages }: ResultCard,
  exact: boolean,
  many: boolean,
) {
  const what = {
    alloc: 'allocations, ',
    lesson: stages.length > 0 ? `lesson of ${stages.join(', ')}, ` : 'lesson, ',
    flame: 'flame graph alone, ',
  }[kind as string]
  const how = load === null ? [] : [load]
  // Processor and Node distinguish machines; the whole line is too long for a list.
  const parts = machine === null || !many ? [] : machine.split(', ')
  const where = parts.length === 0 ? [] : [`${parts[0]}, ${parts.at(-1)}`]
  const origin = id === 'reference' ? 'recorded' : 'run here'
  return [`${what ?? ''}${origin} ${whenText(at, exact)}`, ...how, ...where].join(' · ')
}
