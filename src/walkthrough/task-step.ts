/**
 * The reader's own attempt at the task of a lesson, before its solution: a copy is made and watched,
 * each save is checked, until the goal is reached or the reader goes on.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { continuedCopy, copyForExercise, copyStage } from '../check/copy.ts'
import { hintPlace, takeHint } from '../check/hints.ts'
import { good, stepLines } from '../check/screen-parts.ts'
import { solvingPatch, solvingStage } from '../check/solution.ts'
import {
  type ExerciseTask,
  exerciseTaskOf,
  nextStep,
  readReached,
  type StageTask,
  type TaskStep,
  taskOf,
} from '../check/tasks.ts'
import {
  type AnyReport,
  type CheckNews,
  shortScreenOf,
  type Watcher,
  watchCopy,
} from '../check/watch.ts'
import { paint } from '../cli/colour.ts'
import { wrapAroundCommands } from '../cli/wrap.ts'
import type { Lesson } from '../course/lessons.ts'
import { exerciseServer } from '../exercises.ts'
import { wrap } from '../report/format.ts'
import { colourLine } from '../report/stage-diff.ts'
import { mineDirectory } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import type { Session, Step } from './session.ts'
import type { OfferedKey, Output, Status } from './terminal.ts'

/** Where copies are made, and what checks them. */
export interface Workbench {
  /** The checkout: `mine/` and `.lab/` are in it. */
  root: string
  watch(copy: string, words: readonly string[], news: CheckNews): Watcher
}

export const ownWorkbench: Workbench = { root: labRoot, watch: watchCopy }

/** The attempt itself; without a workbench, or if the stage cannot run here, its commands. */
export function taskStep(lesson: Lesson): Step['show'] {
  return async (session) => {
    const { workbench, runs } = session
    if (workbench === undefined || runs.whyNot(lesson) !== undefined) {
      return await listCommands(lesson, session.output)
    }
    return await attempt(lesson, session, workbench)
  }
}

function taskOfLesson({ kind, id }: Lesson): StageTask | ExerciseTask {
  return kind === 'stage' ? taskOf(id) : exerciseTaskOf(id)
}

/** What to type, for a reader whose answers come from a file, or who looks at recordings. */
async function listCommands(lesson: Lesson, output: Output): Promise<undefined> {
  const { id } = lesson
  const text = (words: string) => wrap(words, '', output.columns)
  const task = taskOfLesson(lesson)
  const next = solvingStage(task)
  const source = lesson.kind === 'stage' ? id : exerciseServer
  const commands: [what: string, does: string][] = [
    [`npm run try -- ${id.replace('stage', '')}`, `copies ${source} to ${mineDirectory}/`],
    [`${mineDirectory}/${id}/${task.steps[0]!.where.file}`, 'the file to open'],
    ['npm run check -- --watch', 'judges your copy at each save'],
    ['npm run hint', 'the next hint'],
  ]
  const width = Math.max(...commands.map(([what]) => what.length))
  await output.say([
    ...text(
      next === undefined
        ? 'A task for you, now or later.'
        : `How would you do it? ${next} does, and the next step shows how; so try first, if you like.`,
    ),
    '',
    ...goalOf(lesson, output.columns),
    '',
    ...commands.map(([what, does]) => `  ${what.padEnd(width)}   ${does}`),
    '',
    ...text('Leave with q, or use a second terminal; npm start goes on here.'),
  ])
}

function goalOf(lesson: Lesson, columns: number): string[] {
  const { title, goal } = taskOfLesson(lesson)
  const howJudged =
    lesson.kind === 'stage'
      ? 'A count, so any machine will do.'
      : 'Counts, and ratios to the original server in the same rounds: any machine will do.'
  return [
    ...wrap(`The task: ${title}`, '', columns).map((line) => paint.bold(line)),
    ...wrap(`The goal: ${goal.replaceAll('\n', ' ')}. ${howJudged}`, '', columns),
  ]
}

/** @returns 'goes on' if the reader has waited already, or wants to go on at once */
async function attempt(lesson: Lesson, session: Session, bench: Workbench) {
  const { output } = session
  const { root } = bench
  const task = taskOfLesson(lesson)
  const copy = `${mineDirectory}/${lesson.id}`
  const isNew = !existsSync(join(root, copy))
  const reached = readReached(task.id, root)
  const step = nextStep<TaskStep>(task, reached)
  if (step !== undefined) {
    await output.say([...goalOf(lesson, output.columns), ...stepList(task, reached), ''])
  }
  if (isNew) await output.say([...(await makeCopy(lesson, output, root)), ''])
  if (step === undefined) {
    await output.say(good(`You have reached it already, in ${copy}: ${task.title}.`))
    return await showSolution(lesson, session)
  }
  await output.say([
    ...stepLines(step, copy, root),
    '',
    ...wrap(
      `Open it in your editor. Each save is checked here, in some 20 seconds${isNew ? '' : '; what you have is checked now'}.`,
      '',
      output.columns,
    ),
  ])
  return await watched(lesson, session, bench, { copy, checksAtOnce: !isNew })
}

function stepList({ steps }: StageTask | ExerciseTask, reached: readonly string[]): string[] {
  if (steps.length === 1) return []
  return steps.map(({ id, title }, at) => {
    const mark = reached.includes(id) ? paint.green('✓') : ' '
    return `${mark} ${at + 1}. ${title}`
  })
}

/** Makes the copy; returns what is said of it. */
async function makeCopy(lesson: Lesson, output: Output, root: string): Promise<string[]> {
  const text = (words: string) => wrap(words, '', output.columns)
  if (lesson.kind === 'exercise') {
    const { copy } = copyForExercise(lesson.exercise, { root })
    return text(`${copy} is your copy of ${exerciseServer}: change what you like.`)
  }
  const own = continuedCopy(lesson.id, root)
  const goesOn = own !== undefined && (await choosesOwn(lesson.id, own, output))
  const from = goesOn ? own : undefined
  const { copy } = copyStage(lesson.id, { root, ...(from === undefined ? {} : { from }) })
  return text(
    from === undefined
      ? `${copy} is your copy of ${lesson.id}: change what you like.`
      : `${copy} is ${from} as you left it: your copy goes on.`,
  )
}

async function choosesOwn(stage: string, own: string, output: Output): Promise<boolean> {
  const words = `You work on a copy, ${mineDirectory}/${stage}. It can be made of either of two:`
  await output.say(wrap(words, '', output.columns))
  const chosen = await output.choose({
    id: `task:${stage}`,
    prompt: 'Make the copy of:',
    options: [`your own copy, ${own}, which does what ${stage} does`, `${stage} as the lab has it`],
    skippable: false,
    back: true,
  })
  return chosen === 0
}

type News = { report: AnyReport } | { failure: string }

/** Offers keys and shows what checks find, until the goal is reached or the reader goes on. */
async function watched(
  lesson: Lesson,
  session: Session,
  { watch, root }: Workbench,
  { copy, checksAtOnce }: { copy: string; checksAtOnce: boolean },
) {
  const { output } = session
  const task = taskOfLesson(lesson)
  const idle = `watching ${copy}; save a file, and it is checked`
  const status: Status = { text: idle }
  const found: News[] = []
  let arrived = Promise.withResolvers<void>()
  const say = (text: string, begun?: number) => {
    Object.assign(status, { text, begun })
    status.changed?.()
  }
  const add = (news: News) => {
    Object.assign(status, { text: idle, begun: undefined })
    found.push(news)
    arrived.resolve()
  }
  const watcher = watch(copy, [copy, '--no-race'], {
    onBegin: (saved) => say(saved === undefined ? 'checking' : `${saved} was saved: checking`),
    onStep: (text) => say(`… ${text}`, performance.now()),
    onResult: (report) => add({ report }),
    onFailure: (failure) => add({ failure }),
  })
  try {
    if (checksAtOnce) watcher.check()
    for (;;) {
      const key = await output.key(keysOf(task, root), arrived.promise, status)
      if (key === undefined) {
        arrived = Promise.withResolvers<void>()
        for (const news of found.splice(0)) {
          await output.say(['', ...newsLines(news)])
          if ('report' in news && news.report.goal?.reached === true) {
            return await reachedGoal(lesson, session, copy)
          }
        }
      } else if (key === 'h') {
        await output.say(['', ...takeHint(task, { root, commands: false }).split('\n')])
      } else if (key === 'c') {
        watcher.check()
      } else if (key === 'd') {
        return await showSolution(lesson, session)
      } else {
        return await goOn(output)
      }
    }
  } finally {
    await watcher.stop()
  }
}

/** The next heading follows at once, after a blank line. */
async function goOn(output: Output) {
  await output.say([''])
  return 'goes on' as const
}

function keysOf(task: StageTask | ExerciseTask, root: string): OfferedKey[] {
  const { step, shown } = hintPlace(task, root)
  const count = step.hints.length
  return [
    ['h', shown < count ? `hint ${shown + 1} of ${count}` : 'the last hint again'],
    ['c', 'check now'],
    ['d', 'the solution'],
    ['n', 'later'],
    ['b', 'back'],
    ['q', 'leave'],
  ]
}

function newsLines(news: News): string[] {
  const at = paint.dim(new Date().toTimeString().slice(0, 8))
  if ('failure' in news) return [at, ...news.failure.split('\n')]
  return [at, ...shortScreenOf(news.report)]
}

async function reachedGoal(lesson: Lesson, session: Session, copy: string) {
  const { output } = session
  const words =
    lesson.kind === 'stage'
      ? `npm run check -- ${copy} races it against the stages; npm run flame -- ${copy} draws it.`
      : `npm run check -- ${copy} measures it beside the original server.`
  await output.say([
    '',
    ...good('You have reached the goal.'),
    ...wrapAroundCommands(words, '  ', output.columns),
  ])
  return await showSolution(lesson, session, 'the solution of the lab')
}

/**
 * Opens the solution: the difference of the next step, or the lab's own patch.
 * @param pause what Enter brings, if the reader is to be waited for
 */
async function showSolution(lesson: Lesson, session: Session, pause?: string) {
  const { output, opensDiff } = session
  const task = taskOfLesson(lesson)
  if (solvingStage(task) !== undefined) {
    opensDiff.add(lesson.id)
    return pause === undefined ? await goOn(output) : undefined
  }
  if (pause !== undefined) await output.pause(pause)
  const patch = solvingPatch(task)
  if (patch === undefined) return undefined
  const lines = readFileSync(join(labRoot, patch), 'utf8').trimEnd().split('\n')
  await output.say([paint.bold(patch), ...lines.map(colourLine)], true)
  return undefined
}
