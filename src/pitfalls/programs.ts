/** The processes that a wrong benchmark needs. Each ends with the lab. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import type { RunningServer } from '../run/server.ts'
import type { ClientRun } from './application-client.ts'
import type { Connect } from './recorder.ts'

interface Program {
  child: ChildProcess
  /**
   * The next message from it.
   * @throws LabError if it ends instead
   */
  message(): Promise<unknown>
  errorOutput(): string
  ended: Promise<string>
}

function startProgram(file: string, args: string[]): Program {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const child = startChild(process.execPath, [program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let errorOutput = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4096)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return {
    child,
    ended,
    errorOutput: () => errorOutput,
    async message() {
      const next = once(child, 'message').then(([value]) => ({ value: value as unknown }))
      const first = await Promise.race([next, ended])
      if (typeof first !== 'string') return first.value
      throw new LabError(`${file} ended (${first}): ${errorOutput.trim()}`)
    },
  }
}

/**
 * Starts the server of `faulty-server.ts`, which says OK and stores nothing.
 * @throws LabError if it does not start
 */
export async function startFaultyServer(): Promise<RunningServer> {
  const { child, message, errorOutput, ended } = startProgram('./faulty-server.ts', [])
  return {
    name: 'the faulty server',
    host: '127.0.0.1',
    port: (await message()) as number,
    pid: child.pid!,
    errorOutput: errorOutput,
    ended,
    stop: async () => {
      if (!hasEnded(child)) await stopChild(child)
    },
  }
}

/**
 * Starts the client of `application-client.ts`, which sends GETs.
 * @param work whether it uses each reply as a web application does; else it only counts them
 */
export function applicationClient(work: boolean): Connect {
  return async ({ host, port }) => {
    const args = ['--host', host, '--port', String(port), ...(work ? ['--work'] : [])]
    const { child, message } = startProgram('./application-client.ts', args)
    async function run(seconds: number) {
      child.send({ seconds }, () => {})
      return (await message()) as ClientRun
    }
    return {
      warmUp: async (_, seconds) => void (await run(seconds)),
      async run({ test, seconds: length }, _, onMeasured) {
        if (test !== 'get' || length === undefined)
          throw new Error('it sends GETs for some seconds')
        const { requests, seconds, busy } = await run(length)
        onMeasured?.()
        return {
          test,
          requests,
          seconds,
          requestsPerSecond: requests / seconds,
          latency: null,
          client: { busy },
          // A wrong reply is no JSON, which ends the client.
          repliesChecked: work,
        }
      },
      stop: () => stopChild(child),
    }
  }
}

/**
 * Starts a program that computes on every processor, as a backup or a virus scanner does.
 * @returns what ends them
 */
export async function startNeighbours(): Promise<() => Promise<void>> {
  // It watches standard input, to end with the lab; the loop lets it look four times a second.
  const program = `process.stdin.once('close', () => process.exit()).resume()
setInterval(() => { for (const until = Date.now() + 240; Date.now() < until;); }, 250)
console.log('computing')`
  const neighbours = Array.from({ length: availableParallelism() }, () =>
    startChild(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'ignore'] }),
  )
  await Promise.all(neighbours.map((child) => once(child.stdout!, 'data')))
  return async () => {
    await Promise.all(neighbours.map((child) => stopChild(child, 'SIGKILL')))
  }
}
