/**
 * The lab's story, for the first screen of `npm start`: recorded, with where in its last line. The
 * start page and the README draw it from the same figures.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { widthOf } from '../cli/wrap.ts'
import { roleColours } from '../flame/colours.ts'
import type { FrameTree } from '../flame/tree.ts'
import { labRoot } from '../run/server.ts'
import { files } from './flame-files.ts'
import { figures, hanging } from './format.ts'
import { readComparison, readReferences } from './reference.ts'
import type { StageReport } from './stage-report.ts'
import { figureTexts, makeStory, type Story, type StorySide } from './story-data.ts'

/** @returns undefined if there are no recordings of two stages with their profiles */
export async function readStory(): Promise<Story | undefined> {
  const reports = await readReferences()
  const [first, last] = [reports[0], reports.at(-1)]
  if (first === undefined || last === undefined || first === last) return undefined
  const [before, after] = await Promise.all([first, last].map(treeOf))
  const comparison = await readComparison().catch(() => undefined)
  if (before === undefined || after === undefined) return undefined
  return makeStory(reports, [before, after], comparison)
}

async function treeOf({ stage }: StageReport): Promise<FrameTree | undefined> {
  const file = join(labRoot, 'profiles', stage.id, files.tree)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as FrameTree)
}

/** The story in lines for a terminal, before the first guess; none if nothing was recorded. */
export async function storyLines(columns: number): Promise<string[]> {
  const story = await readStory()
  return story === undefined ? [] : drawStory(story, columns)
}

/** The story as lines of at most `columns` characters, 80 at most: two bars to one scale, and what changed. */
export function drawStory(story: Story, columns: number): string[] {
  const width = widthOf({ columns })
  const { first, last } = story
  const scale = width / Math.max(first.micros, last.micros)
  const figureLine = (label: string, text: string) =>
    hanging(`${label.padEnd(32)}${text}`.trimEnd(), width)
  return [
    ...sideLines(first, scale, width, 'of CPU per request in its profile'),
    '',
    ...sideLines(last, scale, width, 'to the same scale'),
    '',
    ...figureTexts(story, true).flatMap(({ what, figure, notes }) =>
      figureLine(what, notes.length === 0 ? figure : `${figure} (${notes.join('; ')})`),
    ),
    ...hanging(`${story.origin}; not run here.`, width).map((line) => paint.dim(line)),
  ]
}

function sideLines(side: StorySide, scale: number, width: number, means: string): string[] {
  const head = `${side.id}  ${side.title}`
  const cost = `${figures(side.micros)} µs ${means}`
  const gap = ' '.repeat(Math.max(2, width - head.length - cost.length))
  const named = side.roles.filter(({ micros }) => micros >= side.micros * 0.04)
  return [
    ...(head.length + 2 + cost.length <= width
      ? [`${paint.bold(head)}${gap}${cost}`]
      : [paint.bold(head), ...hanging(cost, width)]),
    bar(side, scale),
    ...hanging(named.map(({ role, micros }) => `${role} ${figures(micros)}`).join(' · '), width),
  ]
}

/** Roles differ in shade as well as in colour. */
function bar({ roles, micros }: StorySide, scale: number): string {
  let [end, drawn] = [0, 0]
  const whole = Math.max(1, Math.round(micros * scale))
  return roles
    .map(({ role, micros }, at) => {
      end += micros * scale
      const cells = Math.min(whole, Math.round(end)) - drawn
      drawn += cells
      return paint.hex(roleColours[role])((at % 2 === 0 ? '█' : '▓').repeat(cells))
    })
    .join('')
}
