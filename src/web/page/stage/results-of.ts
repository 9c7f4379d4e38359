/** Which results a stage's views can show, and which they show where none is asked for. */
import type { ResultCard, ResultKind } from '../../api-types.ts'

/** Kinds that have a profile in time, and those that have the figures of a benchmark. */
export const profiled: readonly ResultKind[] = ['stage', 'lesson', 'flame']
export const measured: readonly ResultKind[] = ['stage', 'lesson']

/** The results of a stage of these kinds: the newest of one's own first, the recorded one last. */
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
