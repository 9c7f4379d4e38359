/** Blocks of what a command printed when the reference was taken: `output: stage stage1`. */
import { flameText } from '../flame/text.ts'
import { titleOf } from '../report/flame-graph.ts'
import { stageScreen } from '../report/stage-report.ts'
import type { Stage } from '../stages.ts'
import type { Filler } from './inject.ts'
import { screen } from './markdown.ts'
import { type Material, onlyStage } from './material.ts'

const outputs: Record<string, (stage: Stage, material: Material) => Promise<string>> = {
  /** The screen of `npm run stage`, without what it suggests to do next: the chapter says that. */
  stage: async (stage, material) => {
    const report = await material.report(stage)
    return stageScreen(report, `profiles/${stage.id}/${report.files.flamegraph}`, [])
  },
  flame: async (stage, material) =>
    flameText(await material.tree(stage), titleOf(stage, 'time'), { columns: 80 }),
}

export const output: Filler = async ([what, ...words], _page, material) => {
  const print = what !== undefined && Object.hasOwn(outputs, what) ? outputs[what] : undefined
  if (print === undefined) {
    const known = Object.keys(outputs).join(' and ')
    throw new Error(`there is no output '${what ?? ''}'; there are ${known}, each of a stage`)
  }
  return screen(await print(onlyStage(words), material))
}
