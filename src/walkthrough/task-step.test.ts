/** Attempts at tasks with a watcher that finds what the test says, in a checkout of their own. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { CheckReport } from '../check/check.ts'
import { type StepState, saveReached, taskOf } from '../check/tasks.ts'
import type { CheckNews } from '../check/watch.ts'
import { lessonOf, lessons } from '../course/lessons.ts'
import { findPiece } from '../source/pieces.ts'
import { Left } from './keyboard.ts'
import { recordedRuns } from './lesson-run.ts'
import { newState } from './progress-store.ts'
import { type Answers, scriptedOutput } from './scripted-output.ts'
import { newSession } from './session.ts'
import { taskStep, type Workbench } from './task-step.ts'

let root: string
/** How the watchers of a test ended. */
let stopped: number

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-task-'))
  stopped = 0
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** What a check of a copy finds: the steps of its task that are reached. */
function report(stage: string, reached: readonly string[]): CheckReport {
  const { steps, title, goal } = taskOf(stage)
  const states = steps.map(({ id, title, limits }): StepState => {
    const isReached = reached.includes(id)
    const seen = limits.map(({ counter, atMost }) => ({
      ...{ counter, atMost, reached: isReached },
      seen: isReached ? atMost : 46,
    }))
    return { id, title, reached: isReached, limits: seen }
  })
  const all = states.every(({ reached }) => reached)
  return {
    kind: 'check',
    stage,
    copy: `mine/${stage}`,
    task: { title, goal },
    conformance: { trials: 700, failures: [], ended: null, lastError: null },
    typeErrors: null,
    fresh: null,
    conforms: true,
    steps: states,
    goal: { reached: all, limits: states.flatMap(({ limits }) => limits) },
  } as unknown as CheckReport
}

/** @param find what each check finds, in turn; the step gets it in the form that `check` reports */
function bench(find: readonly ((news: CheckNews) => void)[]): Workbench & { checks: number } {
  const own = {
    root,
    checks: 0,
    watch(_copy: string, _words: readonly string[], news: CheckNews) {
      return {
        check() {
          news.onBegin(undefined)
          find[own.checks++]?.(news)
        },
        async stop() {
          stopped++
        },
      }
    },
  }
  return own
}

function finds(stage: string, ...reached: string[]) {
  return (news: CheckNews) => {
    saveReached(stage, reached, root)
    news.onResult(report(stage, reached))
  }
}

async function attempt(id: string, workbench: Workbench, keys: string[], leaveAt?: number) {
  const answers: Answers = (id) => (id === 'key' ? keys.shift() : 0)
  const output = scriptedOutput(answers, leaveAt === undefined ? {} : { leaveAt })
  const store = { state: newState(''), save: () => {} }
  const runs = { ...recordedRuns, replays: false }
  const session = newSession(output, runs, store, () => '', workbench)
  const lesson = lessons.find((one) => one.id === id)!
  const said = await taskStep(lesson)(session).catch((failure) => failure)
  return { said, session, text: stripVTControlCharacters(output.said.join('\n')), output }
}

const steps = taskOf('stage1').steps.map(({ id }) => id)

it('makes the copy, and names the file and the line to begin with', async () => {
  const { text, said } = await attempt('stage1', bench([]), ['n'])
  expect(said).toBe('goes on')
  expect(text.endsWith('\n')).toBe(true) // the next heading follows at once
  const { file, region } = taskOf('stage1').steps[0]!.where
  const { line } = findPiece(readFileSync(join(root, 'mine/stage1', file), 'utf8'), file, region!)
  expect(text).toContain(`mine/stage1/${file}:${line}`)
  expect(text.split('\n').filter((one) => one.length > 80)).toEqual([])
  expect(stopped).toBe(1)
})

it('gives one hint after the other, and checks when it is asked', async () => {
  const watched = bench([(news) => news.onFailure('✗ mine/stage1 did not start')])
  const { text } = await attempt('stage1', watched, ['h', 'h', 'c', 'n'])
  expect(text).toMatch(/Hint 1 of .*Hint 2 of .*✗ mine\/stage1 did not start/s)
  expect(watched.checks).toBe(1)
  const again = await attempt('stage1', bench([]), ['h', 'n'])
  expect(again.text).toContain('Hint 3 of')
})

it('says which steps are reached; at the goal it ends, and opens the difference', async () => {
  const find = steps.map((_, at) => finds('stage1', ...steps.slice(0, at + 1)))
  const keys = steps.map(() => 'c')
  const { text, said, session } = await attempt('stage1', bench(find), [...keys])
  expect(said).toBeUndefined()
  expect(text).toContain('You have reached the goal.')
  expect(session.opensDiff.has('stage1')).toBe(true)
  expect(stopped).toBe(1)
  const later = await attempt('stage1', bench([]), [])
  expect(later.text).toContain('You have reached it already, in mine/stage1')
})

it('opens the difference at once for a reader who wants it', async () => {
  const { said, session } = await attempt('stage2', bench([]), ['d'])
  expect(said).toBe('goes on')
  expect(session.opensDiff.has('stage2')).toBe(true)
})

it('shows the patch of the lab if no stage is the solution', async () => {
  const { said, text } = await attempt('stage4', bench([]), ['d'])
  expect(said).toBeUndefined()
  expect(text).toMatch(/stages\/stage4\/course\/solution\.patch\n.*^\+.*needed/ms)
})

it('does the same for an exercise', async () => {
  const { text } = await attempt('orders', bench([]), ['h', 'd'])
  expect(text).toMatch(/Begin in mine\/orders\/order-store\.ts:\d+, at OrderStore/)
  expect(text).toMatch(/Hint 1 of 3.*course\/orders\.patch/s)
})

it('left at a prompt, it goes on watching, and checks what was changed meanwhile', async () => {
  const first = await attempt('stage1', bench([]), [], 0)
  expect(first.said).toBeInstanceOf(Left)
  expect(stopped).toBe(1)
  writeFileSync(join(root, 'mine/stage1/reader.ts'), '// mine\n')
  const watched = bench([finds('stage1')])
  const second = await attempt('stage1', watched, ['n'])
  expect(watched.checks).toBe(1)
  expect(second.text).toContain('not reached')
  expect(readFileSync(join(root, 'mine/stage1/reader.ts'), 'utf8')).toBe('// mine\n')
})

it('the next task begins where the last ended, if the reader likes', async () => {
  await attempt('stage1', bench([]), ['n'])
  writeFileSync(join(root, 'mine/stage1/reader.ts'), '// mine\n')
  saveReached('stage1', steps, root)
  // The task is named before the choice is offered.
  const asked = await attempt('stage2', bench([]), [], 0)
  expect(asked.said).toBeInstanceOf(Left)
  expect(asked.text).toMatch(/^The task: .*^The goal: .*^You work on a copy, mine\/stage2\./ms)
  expect(existsSync(join(root, 'mine/stage2'))).toBe(false)
  const { text, output } = await attempt('stage2', bench([]), ['n'])
  expect(output.asked[0]).toBe('task:stage2')
  expect(text).toContain('mine/stage2 is mine/stage1 as you left it: your copy goes on.')
  expect(readFileSync(join(root, 'mine/stage2/reader.ts'), 'utf8')).toBe('// mine\n')
  expect(existsSync(join(root, 'mine/stage1/reader.ts'))).toBe(true)
})

it('without a workbench it names the commands', async () => {
  const output = scriptedOutput(() => undefined)
  const store = { state: newState(''), save: () => {} }
  await taskStep(lessonOf('stage1'))(newSession(output, recordedRuns, store, () => ''))
  expect(output.said.join('\n')).toContain('npm run try -- 1')
  expect(output.asked).toEqual([])
})
