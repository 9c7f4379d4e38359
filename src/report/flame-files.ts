/** The files of a flame graph, the same for all commands. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Note } from '../experiment/comparison-notes.ts'
import type { Caption } from '../flame/caption.ts'
import type { Difference } from '../flame/difference.ts'
import { flameSvg } from '../flame/svg.ts'
import type { FrameTree } from '../flame/tree.ts'
import { flameViewData } from '../views/flame/flame-view-data.ts'
import { selfContained } from '../views/self-contained.ts'

/** What a directory of results holds. The references have all but the page. */
export const files = {
  result: 'result.json',
  flamegraph: 'flamegraph.html',
  picture: 'flamegraph.svg',
  tree: 'profile.json',
  difference: 'difference.json',
} as const

/** The tree as it is saved, with notes on the recording; older files have none. */
export type SavedTree = FrameTree & { notes?: readonly Note[] }

/**
 * Writes a profile into `directory`: the viewer with the profile in it, a still picture, the tree.
 * @param notes what a reader must know of the recording, a sentence each
 */
export async function writeFlame(
  directory: string,
  tree: FrameTree,
  caption: Caption,
  notes: readonly Note[] = [],
): Promise<void> {
  await writePage(directory, tree, caption, notes)
  await writeFile(join(directory, files.picture), flameSvg(tree, caption))
  const saved: SavedTree = { ...tree, notes }
  await writeFile(join(directory, files.tree), `${JSON.stringify(saved)}\n`)
}

/** Writes a difference into `directory`: the viewer with the difference in it, and the data. */
export async function writeDifference(
  directory: string,
  difference: Difference,
  caption: Caption,
  notes: readonly Note[] = [],
): Promise<void> {
  await writePage(directory, difference, caption, notes)
  await writeFile(join(directory, files.difference), `${JSON.stringify(difference)}\n`)
}

/** Writes the viewer alone. */
export async function writePage(
  directory: string,
  shown: FrameTree | Difference,
  caption: Caption,
  notes: readonly Note[],
): Promise<void> {
  const page = await selfContained('flame', flameViewData(shown, caption, notes), caption.title)
  await writeFile(join(directory, files.flamegraph), page)
}
