/** One server and the files of the suite, one after the other. */

import { findTcl, isInstalled } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { installRedis, type RunningServer, startRedis, startStage } from '../run/server.ts'
import { findStage, stages } from '../stages.ts'
import { type HarnessRun, runHarness } from './harness.ts'
import type { TestResult } from './output.ts'
import { addUp, type ContenderResult, type FileResult } from './result.ts'
import { skippedIn } from './skip-list.ts'
import { copySuite } from './working-copy.ts'

export interface ContenderRun {
  /** A stage's id, or `redis`. */
  name: string
  /** The suite: a directory with `runtest` in it. */
  suite: string
  files: readonly string[]
  /** Runs what is on the skip list as well. */
  everything: boolean
  /** Seconds. */
  timeout: number
  /** Told what is being run. */
  step(text: string): void
}

/** Who can be put to the test. */
export const contenderNames: readonly string[] = [...stages.map(({ id }) => id), 'redis']

/** The contender that a person means by `1`, `stage1` or `redis`. */
export function contenderFromWord(word: string): string | undefined {
  return word === 'redis' ? word : findStage(word)?.id
}

/**
 * The harness needs a Tcl, under one of the names that it looks for.
 * @throws LabError where there is none
 */
export function needTcl(): void {
  if (findTcl() !== undefined) return
  throw new LabError("Tcl is not installed, in which Redis' test suite is written", {
    means:
      "without it the lab's servers are not held against Redis' own tests; nothing else is lost",
    next: 'sudo apt-get install tcl (on a Mac: brew install tcl-tk@8)',
  })
}

/**
 * Redis is tested only where a person asks for it.
 * @throws LabError where it is not installed
 */
export function needRedis(): void {
  if (isInstalled('redis-server')) return
  throw new LabError('redis-server is not installed', {
    next: installRedis,
  })
}

/** Runs the files, one after the other. */
export async function runContender(options: ContenderRun): Promise<ContenderResult> {
  const { name, files, everything, timeout, step } = options
  const skipList = everything ? [] : files.flatMap(skippedIn)
  const copy = await copySuite(options.suite)
  try {
    const results: FileResult[] = []
    for (const file of files) {
      step(`${name}: ${file}`)
      const skipped = skipList.filter((one) => one.file === file).map(({ test }) => test)
      const result = await runFile(name, { directory: copy.directory, file, skipped, timeout })
      results.push(result)
      if (result.tests.some((test) => test.name === NO_SERVER)) break // nor will it for the next
    }
    return addUp(name, results, skipList)
  } finally {
    await copy.remove()
  }
}

/** A server of its own for each file: what one leaves behind, or breaks, is not the next one's. */
async function runFile(
  name: string,
  options: Omit<HarnessRun, 'host' | 'port'>,
): Promise<FileResult> {
  let server: RunningServer
  try {
    server = await startServer(name)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return { file: options.file, tests: [failed(NO_SERVER, failure.message)], seconds: 0 }
  }
  let ending: string | undefined
  void server.ended.then((how) => {
    ending = how
  })
  try {
    const { host, port } = server
    const result = await runHarness({ ...options, host, port })
    if (ending !== undefined) {
      result.tests.push(failed('the server ended by itself', `${ending}\n${server.complaints()}`))
    }
    return result
  } finally {
    await server.stop()
  }
}

/** The name of the test that fails where there is nothing to test. */
const NO_SERVER = 'the server'

function failed(name: string, detail: string): TestResult {
  return { name, outcome: 'failed', detail: detail.trim() }
}

async function startServer(name: string): Promise<RunningServer> {
  return name === 'redis' ? await startRedis() : await startStage({ id: name })
}
