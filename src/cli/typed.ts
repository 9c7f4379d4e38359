/**
 * For tests: runs a command of the lab as it is typed, with pipes instead of a terminal. Without tsx,
 * which npm puts before it: that only lets a Node that strips no types say which one the lab needs.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
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

/** A message to the process of `startTypedHost`. */
export interface Order {
  script: string
  args: readonly string[]
}

/**
 * Starts one process that runs commands one after the other. The modules are loaded once, so that a
 * command takes some milliseconds. For those that start no process, and end without a signal.
 */
export function startTypedHost(environment: NodeJS.ProcessEnv = {}) {
  const child = fork(fileURLToPath(new URL('typed-host.ts', import.meta.url)), {
    cwd: labRoot,
    env: { ...process.env, ...environment },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => {
    throw new Error('the process that runs the commands has ended')
  })
  ended.catch(() => {})
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(script: string, args: readonly string[]): Promise<Ended> {
      const turn = last.then(async () => {
        const answer = once(child, 'message')
        child.send({ script, args } satisfies Order)
        return (await Promise.race([answer, ended]))[0] as Ended
      })
      last = turn.catch(() => {})
      return turn
    },
    stop: () => child.disconnect(),
  }
}
