/**
 * The runs that the page starts: the same commands that a person types, each a process of its own,
 * one at a time on this machine. What it does while it runs is read from where every command tells
 * it (`src/run/running.ts`), so a run in a terminal is seen as well.
 */
import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { stripVTControlCharacters } from 'node:util'
import { startChild, stopChild } from '../run/children.ts'
import { type Running, readRunning } from '../run/running.ts'
import { labRoot } from '../run/server.ts'
import { notFound, WebError } from './answers.ts'
import { type Command, readOrder } from './orders.ts'
import type { Results } from './results.ts'
import type { Failure, PageRun, ResultCard, RunsData } from './wire.ts'

export interface Runs {
  data(): RunsData
  /**
   * Starts a run.
   * @throws WebError: 400 for a wrong order, 409 while another run is under way
   */
  start(body: unknown): PageRun
  /**
   * Ends a run, and waits until it has ended; gives it as it ended. One that has ended is given too.
   * @throws WebError, 404, for another id
   */
  cancel(id: string): Promise<PageRun>
  /** Ends what is under way; for the end of the server. */
  stop(): Promise<void>
}

export interface RunsOptions {
  results: Results
  /** Told of every change that no file tells. */
  onChange(): void
  /** Told when a run has ended, with what the lesson's process said, for a lesson. */
  onEnd(run: PageRun, printed: string): Promise<void> | void
  /** Where the commands tell what they do. */
  directory: string
  /** Why runs in a terminal cannot be seen there; null where they can. */
  notSeen: string | null
  /** In place of the commands; for tests. */
  programs?: (command: Command) => string[]
}

/** What a command prints is kept up to here, characters. */
const MOST_OUTPUT = 1 << 24
/** Of a finding's command, for the page. */
const MOST_SHOWN = 1 << 16
const MOST_STEPS = 200

interface Under {
  run: PageRun
  child: ChildProcess
  command: Command
  stdout: string
  stderr: string
  ended: Promise<void>
}

export function createRuns(options: RunsOptions): Runs {
  const { results, onChange, onEnd, directory, notSeen } = options
  const { programs = ({ script, words }) => ['--import', 'tsx', script, ...words] } = options
  let last: PageRun | null = null
  let under: Under | undefined

  function start(body: unknown): PageRun {
    const { order, command } = readOrder(body)
    const others = readRunning(directory)
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
    const { run } = mine
    try {
      const ending = outputOf(mine, onChange)
      const before = new Set((await results.list()).map(({ id }) => id))
      const how = await ending
      if (run.state === 'running') await conclude(mine, how, before)
      await onEnd(run, mine.stdout)
    } catch (failure) {
      run.state = 'failed'
      run.failure = { happened: `the run was lost sight of: ${(failure as Error).message}` }
      await stopChild(mine.child)
    } finally {
      // A process that was killed has left its file.
      readRunning(directory)
      under = undefined
      onChange()
    }
  }

  async function conclude(mine: Under, how: string, before: ReadonlySet<string>): Promise<void> {
    const { run, command, stdout, stderr } = mine
    if (how !== 'exit code 0') {
      run.failure = failureIn(stderr, how)
      run.state = 'failed'
      return
    }
    if (command.keeps === undefined) {
      run.output = stripVTControlCharacters(stdout).slice(0, MOST_SHOWN)
    } else {
      run.result = (await resultOf(command, before)) ?? null
    }
    run.state = 'done'
  }

  /** What it has kept: the one that was not there before. */
  async function resultOf(
    { keeps }: Command,
    before: ReadonlySet<string>,
  ): Promise<ResultCard | undefined> {
    const fresh = (await results.list()).filter(({ id, kind }) => kind === keeps && !before.has(id))
    return fresh[0]
  }

  return {
    data: () => ({ own: last, running: readRunning(directory), notSeen }),
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

/** Collects what a process prints; resolves with how it ended. */
function outputOf(mine: Under, onChange: () => void): Promise<string> {
  const { run, child } = mine
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    mine.stdout = (mine.stdout + text).slice(0, MOST_OUTPUT)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    mine.stderr = (mine.stderr + text).slice(-MOST_SHOWN)
    const lines = mine.stderr.split('\n').slice(0, -1)
    run.steps = lines.filter((line) => line !== '').slice(-MOST_STEPS)
    onChange()
  })
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
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
    [...running],
  )
}

/** The error that a command printed for a person; see `report` in src/cli/command.ts. */
export function failureIn(stderr: string, how: string): Failure {
  const lines = stripVTControlCharacters(stderr).trimEnd().split('\n')
  const at = lines.findLastIndex((line) => line.startsWith('✗ '))
  if (at === -1) {
    const said = lines.at(-1)?.trim()
    const means =
      said === undefined || said === '' ? {} : { means: `the last that it said: ${said}` }
    return { happened: `the command ended early (${how})`, ...means }
  }
  const failure: Failure = { happened: lines[at]!.slice(2) }
  for (const line of lines.slice(at + 1)) {
    const text = line.trim()
    if (text.startsWith('→ ')) failure.next = text.slice(2)
    else failure.means ??= text
  }
  return failure
}
