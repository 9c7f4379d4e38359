/** The difference of two profiles, with what to know before they are compared; no file is read. */
import type { Note } from '../experiment/comparison-notes.ts'
import { subtract } from '../flame/difference.ts'
import type { DifferenceData, FrameTree, ResultCard } from './api/index.ts'

export interface Profiled {
  /** Of the stage. */
  id: string
  card: ResultCard
  tree: FrameTree
  /** What a reader must know of the profile: that the machine was busy, and the like. */
  notes: readonly Note[]
}

export function differenceOf(before: Profiled, after: Profiled): DifferenceData {
  const difference = subtract(
    { name: before.id, tree: before.tree },
    { name: after.id, tree: after.tree },
  )
  const notes: string[] = []
  const [one, other] = [before.card, after.card]
  if (one.machine !== other.machine && one.machine !== null && other.machine !== null) {
    notes.push('The two profiles are of different machines: compare shapes, not sizes.')
  }
  if (one.load !== other.load && one.load !== null && other.load !== null) {
    notes.push(`The loads differ: ${one.load}; and ${other.load}.`)
  }
  if (before.tree.source !== after.tree.source) {
    notes.push(`One was taken by ${before.tree.source}, the other by ${after.tree.source}.`)
  }
  for (const { id, notes: own } of [before, after]) {
    for (const { text, warns } of own) if (warns) notes.push(`${id}: ${text}`)
  }
  return { difference, before: one, after: other, notes }
}
