/**
 * The runs that the page starts: the same commands that a person types, each a process of its own,
 * one at a time on this machine. What such a run says is read from the events that every command
 * writes (`src/run/running.ts`), so a run in a terminal is seen as well.
 */
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { startChild, stopChild } from '../run/children.ts'
import type { RunEvent, Running } from '../run/events.ts'
import { followRuns } from '../run/running.ts'
import { labRoot } from '../run/server.ts'
import type { Failure, PageRun, RunsData } from './api/index.ts'
import { type Command, readOrder } from './orders.ts'
import type { Results } from './results.ts'
import { notFound, WebError } from './web-error.ts'

export interface Runs {
  data(): RunsData
  /**
   * Starts a run.
   * @throws WebError: 400 for a wrong order, 409 while another run is under way
   */
  start(body: unknown): PageRun
  /**
   * Ends a run, and waits until it has ended; returns it as it ended. One that had ended is returned too.
   * @throws WebError, 404, for another id
   */
  cancel(id: string): Promise<PageRun>
  /** Ends what is under way; for the end of the server. */
  stop(): Promise<void>
}

export interface RunsOptions {
  results: Results
  /** Called for every change that is in no file. */
  onChange(): void
  /** Called when a run has ended, with the directory of its result, or the document that it printed. */
  onEnd(run: PageRun, made: Made): Promise<void> | void
  /** Where the commands write their events. */
  directory: string
  /** Why runs in a terminal cannot be seen there; null if they can. */
  notSeen: string | null
  /** In place of the commands; for tests. */
  programs?: (command: Command) => string[]
}

export interface Made {
  directory: string | undefined
  /** Of a command that prints one; undefined if it was not printed whole. */
  document: unknown
}

/** What a finding's command prints is shown up to here, characters; a document is read up to there. */
const MOST_SHOWN = 1 << 16
const MOST_READ = 1 << 22
const MOST_STEPS = 200

interface Under {
  run: PageRun
  child: ChildProcess
  command: Command
  stdout: string
  /** The end of what it printed on standard error. */
  stderr: string
  ended: Promise<void>
}

export function createRuns(options: RunsOptions): Runs {
  const { results, onChange, onEnd, directory, notSeen } = options
  const { programs = ({ script, words }) => ['--import', 'tsx', script, ...words] } = options
  const follower = followRuns(directory)
  let last: PageRun | null = null
  let under: Under | undefined

  function start(body: unknown): PageRun {
    const { order, command } = readOrder(body)
    const others = follower.running()
    if (under !== undefined || others.length > 0) throw busy(others, under?.run)
    const child = startChild(process.execPath, programs(command), {
      cwd: labRoot,
      env: { ...process.env, NO_COLOR: '1', LAB_RUNNING_DIRECTORY: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const run: PageRun = {
      id: randomUUID(),
      order,
      command: command.typed,
      pid: child.pid ?? 0,
      startedAt: new Date().toISOString(),
      state: 'running',
      steps: [],
      failure: null,
      result: null,
      output: null,
    }
    under = { run, child, command, stdout: '', stderr: '', ended: Promise.resolve() }
    last = run
    under.ended = follow(under)
    return run
  }

  async function follow(mine: Under): Promise<void> {
    const { run, child, command } = mine
    let directory: string | undefined
    try {
      const how = await endOf(mine)
      const events = follower.eventsOf(child.pid ?? 0)
      directory = events.findLast((event) => event.type === 'result')?.directory ?? undefined
      run.steps = stepsIn(events)
      if (run.state === 'cancelled') directory = undefined
      if (directory !== undefined) {
        // Also of a run that failed later: what was measured before is saved.
        const name = basename(directory)
        run.result = (await results.list()).find(({ id }) => id === name) ?? null
      }
      const document = command.prints === 'document' ? documentIn(mine.stdout) : undefined
      // A check that finds something wrong ends with 1, and has done its work.
      if (run.state === 'running' && how !== 'exit code 0' && document === undefined) {
        run.failure = failureOf(events, how, mine.stderr)
        run.output = stripVTControlCharacters(mine.stderr)
        run.state = 'failed'
      } else if (run.state === 'running') {
        if (command.prints === 'text') run.output = stripVTControlCharacters(mine.stdout)
        run.state = 'done'
      }
      await onEnd(run, { directory, document })
    } catch (failure) {
      run.state = 'failed'
      run.failure = { happened: `the run can no longer be followed: ${(failure as Error).message}` }
      await stopChild(child)
    } finally {
      under = undefined
      onChange()
    }
  }

  /** What runs now; the steps of the page's own run are brought up to date. */
  function runningNow(): Running[] {
    const running = follower.running()
    if (under !== undefined) under.run.steps = stepsIn(follower.eventsOf(under.run.pid))
    return running
  }

  return {
    data: () => ({ running: runningNow(), own: last, notSeen }),
    start,
    async cancel(id) {
      if (last?.id !== id) throw notFound('there is no such run')
      const run = last
      if (under?.run === run) await end(under)
      return run
    },
    async stop() {
      if (under !== undefined) await end(under)
    },
  }

  async function end(mine: Under): Promise<void> {
    mine.run.state = 'cancelled'
    // It ends its servers first; what is left of its group goes with the kill.
    await stopChild(mine.child)
    await mine.ended
  }
}

/** Takes what a process prints; resolves with how it ended. */
function endOf(mine: Under): Promise<string> {
  const { child } = mine
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const most = mine.command.prints === 'document' ? MOST_READ : MOST_SHOWN
    mine.stdout = (mine.stdout + text).slice(0, most)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    mine.stderr = (mine.stderr + text).slice(-MOST_SHOWN)
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
}

function documentIn(stdout: string): unknown {
  try {
    return JSON.parse(stdout)
  } catch {
    return undefined
  }
}

function stepsIn(events: readonly RunEvent[]): string[] {
  const texts = events.flatMap((event) =>
    event.type === 'step' || event.type === 'note' ? [event.text] : [],
  )
  return texts.slice(-MOST_STEPS)
}

function busy(running: readonly Running[], own: PageRun | undefined): WebError {
  const first = running[0]
  const who = first === undefined ? own?.command : `${first.command}, pid ${first.pid}`
  return new WebError(
    409,
    {
      happened: `another run is under way (${who})`,
      means: 'two at a time would disturb each other, and both would measure wrongly',
      next: 'wait until it has ended, or cancel it',
    },
    { running: [...running] },
  )
}

/** What a run that ended badly says: its own failure event; without one, its last words. */
function failureOf(events: readonly RunEvent[], how: string, stderr: string): Failure {
  const failure = events.findLast((event) => event.type === 'failure')
  if (failure !== undefined) {
    const { type: _, ...said } = failure
    return said
  }
  const last = stripVTControlCharacters(stderr).trimEnd().split('\n').at(-1)
  const means = last ? { means: `the last line that it printed: ${last}` } : {}
  return { happened: `the command ended early (${how})`, ...means }
}
