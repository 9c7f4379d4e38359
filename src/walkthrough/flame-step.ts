/** The flame graph: where its page is, and a small one as text. */

import { paint } from '../cli/colour.ts'
import { together, wrapAroundCommands } from '../cli/wrap.ts'
import { type Lesson, lessonOf } from '../course/lessons.ts'
import { flameCommand } from '../exercises.ts'
import { blindness, cautions, percent } from '../flame/caption.ts'
import { groupName, groupWord } from '../flame/groups.ts'
import { type Role, roleMeanings, roles, shares } from '../flame/roles.ts'
import { flameText } from '../flame/text.ts'
import type { FrameTree } from '../flame/tree.ts'
import { hanging, wrap } from '../report/format.ts'
import { sentenceLines } from '../report/sentences.ts'
import { before, type LessonRun, pageOf, recordedLine, recordedRun } from './lesson-run.ts'
import { lessonState } from './progress-store.ts'
import type { Session, Step } from './session.ts'

/** A graph of more lines would push its own beginning off a small screen. */
const MOST_LINES = 18

/** Frames below the first of these shares that makes it short enough are summed up. */
const NARROWEST = [0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.08, 0.12, 0.2]

/**
 * Shows the graph, and then what to look for in it. If the profiler of this machine misses most of
 * the time, the recorded graph is shown instead: what to look for would not be there.
 * @param runNeeded returns the run of the lesson
 */
export function flameStep(
  lesson: Lesson,
  runNeeded: (lesson: Lesson, session: Session) => Promise<LessonRun>,
): Step['show'] {
  return async (session) => {
    const { output, shown } = session
    const own = await runNeeded(lesson, session)
    const text = (words: string, indent = '') => wrap(words, indent, output.columns)
    const isBlind = lesson.kind === 'stage' && !own.record.recorded && !shares(own.tree).certain
    if (isBlind) {
      await output.say([
        ...text(`Your flame graph: ${pageOf(own)}`),
        ...own.tree.blind.flatMap((what) => hanging(`Not seen: ${what}`, output.columns)),
        ...cautions(own.tree).flatMap((what) => hanging(`Caution: ${what}`, output.columns)),
        ...text(
          'So here is a recorded one, which has all of it. npm run doctor says what this machine lacks.',
        ),
        '',
      ])
    }
    const run = isBlind ? await recordedRun(lesson).catch(() => own) : own
    const isShown = shown.has(run.tree)
    const asked = lesson.practised?.flame
    const sharesLine = sharesText(run.tree, await graphBefore(lesson, run, session))
    await output.say(headLines(lesson, run, { isShown, sharesLine }, output.columns))
    if (!isShown) {
      if (asked === undefined) await output.pause('the graph')
      else await output.say([''])
      await output.say(graphLines(run.tree, lesson.id, output.columns))
      shown.add(run.tree)
    }
    if (asked !== undefined) await askRole(lesson, asked, { tree: run.tree, sharesLine }, session)
    await output.pause('what to look for')
    const blind = blindness(run.tree)
    await output.say([
      paint.bold('What to look for'),
      ...lesson.look.flatMap((words) => text(words, '  ')),
      ...sentenceLines(run.tree),
      ...(blind === '' ? [] : ['', ...text(blind)]),
    ])
  }
}

type RoleQuestion = NonNullable<NonNullable<Lesson['practised']>['flame']>

/** The role that is the answer, by the graph that is shown. */
export function askedRole({ among, place }: RoleQuestion, tree: FrameTree): Role {
  const { byRole } = shares(tree)
  return among.toSorted((a, b) => byRole[b] - byRole[a])[place]!
}

/** Asks the reader what the graph says, before anything else does. */
async function askRole(
  lesson: Lesson,
  asked: RoleQuestion,
  { tree, sharesLine }: { tree: FrameTree; sharesLine: string },
  session: Session,
) {
  const { output, state, now, save } = session
  const text = (words: string) => wrap(words, '', output.columns)
  const id = `${lesson.id}.flame`
  const right = askedRole(asked, tree)
  await output.say(['', ...text(asked.ask)])
  const chosen = await output.choose({
    id,
    prompt: 'You read:',
    options: asked.among.map((role) => `${role}: ${roleMeanings[role]}`),
    skippable: true,
  })
  const isRight = chosen !== undefined && asked.among[chosen] === right
  const { answers } = lessonState(state, lesson.id)
  // The first answer counts, however often the graph is looked at.
  answers[id] ??= { chosen: chosen ?? null, right: isRight, at: now() }
  save()
  const verdict = isRight
    ? 'CORRECT.'
    : `${chosen === undefined ? 'It is' : 'INCORRECT. It is'} ${right}.`
  await output.say([
    ...text(verdict),
    ...wrapAroundCommands(sharesLine, '', output.columns),
    ...text(asked.because),
  ])
}

function headLines(
  lesson: Lesson,
  run: LessonRun,
  { isShown, sharesLine }: { isShown: boolean; sharesLine: string },
  columns: number,
): string[] {
  const text = (words: string) => wrap(words, '', columns)
  const { recorded } = run.record
  const sums = shares(run.tree)
  const asText =
    lesson.kind === 'exercise'
      ? flameCommand(lesson.exercise)
      : `npm run flame -- ${lesson.id} --text`
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
      'The graph is of a separate run, and profiling costs time too: so its microseconds per request are not those of the table.',
    ),
    ...(lesson.kind === 'stage' && sums.certain && lesson.practised?.flame === undefined
      ? wrapAroundCommands(sharesLine, '', columns)
      : []),
  ]
}

/** The graph of the stage before, which the shares of a lesson are compared with. */
interface GraphBefore {
  from: string
  to: string
  tree: FrameTree
  /** Whether it is from another machine than the graph beside it. */
  isReference: boolean
}

/**
 * The reader's own graph of the stage before if there is one that has all of the time, else the
 * recorded one; undefined if there is no such stage, or it cannot be read.
 */
async function graphBefore(
  lesson: Lesson,
  run: LessonRun,
  session: Session,
): Promise<GraphBefore | undefined> {
  const stage = lesson.kind === 'stage' ? before(lesson) : undefined
  if (stage === undefined) return undefined
  const names = { from: stage.id, to: lesson.id }
  const isRun = !run.record.recorded && session.state.lessons[stage.id]?.run != null
  const own = isRun ? await session.runOf(lessonOf(stage.id)) : undefined
  if (own !== undefined && !own.record.recorded && shares(own.tree).certain) {
    return { ...names, tree: own.tree, isReference: false }
  }
  const reference = await recordedRun(stage).catch(() => undefined)
  if (reference === undefined) return undefined
  return { ...names, tree: reference.tree, isReference: !run.record.recorded }
}

/** `Shares, stage1 → stage2: read 62 % → 13 %, …`; what rounds to zero in both is left out. */
function sharesText(tree: FrameTree, earlier: GraphBefore | undefined): string {
  const now = shares(tree).byRole
  const old = earlier === undefined ? undefined : shares(earlier.tree).byRole
  const shown = roles
    .filter((role) => Math.max(now[role], old?.[role] ?? 0) >= 0.005)
    .map((role) => {
      const was = old === undefined ? '' : `${percent(old[role])} → `
      return together(`${groupName(role)} ${was}${percent(now[role])}`)
    })
    .join(', ')
  if (earlier === undefined) return `Shares: ${shown}.`
  const note = earlier.isReference
    ? ` Those of ${earlier.from} are recorded, on another machine.`
    : ''
  return `Shares, ${earlier.from} → ${earlier.to}: ${shown}.${note}`
}

/** A short graph with what its figures are. */
export function graphLines(tree: FrameTree, title: string, columns: number): string[] {
  return [...shortGraph(tree, title, columns), '', ...wrap(legendOf(tree), '', columns)]
}

function legendOf(tree: FrameTree): string {
  const group = groupWord(tree)
  return `The share of a line is its total: it counts all that it calls. Its [${group}] is that of its self time, and shares by ${group} are sums of self times.`
}

/** A flame graph as text, in as many lines as a screen has room for. */
export function shortGraph(tree: FrameTree, title: string, columns: number): string[] {
  let lines: string[] = []
  for (const narrowest of NARROWEST) {
    lines = withoutPlumbing(flameText(tree, title, { columns, narrowest }).split('\n'))
    if (lines.length <= MOST_LINES) break
  }
  return lines
}

/** A frame on the way from one role to the next: not of a stage or an exercise, and no new role. */
const between = /^ +[\d.]+ %.* > (?!.*(?:stages|mine|src\/server|docs\/your-own-server)\/)[^[]*$/

/** Fewer are shown as they are. */
const LEAST = 3

/** Sums up consecutive frames of this kind; the last one of a stack stays. */
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
