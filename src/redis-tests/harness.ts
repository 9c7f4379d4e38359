/** Runs one file of the suite against a server that listens already. */
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasEnded, startChild } from '../run/children.ts'
import { OutputReader } from './output.ts'
import type { FileResult } from './result.ts'
import { harnessArguments } from './suite.ts'

export interface HarnessRun {
  /** The working copy of the suite. */
  directory: string
  host: string
  port: number
  file: string
  /** Names of tests. */
  skipped: readonly string[]
  /** Seconds without a test that ends. */
  timeout: number
}

/** Runs `./runtest` to its end; where it says nothing of a failure of its own, a test is made of it. */
export async function runHarness(options: HarnessRun): Promise<FileResult> {
  const { directory, skipped, file } = options
  const skipFile = join(directory, 'skip-list')
  await writeFile(skipFile, skipped.map((name) => `${name}\n`).join(''))
  const words = harnessArguments({ ...options, skipFile, basePort: basePort() })
  const { TERM: _, ...env } = process.env // it colours its lines for a terminal
  const started = performance.now()
  const child = startChild('sh', ['-c', WATCHED, 'runtest', ...words], {
    cwd: directory,
    env,
    // stdin is a pipe that nothing is written to: it closes when the lab ends, however it ends.
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  // It is a shell that starts two Tcl programs; all of them are in its process group.
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
  const failed = tests.some(({ outcome }) => outcome === 'failed')
  const ran = tests.some(({ outcome }) => outcome === 'passed')
  if (!failed && (status !== 0 || !ran)) {
    const detail = `it ended with ${status}:\n${output.tail.join('\n')}`
    tests.push({ name: 'the harness itself', outcome: 'failed', detail })
  }
  return { file, tests, seconds: (performance.now() - started) / 1000 }
}

/**
 * Runs the harness beside a process that waits for the end of its input, and then kills the group:
 * where the lab itself was killed, nothing else would.
 */
const WATCHED = `exec 3<&0
{ cat <&3 >/dev/null; kill -KILL 0; } &
exec 3<&-
exec ./runtest "$@" </dev/null`

/** Below the ports that the kernel gives out, and far from those of a run beside this one. */
function basePort(): number {
  return 20_032 + 64 * Math.floor(Math.random() * 180)
}
