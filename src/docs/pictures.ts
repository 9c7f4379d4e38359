/** Blocks of the reference's pictures and output: `chart: stage1`, `flamegraph: stage1`, `output: stage stage1`. */
import { legend, percent } from '../flame/caption.ts'
import { flameText } from '../flame/text.ts'
import { files } from '../report/flame-files.ts'
import { stageScreen } from '../report/stage-report.ts'
import { stageProgram } from '../run/program.ts'
import type { Stage } from '../stages.ts'
import { chartFile, chartWords } from './chart.ts'
import { linkFrom, screen } from './markdown.ts'
import { type Filler, type Material, onlyStage } from './material.ts'

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
  const shares = legend(tree).map(({ role, share }) => `${role} ${percent(share, tree.samples)}`)
  const alt = `Flame graph of ${stageProgram(stage).title}: ${shares.join(', ')}`
  return image(alt, linkFrom(page, `profiles/${stage.id}/flamegraph.svg`))
}

function image(alt: string, path: string): string {
  return `![${alt.replace(/[[\]]/g, '')}](${path})`
}

const outputs: Record<string, (stage: Stage, material: Material) => Promise<string>> = {
  /** The screen of `npm run stage`, without what it suggests to do next: the chapter says that. */
  stage: async (stage, material) => {
    const report = await material.report(stage)
    return stageScreen(report, `profiles/${stage.id}/${files.picture}`, [])
  },
  flame: async (stage, material) =>
    flameText(await material.tree(stage), stageProgram(stage).title, { columns: 80 }),
}

export const output: Filler = async ([what, ...words], _page, material) => {
  const print = what !== undefined && Object.hasOwn(outputs, what) ? outputs[what] : undefined
  if (print === undefined) {
    const known = Object.keys(outputs).join(' and ')
    throw new Error(`there is no output '${what ?? ''}'; there are ${known}, each of a stage`)
  }
  return screen(await print(onlyStage(words), material))
}
