/** Blocks that show a picture: `chart: stage1`, `flamegraph: stage1`. */
import { legend, percent } from '../flame/caption.ts'
import { titleOf } from '../report/flame-graph.ts'
import { chartWords } from './chart.ts'
import type { Filler } from './inject.ts'
import { linkFrom } from './markdown.ts'
import { onlyStage } from './material.ts'

/** Where the chart of a stage is kept, relative to the checkout. */
export function chartFile(stageId: string): string {
  return `docs/pictures/${stageId}.svg`
}

/** The chart of a stage, with what it shows in words. */
export const chart: Filler = async (words, page, material) => {
  const stage = onlyStage(words)
  const alt = chartWords(await material.comparison(), stage)
  return image(alt, linkFrom(page, chartFile(stage.id)))
}

/** The flame graph of the reference of a stage. */
export const flamegraph: Filler = async (words, page, material) => {
  const stage = onlyStage(words)
  const tree = await material.tree(stage)
  const shares = legend(tree).map(({ role, share }) => `${role} ${percent(share)}`)
  const alt = `Flame graph of ${titleOf(stage, 'time')}: ${shares.join(', ')}`
  return image(alt, linkFrom(page, `profiles/${stage.id}/flamegraph.svg`))
}

function image(alt: string, path: string): string {
  return `![${alt.replace(/[[\]]/g, '')}](${path})`
}
