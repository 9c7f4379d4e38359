/** The pages of the checkout: which there are, what must be in them, and how they are written. */
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import type { Problem } from './blocks.ts'
import { stageChart } from './chart.ts'
import { fillers } from './fillers.ts'
import { fillPage } from './inject.ts'
import { openMaterial } from './material.ts'
import { chartFile } from './pictures.ts'

/** The Markdown pages below `docs/`, relative to the checkout. */
export async function docsPages(): Promise<string[]> {
  const names = await readdir(join(labRoot, 'docs'), { recursive: true })
  return names
    .map((name) => `docs/${name.replaceAll('\\', '/')}`)
    .filter((name) => name.endsWith('.md'))
    .sort()
}

/** All Markdown pages of the project. */
export async function allPages(): Promise<string[]> {
  return ['README.md', 'CONTRIBUTING.md', ...(await docsPages())]
}

export interface DocsState {
  /** What keeps blocks from being filled. */
  problems: Problem[]
  /** Blocks and pictures that are not what they must be. */
  stale: Problem[]
  /** What is to be written where. */
  files: { file: string; text: string }[]
}

/**
 * Holds pages and charts against what they must be; writes nothing.
 * @param pages relative to the checkout; all of them, and the charts, where none are named
 */
export async function docsState(pages: readonly string[] = []): Promise<DocsState> {
  const material = openMaterial()
  const state: DocsState = { problems: [], stale: [], files: [] }
  for (const file of pages.length > 0 ? pages : await docsPages()) {
    const text = await readFile(join(labRoot, file), 'utf8')
    const filled = await fillPage(text, file, fillers, material)
    state.problems.push(...filled.problems)
    state.stale.push(...filled.stale)
    if (filled.text !== text) state.files.push({ file, text: filled.text })
  }
  if (pages.length > 0) return state
  const comparison = await material.comparison()
  for (const stage of stages) {
    const file = chartFile(stage.id)
    const path = join(labRoot, file)
    const text = stageChart(comparison, stage)
    if (existsSync(path) && (await readFile(path, 'utf8')) === text) continue
    state.stale.push({ file, line: 1, text: 'the chart is not what profiles/compare.json makes' })
    state.files.push({ file, text })
  }
  return state
}

/** Writes what is not what it must be. */
export async function writeDocs({ files }: Pick<DocsState, 'files'>): Promise<void> {
  for (const { file, text } of files) {
    const path = join(labRoot, file)
    await mkdir(dirname(path), { recursive: true })
    writeWhole(path, text)
  }
}
