/**
 * Blocks of pictures and of the reference's output: `chart: stage1`, `flamegraph: stage1`,
 * `picture: story`, `lesson: four-boxes`, `output: stage stage1`; and all pictures that are drawn.
 */
import { legend, percent } from '../flame/caption.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { flameSvg } from '../flame/svg.ts'
import { flameText } from '../flame/text.ts'
import { loadText } from '../load/workload.ts'
import { recordedPitfalls } from '../pitfalls/pitfalls.ts'
import { captionOf, directoryOf, readRecording } from '../pitfalls/recording.ts'
import { files } from '../report/flame-files.ts'
import { recordedStages } from '../report/reference.ts'
import { stageScreen } from '../report/stage-report.ts'
import { makeStory, type Story } from '../report/story-data.ts'
import { storyPicture, storyWords, type Theme } from '../report/story-picture.ts'
import { stageProgram } from '../run/program.ts'
import { type Stage, stages } from '../stages.ts'
import { chartFile, chartWords, stageChart } from './chart.ts'
import { lessonFile, lessonPicture, lessons, lessonWords } from './lesson-pictures.ts'
import { linkFrom, screen } from './markdown.ts'
import { type Filler, type Material, onlyStage } from './material.ts'
import { redisChart, redisWords } from './redis-chart.ts'

/** A picture that is drawn from the recordings, or of a lesson. */
export interface Drawn {
  /** Relative to the checkout. */
  file: string
  text: string
}

const themes: readonly Theme[] = ['light', 'dark']

/** Every picture of the pages, as it must be. */
export async function drawnPictures(material: Material): Promise<Drawn[]> {
  const comparison = await material.comparison()
  const story = await storyOf(material)
  return [
    ...stages.map((stage) => ({
      file: chartFile(stage.id),
      text: stageChart(comparison, stage),
    })),
    ...(await Promise.all(recordedStages.map((stage) => flameOf(stage, material)))),
    ...recordedPitfalls.flatMap(({ lie }) => lieFlame(lie.number)),
    ...Object.keys(lessons).map((name) => ({ file: lessonFile(name), text: lessonPicture(name) })),
    ...themes.flatMap((theme) => [
      { file: themedFile('redis', theme), text: redisChart(comparison, theme) },
      {
        file: themedFile('story', theme),
        text: storyPicture(story, { width: 838, theme, withFigures: true }),
      },
    ]),
  ]
}

/** Of a recording with one thing wrong; only some have a flame graph. */
function lieFlame(number: number): Drawn[] {
  const recording = readRecording(number)
  if (recording.tree === undefined) return []
  const file = `${directoryOf(number)}/${files.picture}`
  return [{ file, text: flameSvg(recording.tree, captionOf(recording)) }]
}

/** As `npm run stage` saves it. */
async function flameOf(stage: Stage, material: Material): Promise<Drawn> {
  const { workload, tests } = await material.report(stage)
  const names = tests.map(({ summary }) => summary.test)
  const { title } = stageProgram(stage)
  const caption = { title, workload: loadText(workload, names) }
  return {
    file: `profiles/${stage.id}/${files.picture}`,
    text: flameSvg(await material.tree(stage), caption),
  }
}

/** @throws Error if two stages have not been recorded */
async function storyOf(material: Material): Promise<Story> {
  const reports = await material.reports()
  const [first, last] = [recordedStages[0], recordedStages.at(-1)]
  const story =
    first === undefined || last === undefined
      ? undefined
      : makeStory(
          reports,
          [await material.tree(first), await material.tree(last)],
          await material.comparison(),
        )
  if (story === undefined) throw new Error('the story needs recordings of two stages')
  return story
}

function themedFile(name: string, theme: Theme): string {
  return `docs/pictures/${name}-${theme}.svg`
}

/** What a themed picture shows, in words. */
const themed: Readonly<Record<string, (material: Material) => Promise<string>>> = {
  story: async (material) => storyWords(await storyOf(material)),
  redis: async (material) => redisWords(await material.comparison()),
}

/** A picture in the colours of the reader's theme; Markdown alone has no word for it. */
export const picture: Filler = async (words, page, material) => {
  const [name = ''] = words
  const alt = Object.hasOwn(themed, name) && words.length === 1 ? themed[name] : undefined
  if (alt === undefined) throw new Error(`there are the pictures ${Object.keys(themed).join(', ')}`)
  const link = (theme: Theme) => linkFrom(page, themedFile(name, theme))
  return [
    '<picture>',
    `  <source media="(prefers-color-scheme: dark)" srcset="${link('dark')}">`,
    `  <img alt="${escapeMarkup(await alt(material))}" src="${link('light')}">`,
    '</picture>',
  ].join('\n')
}

/** A small flame graph that explains something. */
export const lesson: Filler = (words, page) => {
  const [name = ''] = words
  if (!Object.hasOwn(lessons, name) || words.length !== 1) {
    throw new Error(`there are the lessons ${Object.keys(lessons).join(', ')}`)
  }
  return image(lessonWords(name), linkFrom(page, lessonFile(name)))
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
