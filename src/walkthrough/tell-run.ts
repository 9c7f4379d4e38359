/** The run of a lesson; a run that fails is no end of the course. */
import { resolve } from 'node:path'
import type { Lesson } from '../course/lessons.ts'
import { shares } from '../flame/roles.ts'
import { wrap } from '../report/format.ts'
import { LabError, toFailure } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { durationText } from './duration.ts'
import { judgeAll } from './guesses.ts'
import { before, type LessonRun, pageOf, recordedLine, recordedRun } from './runs.ts'
import { lessonState } from './state.ts'
import type { Step } from './steps.ts'
import { graphLines } from './tell-flame.ts'
import type { Walk } from './walk.ts'

/** Runs the lesson, or what stands for it, and judges the guesses by it. */
export function tellRun(lesson: Lesson): Step['tell'] {
  return async (walk) => {
    const { teller, state } = walk
    const text = (words: string) => wrap(words, '', teller.columns)
    const kept = lessonState(state, lesson.stage)
    const had = await walk.runOf(lesson)
    if (had !== undefined) {
      await teller.say(text(`It was run before; what it measured is in ${had.record.directory}.`))
      return
    }
    const run = await makeRun(lesson, walk)
    walk.remember(lesson, run)
    kept.run = run.record
    judgeAll(lesson, kept, run, run.record.recorded ? undefined : await orNothing(lesson))
    walk.keep()
    const page = pageOf(run)
    await teller.say([
      ...(run.record.recorded ? text(recordedLine(run.record)) : []),
      `The flame graph: ${page}`,
      ...firstGraph(lesson, run, walk),
    ])
    await teller.open(resolve(labRoot, page))
  }
}

/** The first flame graph of all is shown at once, however long one reads what was guessed. */
function firstGraph(lesson: Lesson, { tree }: LessonRun, { teller, shown }: Walk): string[] {
  if (before(lesson) !== undefined || !shares(tree).certain) return []
  shown.add(tree)
  return ['', ...graphLines(tree, lesson.stage, teller.columns)]
}

/** The recording stands in where this machine cannot tell something; a damaged one does without. */
async function orNothing(lesson: Lesson): Promise<LessonRun | undefined> {
  return await recordedRun(lesson).catch(() => undefined)
}

async function makeRun(lesson: Lesson, { teller, runs }: Walk): Promise<LessonRun> {
  const text = (words: string) => wrap(words, '', teller.columns)
  const why = runs.whyNot(lesson)
  if (why !== undefined) {
    await teller.say(text(`${why}. The recording of another machine is shown instead.`))
    return await recordedRun(lesson)
  }
  if (runs.replays) return await runs.run(lesson, teller.emit)
  await teller.say(text(plan(lesson)))
  const time = durationText(runs.seconds(lesson))
  await teller.pause(`run it (about ${time}; leave the machine alone meanwhile)`)
  for (;;) {
    try {
      return await runs.run(lesson, teller.emit)
    } catch (failure) {
      teller.emit({ type: 'failure', ...toFailure(failure) })
      if (!(failure instanceof LabError)) throw failure
      await teller.say(['', ...errorLines(failure).flatMap(text), ''])
      const options = ['try again', 'go on with the recording of another machine']
      const chosen = await teller.choose({
        id: 'failed',
        prompt: 'What now?',
        options,
        skippable: false,
        back: true,
      })
      if (chosen === 1) return await recordedRun(lesson)
    }
  }
}

function plan({ stage }: Lesson): string {
  const what =
    stage === 'stage1'
      ? `${stage} is put under load, and once more as "${stage} again": how far the two differ is noise`
      : `${stage} and the stage before take turns under the same load, and one of them once more as "again": how far that differs is noise`
  return `Now it runs: ${what}. Then ${stage} is profiled in a run of its own. Ctrl-C ends it; your answers stay.`
}

function errorLines({ message, means, next }: LabError): string[] {
  return [
    `The run failed: ${message}`,
    ...(means === undefined ? [] : [`  ${means}`]),
    ...(next === undefined ? [] : [`  → ${next}`]),
  ]
}
