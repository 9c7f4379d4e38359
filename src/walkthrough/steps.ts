/** A lesson as steps. Where a reader stops is the name of a step, so names are never changed. */
import type { Lesson } from '../course/lessons.ts'
import { after, type Runs } from './runs.ts'
import { tellCode } from './tell-code.ts'
import { tellDiff } from './tell-diff.ts'
import { tellFlame } from './tell-flame.ts'
import { tellGuess } from './tell-guess.ts'
import { tellOutcomes } from './tell-outcomes.ts'
import { tellQuestion } from './tell-question.ts'
import { tellRun } from './tell-run.ts'
import { tellAbout, tellCost, tellTask } from './tell-text.ts'
import type { Walk } from './walk.ts'

export interface Step {
  /** As it is kept: `about`, `guess:stage1.reads`. */
  id: string
  /** In the heading, and behind *before* where a reader goes on. */
  title: string
  /** How long it takes a reader, in seconds. */
  seconds: number
  tell(walk: Walk): Promise<void>
}

/** What a lesson consists of, in its order. */
export function stepsOf(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): Step[] {
  const { predictions } = lesson
  const next = after(lesson)
  return [
    { id: 'about', title: 'what it is about', seconds: 30, tell: tellAbout(lesson) },
    { id: 'code', title: 'the code that matters', seconds: 40, tell: tellCode(lesson) },
    ...predictions.map((prediction, at) => ({
      id: `guess:${prediction.id}`,
      title: `your guess, ${at + 1} of ${predictions.length}`,
      seconds: 20,
      tell: tellGuess(lesson, prediction),
    })),
    {
      id: 'run',
      title: runs.replays ? 'the recorded run' : 'the run',
      seconds: Math.max(10, runs.seconds(lesson)),
      tell: tellRun(lesson),
    },
    {
      id: 'outcomes',
      title: 'your guesses, measured',
      seconds: 75,
      tell: tellOutcomes(lesson),
    },
    { id: 'flame', title: 'the flame graph', seconds: 90, tell: tellFlame(lesson) },
    { id: 'task', title: 'your own attempt, now or later', seconds: 40, tell: tellTask(lesson) },
    ...(next === undefined
      ? []
      : [
          {
            id: 'diff',
            title: `what ${next.id} changes`,
            seconds: 120,
            tell: tellDiff(lesson, next),
          },
        ]),
    { id: 'question', title: 'one question', seconds: 40, tell: tellQuestion(lesson) },
    { id: 'cost', title: 'what it cost', seconds: 20, tell: tellCost(lesson) },
  ]
}

/** How long a lesson takes, in seconds. */
export function secondsOf(lesson: Lesson, runs: Pick<Runs, 'seconds' | 'replays'>): number {
  return stepsOf(lesson, runs).reduce((sum, { seconds }) => sum + seconds, 0)
}
