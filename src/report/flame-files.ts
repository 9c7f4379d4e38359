/** The files of a flame graph, whichever command drew it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Caption } from '../flame/caption.ts'
import { writePage } from '../flame/page.ts'
import { flameSvg } from '../flame/svg.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { TestName, Workload } from '../load/workload.ts'
import { workloadText } from './load-table.ts'

/** What a directory of results holds. */
export const files = {
  result: 'result.json',
  flamegraph: 'flamegraph.html',
  picture: 'flamegraph.svg',
  tree: 'profile.json',
} as const

/** Writes a tree into `directory`: 0x's page, a still picture, and the tree that both show. */
export async function writeFlame(
  directory: string,
  tree: FrameTree,
  caption: Caption,
): Promise<void> {
  await writePage(tree, caption, join(directory, files.flamegraph))
  await writeFile(join(directory, files.picture), flameSvg(tree, caption))
  await writeFile(join(directory, files.tree), `${JSON.stringify(tree)}\n`)
}

/** What loaded the server, for a caption. */
export function loadText(workload: Workload, tests: readonly TestName[]): string {
  return `${tests.map((test) => test.toUpperCase()).join(' and ')}; ${workloadText(workload)}`
}
