/** Runs the files of the suite against one server, each file against a new one. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, startChild } from '../run/children.ts'
import { findTcl, isInstalled } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { installRedis, type RunningServer, startRedis, startStage } from '../run/server.ts'
import { findStage, stages } from '../stages.ts'
import { OutputReader, type TestResult } from './output.ts'
import { addUp, type FileResult, type TargetResult } from './result.ts'
import { skippedIn } from './skip-list.ts'
import { copySuite, type Suite } from './suite.ts'

export interface TargetRun {
  /** A stage's id, or `redis`. */
  name: string
  suite: Suite
  files: readonly string[]
  /** Also the tests of the skip list. */
  everything: boolean
  /** Seconds without a test that ends. */
  timeout: number
  onStep(text: string): void
}

/** The names of all servers that can be tested. */
export const targetNames: readonly string[] = [...stages.map(({ id }) => id), 'redis']

/** The name of the server for a word such as `1`, `stage1` or `redis`. */
export function targetFromWord(word: string): string | undefined {
  return word === 'redis' ? word : findStage(word)?.id
}

/**
 * The suite needs Tcl; Redis is tested only on request.
 * @throws LabError if something is not installed
 */
export function checkInstalled(targets: readonly string[]): void {
  if (findTcl() === undefined) {
    throw new LabError("Tcl is not installed, in which Redis' test suite is written", {
      means: 'without it this suite cannot run; nothing else is lost',
      next: 'sudo apt-get install tcl (on a Mac: brew install tcl-tk@8)',
    })
  }
  if (targets.includes('redis') && !isInstalled('redis-server')) {
    throw new LabError('redis-server is not installed', { next: installRedis })
  }
}

/** Runs the files one after the other. */
export async function runTarget(options: TargetRun): Promise<TargetResult> {
  const { name, files, everything, timeout, onStep } = options
  const skipList = everything ? [] : files.flatMap(skippedIn)
  const copy = await copySuite(options.suite)
  try {
    const results: FileResult[] = []
    for (const file of files) {
      onStep(`${name}: ${file}`)
      const skipped = skipList.filter((one) => one.file === file).map(({ test }) => test)
      const run = { directory: copy.directory, file, skipped, timeout }
      const result = await runFile(name, run)
      results.push(result)
      if (result.tests.some((test) => test.name === noServer)) break // the next would not start either
    }
    return addUp(name, results, skipList)
  } finally {
    await copy.remove()
  }
}

/** The name of the failed test if the server does not start. */
const noServer = 'the server'

interface FileRun {
  /** The working copy of the suite. */
  directory: string
  file: string
  /** Names of tests. */
  skipped: readonly string[]
  timeout: number
}

/** With a server of its own: what one file leaves behind, or breaks, does not touch the next. */
async function runFile(name: string, run: FileRun): Promise<FileResult> {
  let server: RunningServer
  try {
    server = name === 'redis' ? await startRedis() : await startStage({ id: name })
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return { file: run.file, tests: [failed(noServer, failure.message)], seconds: 0 }
  }
  let ending: string | undefined
  void server.ended.then((how) => {
    ending = how
  })
  try {
    const result = await runHarness(server, run)
    if (ending !== undefined) {
      result.tests.push(failed('the server ended by itself', `${ending}\n${server.errorOutput()}`))
    }
    return result
  } finally {
    await server.stop()
  }
}

function failed(name: string, detail: string): TestResult {
  return { name, outcome: 'failed', detail: detail.trim() }
}

/** Runs `./runtest` to its end; if it fails without a word, that is a failed test, too. */
async function runHarness(server: RunningServer, run: FileRun): Promise<FileResult> {
  const { directory, file, skipped } = run
  const skipFile = join(directory, 'skip-list')
  await writeFile(skipFile, skipped.map((name) => `${name}\n`).join(''))
  const { TERM: _, ...env } = process.env // with it, it colours its lines
  const started = performance.now()
  const child = startChild(
    'sh',
    ['-c', watched, 'runtest', ...harnessArguments(server, run, skipFile)],
    {
      cwd: directory,
      env,
      // Nothing is written to stdin: it closes when the lab ends, however it ends.
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  )
  // The shell starts two Tcl programs; all of them are in its process group.
  const killGroup = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // They have all ended.
    }
  }
  process.once('exit', killGroup)
  const output = new OutputReader()
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (text: string) => output.push(text))
  }
  try {
    const closed = once(child, 'close')
    if (!hasEnded(child)) await once(child, 'exit')
    killGroup()
    await closed
  } finally {
    process.removeListener('exit', killGroup)
  }
  output.end()
  const { tests } = output
  const status = child.exitCode ?? child.signalCode
  const anyFailed = tests.some(({ outcome }) => outcome === 'failed')
  const anyPassed = tests.some(({ outcome }) => outcome === 'passed')
  if (!anyFailed && (status !== 0 || !anyPassed)) {
    tests.push(failed('the harness itself', `it ended with ${status}:\n${output.tail.join('\n')}`))
  }
  return { file, tests, seconds: (performance.now() - started) / 1000 }
}

/** The harness must not ask for what only a debug build reports, nor for a replica. */
function harnessArguments(
  { host, port }: RunningServer,
  { file, timeout }: FileRun,
  skipFile: string,
): string[] {
  // It listens on one of the 32 ports below this one, which the kernel does not give out.
  const basePort = 20_032 + 64 * Math.floor(Math.random() * 180)
  return [
    ...['--host', host, '--port', String(port)],
    ...['--singledb', '--ignore-encoding', '--ignore-digest'],
    ...['--tags', '-needs:debug -needs:repl'],
    ...['--single', file],
    ...['--skipfile', skipFile],
    ...['--timeout', String(timeout)],
    ...['--baseport', String(basePort)],
  ]
}

/** If the lab is killed, only a process that waits for the end of its input can kill the group. */
const watched = `exec 3<&0
{ cat <&3 >/dev/null; kill -KILL 0; } &
exec 3<&-
exec ./runtest "$@" </dev/null`
