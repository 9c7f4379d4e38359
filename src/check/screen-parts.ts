/** What the screens of `npm run check` have in common, for stages and exercises. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { exerciseCounterTitles } from '../experiment/exercise-counts.ts'
import { figures, whole, wrap } from '../report/format.ts'
import { labRoot } from '../run/server.ts'
import { findPiece } from '../source/pieces.ts'
import { counterTitles } from './counters.ts'
import {
  nextStep,
  ownLimits,
  type Seen,
  type StepState,
  type Task,
  type TaskStep,
} from './tasks.ts'

export const WIDTH = 80
/** Type errors that are shown. */
const SOME = 3

/** What a counter of a stage or of an exercise is called. */
export const titles: Readonly<Record<string, string>> = {
  ...counterTitles,
  ...exerciseCounterTitles,
}

/** Bytes have no blanks to break a line at. */
export function cutLine(line: string): string[] {
  const lines: string[] = []
  const room = WIDTH - 2
  for (let at = 0; at === 0 || at < line.length; ) {
    const indent = at === 0 ? '  ' : ' '.repeat(14)
    const count = at === 0 ? room : WIDTH - 14
    lines.push(indent + line.slice(at, at + count))
    at += count
  }
  return lines
}

/** What was seen of a failure: its title in whole words, then the bytes below it. */
export function seenLines(seen: string): string[] {
  const [title = '', ...bytes] = seen.split('\n')
  const titles = wrap(title, '  ', WIDTH).flatMap((line) =>
    line.length <= WIDTH ? [line] : cutLine(line.trimStart()),
  )
  return [...titles, ...bytes.flatMap(cutLine)]
}

export function typeLines({ typeErrors }: { typeErrors: string[] | null }): string[] {
  if (typeErrors === null || typeErrors.length === 0) return []
  const count = typeErrors.length === 1 ? 'one type error' : `${typeErrors.length} type errors`
  const hint = `${count}; V8 does not check types, so it runs anyway`
  const shown = typeErrors.slice(0, SOME).flatMap((line) => wrap(line, '    ', WIDTH))
  return [...wrap(`! types: ${hint}`, '  ', WIDTH), ...shown.map((line) => paint.dim(line))]
}

/**
 * Which steps of the task are reached, and what comes next; '' before anything was counted. Only the
 * step to work at has its limits, and of those only what the steps before do not have.
 */
export function goalLines(task: Task, copy: string, steps: StepState[] | null): string[] {
  if (steps === null) return []
  const said = (at: number) => ownLimits(steps, at).map(limitText).join('; ')
  if (steps.length === 1) {
    const isReached = steps[0]!.reached
    const line = isReached ? good(`goal reached: ${said(0)}`) : bad(`goal not reached: ${said(0)}`)
    return [...line, ...slackLines(steps)]
  }
  const reached = steps.filter((step) => step.reached).map(({ id }) => id)
  const next = nextStep(task, reached)
  const lines = steps.flatMap(({ id, title, reached }, at) => {
    const name = `step ${at + 1} of ${steps.length}, ${title}:`
    if (reached) return good(`${name} reached`)
    return bad(`${name} not reached${id === next?.id ? `: ${said(at)}` : ''}`)
  })
  const rest = next === undefined ? good('all steps are reached: so is the goal') : []
  return [
    ...lines,
    ...rest,
    ...slackLines(steps),
    ...(next === undefined ? [] : ['', ...stepLines(next, copy)]),
  ]
}

function limitText({ counter, seen, atMost, missing }: Seen): string {
  const title = titles[counter]
  if (seen === null) return `${title}: cannot be counted here: ${missing}`
  return `${title}: ${figures(seen)}, ${mostText(atMost)} wanted`
}

function mostText(atMost: number): string {
  return `at most ${Number.isInteger(atMost) ? whole(atMost) : figures(atMost)}`
}

/** V8's helper threads add a call now and then, and the count is a mean: what is taken for noise. */
function slackLines(steps: readonly StepState[]): string[] {
  const above = steps
    .flatMap((_, at) => ownLimits(steps, at))
    .filter(({ reached, seen, atMost }) => reached && seen !== null && seen > atMost + 0.005)
    .map(
      (limit) =>
        `${titles[limit.counter]}: ${figures(limit.seen!)}, ${mostText(limit.atMost)} wanted`,
    )
  if (above.length === 0) return []
  const text = `${above.join('; ')}: the rest is V8’s helper threads.`
  return wrap(text, '  ', WIDTH).map((line) => paint.dim(line))
}

/**
 * What a step is about, why that is counted, and where it begins.
 * @param root where the copy is
 */
export function stepLines(
  { title, what, counted, where }: TaskStep,
  copy: string,
  root = labRoot,
): string[] {
  const { region } = where
  const line = region === undefined ? undefined : lineOf(join(root, copy, where.file), region)
  const place = `${copy}/${where.file}${line === undefined ? '' : `:${line}`}`
  return [
    ...wrapBold(`Next: ${title}`),
    ...wrap(what, '  ', WIDTH),
    ...wrap(counted.replaceAll('\n', ' '), '  ', WIDTH).map((line) => paint.dim(line)),
    `  Begin in ${paint.bold(place)}${region === undefined ? '' : `, at ${region}`}.`,
  ]
}

/** The line of a function or class; undefined if the reader's file no longer has it, or cannot be read. */
function lineOf(file: string, region: string): number | undefined {
  try {
    return findPiece(readFileSync(file, 'utf8'), file, region).line
  } catch {
    return undefined
  }
}

/** Commands, and why, in two columns. */
export function commandLines(...list: [what: string, why: string][]): string[] {
  const widest = Math.max(...list.map(([what, why]) => (why === '' ? 0 : what.length)))
  return list.map(([what, why], at) => {
    const gap = why === '' ? '' : ' '.repeat(widest - what.length + 3)
    return `${at === 0 ? '→' : ' '} ${paint.bold(what)}${gap}${why}`
  })
}

export function good(text: string): string[] {
  return marked(paint.green('✓'), text)
}

export function bad(text: string): string[] {
  return marked(paint.red('✗'), text)
}

/** The mark is before the first line, and counts for two columns. */
function marked(mark: string, text: string): string[] {
  const [first, ...rest] = wrap(text, '  ', WIDTH)
  return [`${mark} ${first!.trimStart()}`, ...rest]
}

export function wrapBold(text: string): string[] {
  return wrap(text, '', WIDTH).map((line) => paint.bold(line))
}
