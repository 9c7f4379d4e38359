/**
 * For tests: runs a command of the lab as it is typed, with pipes instead of a terminal. Without tsx,
 * which npm puts before it: that only lets a Node that strips no types say which one the lab needs.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { labRoot } from '../run/server.ts'

export interface Ended {
  /** Null if a signal ended it. */
  status: number | null
  stdout: string
  stderr: string
}

/** @param script its file in `scripts`, without `.ts` */
export function startTyped(
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: labRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs it to its end. */
export async function runTyped(
  script: string,
  args: readonly string[],
  environment?: NodeJS.ProcessEnv,
): Promise<Ended> {
  const child = startTyped(script, args, environment)
  let [stdout, stderr] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr!.setEncoding('utf8').on('data', (text) => (stderr += text))
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, stdout, stderr }
}
