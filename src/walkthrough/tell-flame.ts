/** The flame graph: where its page is, and a small one as text. */
import { paint } from '../cli/colour.ts'
import type { Lesson } from '../course/lessons.ts'
import { blindness, percent } from '../flame/caption.ts'
import { roles, type Shares, shares } from '../flame/roles.ts'
import { flameText } from '../flame/text.ts'
import type { FrameTree } from '../flame/tree.ts'
import { wrap } from '../report/format.ts'
import { type LessonRun, pageOf, recordedLine, recordedRun } from './runs.ts'
import type { Step } from './steps.ts'

/** A graph of more lines would push its own beginning off a small screen. */
const MOST_LINES = 18

/** Frames below these shares of the whole are summed up, whichever makes it short enough. */
const NARROWEST = [0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2]

/**
 * Shows the graph, and then what to look for in it. Where the profiler of this machine is blind to
 * most of the time, what is to be seen would not be there: the recorded graph is shown then.
 */
export function tellFlame(lesson: Lesson): Step['tell'] {
  return async (walk) => {
    const { teller } = walk
    const own = await walk.runNeeded(lesson)
    const text = (words: string, indent = '') => wrap(words, indent, teller.columns)
    const isBlind = !own.record.recorded && !shares(own.tree).certain
    if (isBlind) {
      await teller.say([
        ...text(`Your flame graph: ${pageOf(own)}`),
        ...text(blindness(own.tree)),
        ...text(
          'So here is a recorded one, in which all is to be seen. What would let this machine see as much: npm run doctor.',
        ),
        '',
      ])
    }
    const run = isBlind ? await recordedRun(lesson).catch(() => own) : own
    const isShown = walk.shown.has(run.tree)
    await teller.say(headLines(lesson, run, isShown, teller.columns))
    if (!isShown) {
      await teller.pause('the graph')
      await teller.say(graphLines(run.tree, lesson.stage, teller.columns))
      walk.shown.add(run.tree)
    }
    await teller.pause('what to look for')
    const blind = blindness(run.tree)
    await teller.say([
      paint.bold('What to look for'),
      ...lesson.look.flatMap((words) => text(words, '  ')),
      ...(blind === '' ? [] : ['', ...text(blind)]),
    ])
  }
}

function headLines({ stage }: Lesson, run: LessonRun, isShown: boolean, columns: number): string[] {
  const text = (words: string) => wrap(words, '', columns)
  const { recorded } = run.record
  const sums = shares(run.tree)
  const asText = `npm run flame -- ${stage} --text`
  return [
    ...(recorded ? text(recordedLine(run.record)) : []),
    ...text(`In the browser: ${pageOf(run)}`),
    ...text(
      recorded
        ? `As text, all of it: ${asText} --replay`
        : `All of one as text: ${asText} (a new run, so its figures differ a little)`,
    ),
    ...(isShown ? text('A short one, as text, came right after the run.') : []),
    ...text('The text begins with the event loop; the picture has it at the bottom.'),
    ...text(
      'The graph is of a run of its own, with SET and GET, and profiling costs time too: so its microseconds a request are not those of the table.',
    ),
    ...(sums.certain ? text(`Shares: ${roleText(sums)}.`) : []),
  ]
}

/** `read 55 %, entering JS 27 %, …`; what rounds to nothing is left out. */
function roleText({ byRole }: Shares): string {
  return roles
    .filter((role) => byRole[role] >= 0.005)
    .map((role) => `${role} ${percent(byRole[role])}`)
    .join(', ')
}

/** A short graph with what its figures are. */
export function graphLines(tree: FrameTree, title: string, columns: number): string[] {
  return [...shortGraph(tree, title, columns), '', ...wrap(legend, '', columns)]
}

const legend =
  'The share of a line counts all that it calls. Its [role] is that of its own time alone, and shares by role are sums of own times.'

/** A flame graph as text, in as many lines as a screen has room for. */
export function shortGraph(tree: FrameTree, title: string, columns: number): string[] {
  let lines: string[] = []
  for (const narrowest of NARROWEST) {
    lines = withoutPlumbing(flameText(tree, title, { columns, narrowest }).split('\n'))
    if (lines.length <= MOST_LINES) break
  }
  return lines
}

/** A frame on the way from one role to the next, of nobody's own: not a stage's, and no new role. */
const between = /^ +[\d.]+ %.* > (?!.*(?:stages|mine|src\/server)\/)[^[]*$/

/** Fewer are shown as they are. */
const LEAST = 3

/** Sums up runs of such frames; the one that a tower ends with stays. */
export function withoutPlumbing(lines: readonly string[]): string[] {
  const shown: string[] = []
  for (let at = 0; at < lines.length; ) {
    let end = at
    while (end < lines.length && between.test(lines[end]!)) end++
    const ends = end < lines.length && lines[end]!.includes(' > ') ? end : end - 1
    const count = ends - at
    if (count < LEAST) {
      shown.push(...lines.slice(at, Math.max(end, at + 1)))
    } else {
      const indent = lines[at]!.indexOf(' > ') + 1
      shown.push(`${' '.repeat(indent)}… ${count} frames in between`, ...lines.slice(ends, end))
    }
    at = Math.max(end, at + 1)
  }
  return shown
}
