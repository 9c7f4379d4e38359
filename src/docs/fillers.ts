/** The kinds of block there are. Each is written `<!-- KIND: words -->`, and closed by `<!-- end -->`. */
import { lieBlock } from '../pitfalls/lie-block.ts'
import { chapter, chapters } from './chapter-list.ts'
import { code, diff } from './code.ts'
import { counted, predict, questions, task } from './course.ts'
import { figures, findings, machine } from './figures.ts'
import type { Filler } from './material.ts'
import { chart, flamegraph, lesson, output, picture } from './pictures.ts'
import { sentenceRules } from './sentence-rules.ts'
import { slider } from './slider.ts'
import { redis, stageTable } from './stage-table.ts'
import { toolsTable } from './tools-table.ts'

export type Fillers = Readonly<Record<string, Filler>>

export const fillers: Fillers = {
  /** `chapter: 2 how to read one`: place of the page, what it is about; `chapters`: their table. */
  chapter,
  chapters,
  /** `code: stages/stage1/reader.ts Reader.readByte`; without a name all of a short file. */
  code,
  /** `diff: stage1 stage2 reader.ts 2`: hunk 2 as `npm run diff` numbers them; or `all`. */
  diff,
  /** `output: stage stage1`, `output: flame stage1`: what the command printed of the reference. */
  output,
  /** `figures: stage2`: what was measured of it, beside the stage before and Redis. */
  figures,
  /** `stages`, `redis`: all stages with their figures; their ratios to Redis, with intervals. */
  stages: stageTable,
  redis,
  /** `findings`: the article's claims and what became of them. */
  findings,
  /** `machine`: that of the reference, in one line. */
  machine,
  /** `chart: stage1`, `flamegraph: stage1`: the picture, with what it shows in words. */
  chart,
  flamegraph,
  /** `picture: story`, `picture: redis`: in the colours of the reader's theme; `lesson: four-boxes`. */
  picture,
  lesson,
  /** `sentences`: when a recording says what. */
  sentences: sentenceRules,
  /** `predict: stage1`, `questions: stage1`, `task: stage1`: what the course asks. */
  predict,
  questions,
  task,
  /** `slider: receive-buffer`: an experiment of the lab page, and what was recorded of it. */
  slider,
  /** `counted: stage2 views`: a step of a task, before and after. */
  counted,
  /** `tools: FILE`: the lab beside the tools that people use. */
  tools: toolsTable,
  /** `lie: 1`, `lie: 1 answer`: a recording with one thing wrong. */
  lie: (words) => lieBlock(words.join(' ')),
}
