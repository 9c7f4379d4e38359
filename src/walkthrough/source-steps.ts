/** Source that a lesson shows: the code that matters, and what the next stage changes. */

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { isSolvedByNext, taskOf } from '../check/tasks.ts'
import { paint } from '../cli/colour.ts'
import { fold } from '../cli/wrap.ts'
import { type DiffWords, diffWords } from '../course/chapters.ts'
import { type Lesson, lessonOf, type StageLesson } from '../course/lessons.ts'
import { counted, wrap } from '../report/format.ts'
import { fileLines } from '../report/stage-diff.ts'
import { mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import { type FileDifference, stageDifference } from '../source/difference.ts'
import { findPiece, withoutComments } from '../source/pieces.ts'
import { withoutSwitches } from '../source/switches.ts'
import type { Stage } from '../stages.ts'
import { stageOf } from './lesson-run.ts'
import type { Step } from './session.ts'
import type { Output } from './terminal.ts'

/** Longer pieces are cut: they are to be read in an editor. */
const MOST_LINES = 60

/** Shows the piece of source that the lesson names. */
export function codeStep({ code }: Pick<Lesson, 'code'>): Step['show'] {
  return async ({ output }) => {
    const text = await readFile(join(labRoot, code.file), 'utf8')
    await output.say([
      ...codeLines(text, code),
      ...(code.note === undefined ? [] : ['', ...wrap(code.note, '', output.columns)]),
    ])
  }
}

/**
 * A piece of source as lines: its place, then each with its number. Its comments are left out: they
 * say what the code costs, and that is what the reader is about to guess.
 * @throws Error if the file has no such piece
 */
export function codeLines(text: string, { file, region, parts }: Lesson['code']): string[] {
  const whole = findPiece(text, file, region)
  const shownOf = switchedOn(text)
  const pieces = parts?.map((name) => findPiece(text, file, `${region}.${name}`)) ?? [whole]
  const lines = pieces.flatMap((piece, at) => {
    const own = withoutComments(text, piece).flatMap(({ line, code }) => {
      const shown = shownOf(line, code)
      return shown === undefined ? [] : [{ number: String(line), code: shown }]
    })
    return at === 0 ? own : [{ number: '', code: `${indentOf(own[0]!.code)}…` }, ...own]
  })
  const indent = Math.min(...lines.map(({ code }) => indentOf(code).length))
  const shown = lines.slice(0, lines.length > MOST_LINES ? MOST_LINES - 4 : lines.length)
  const width = String(whole.end).length
  const left = lines.length - shown.length
  return [
    `${paint.bold(`${file}:${whole.line}`)}  ${parts === undefined ? '' : 'in parts, '}without its comments`,
    ...shown.map(({ number, code }) => `${number.padStart(width)}  ${code.slice(indent)}`),
    ...(left === 0 ? [] : [`… ${left} more lines; see ${file}:${lines[shown.length]!.number}`]),
  ]
}

/** A line as it is without the switches of `compare --ablate`; undefined if nothing is left of it. */
function switchedOn(text: string): (line: number, code: string) => string | undefined {
  const source = text.split('\n')
  const { lines, numbers } = withoutSwitches(text)
  const shown = new Map(numbers.map((number, at) => [number, lines[at]!]))
  return (line, code) => (shown.get(line) === source[line - 1] ? code : shown.get(line)?.trimEnd())
}

function indentOf(line: string): string {
  return /^\s*/.exec(line)![0]
}

/**
 * Offers the difference to the next stage, file by file; each is read a page at a time. A reader who
 * has asked for it at the task is not asked again; one who has a copy can see it from there.
 */
export function diffStep(lesson: StageLesson, next: Stage): Step['show'] {
  return async ({ output, opensDiff, workbench }) => {
    const from = stageOf(lesson)
    const command = `npm run diff -- ${from.number} ${next.number}`
    const first = basename(lessonOf(next.id).code.file)
    const files = shownFiles(from, next, first, diffWords(from, next), output.columns)
    const all = files.reduce((sum, { lines }) => sum + lines.length, 0)
    const solution = isSolvedByNext(taskOf(lesson.id)) ? ' It is the solution of your task.' : ''
    await output.say([
      ...wrap(`${next.id}, ${next.title}: ${next.change}.${solution}`, '', output.columns),
      ...wrap(
        `The difference: ${counted(files.length, 'file')}, ${counted(all, 'line')} with what docs/${next.id}.md says of them.`,
        '',
        output.columns,
      ),
    ])
    const copy = workbench && copyOfStage(from, workbench.root)
    const isAsked = opensDiff.delete(lesson.id)
    const ways: Record<'stage' | 'copy' | 'later', string> = {
      stage: isAsked
        ? `from ${from.id}`
        : `now, ${files.length === 1 ? 'a page at a time' : 'file by file'}`,
      copy: `from your copy, ${mineDirectory}/${from.id}`,
      later: `later, with ${command}`,
    }
    const offered = [
      'stage' as const,
      ...(copy === undefined ? [] : ['copy' as const]),
      ...(isAsked ? [] : ['later' as const]),
    ]
    const way = await choose(from.id, offered, ways, output)
    if (way === 'later') {
      await output.say([''])
      return 'goes on'
    }
    const own = way === 'copy' ? copy : undefined
    const shown =
      own === undefined ? files : shownFiles(own, next, first, undefined, output.columns)
    if (shown.length === 0)
      await output.say(wrap(`Nothing differs: your copy is as ${next.id} is.`, '', output.columns))
    await readFiles(shown, from.id, output)
    const again =
      own === undefined ? command : `npm run diff -- ${mineDirectory}/${from.id} ${next.number}`
    await output.pause(`go on; to read it again: ${again}`)
    return 'goes on'
  }
}

/** The reader's copy of a stage, as `findCopy` has it. @param root where it is */
function copyOfStage(stage: Stage, root: string): Stage | undefined {
  const copy = `${mineDirectory}/${stage.id}`
  if (!existsSync(join(root, copy, 'main.ts'))) return undefined
  return { ...stage, id: root === labRoot ? copy : join(root, copy) }
}

/**
 * The files that differ, those that matter first.
 * @param first the one that comes first, if it differs; the others follow by their changed lines
 */
function shownFiles(
  from: Stage,
  to: Stage,
  first: string,
  words: DiffWords | undefined,
  columns: number,
): ShownFile[] {
  const weight = ({ name, added, removed }: FileDifference) =>
    name === first ? Number.POSITIVE_INFINITY : added + removed
  return stageDifference(from, to)
    .filter(({ hunks }) => hunks.length > 0)
    .toSorted((a, b) => weight(b) - weight(a))
    .map((file) => ({
      name: file.name,
      hunks: file.hunks.length,
      lines: fileLines(file, from, to, words)
        .filter((line, at, all) => line !== '' || all[at - 1]?.trim() !== '')
        .flatMap((line) => fold(line, columns)),
    }))
}

/** Asks which of them, if there is more than one. */
async function choose<Way extends string>(
  from: string,
  offered: readonly Way[],
  ways: Record<Way, string>,
  output: Output,
): Promise<Way> {
  if (offered.length === 1) return offered[0]!
  const chosen = await output.choose({
    id: `diff:${from}`,
    prompt: 'Read it:',
    options: offered.map((way) => ways[way]),
    skippable: false,
    back: true,
    before: 0,
  })
  return offered[chosen ?? 0]!
}

interface ShownFile {
  name: string
  hunks: number
  lines: readonly string[]
}

async function readFiles(files: readonly ShownFile[], from: string, output: Output): Promise<void> {
  for (const [at, { name, hunks, lines }] of files.entries()) {
    if (files.length > 1) {
      const size = `${counted(hunks, 'hunk')}, ${counted(lines.length, 'line')}`
      const chosen = await output.choose({
        id: `diff:${from}:${name}`,
        prompt: `File ${at + 1} of ${files.length}, ${name} (${size}):`,
        options: ['show it', 'skip it', 'skip the rest'],
        skippable: false,
        back: true,
        before: 0,
      })
      if (chosen === 2) return
      if (chosen === 1) continue
    }
    await output.say(lines, true)
  }
}
