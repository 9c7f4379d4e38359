/** The helpers that a broken benchmark needs, each a process of its own that ends with the lab. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Address } from '../../load/control.ts'
import { hasEnded, startChild, stopChild } from '../../run/children.ts'
import { LabError } from '../../run/lab-error.ts'
import type { RunningServer } from '../../run/server.ts'
import type { ClientRun } from './client.ts'

/** A helper that is spoken to over its IPC channel. */
interface Helper {
  child: ChildProcess
  /**
   * The next message from it.
   * @throws LabError where it ends instead
   */
  heard(): Promise<unknown>
  complaints(): string
  ended: Promise<string>
}

function startHelper(file: string, args: string[]): Helper {
  const program = fileURLToPath(new URL(file, import.meta.url))
  const child = startChild(process.execPath, [program, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4096)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return {
    child,
    ended,
    complaints: () => complaints,
    async heard() {
      const message = once(child, 'message').then(([value]) => ({ value: value as unknown }))
      const first = await Promise.race([message, ended])
      if (typeof first !== 'string') return first.value
      throw new LabError(`${file} ended (${first}): ${complaints.trim()}`)
    },
  }
}

/**
 * Starts the server that lies, see `lying-server.ts`.
 * @throws LabError where it does not start
 */
export async function startLyingServer(): Promise<RunningServer> {
  const { child, heard, complaints, ended } = startHelper('./lying-server.ts', [])
  const port = (await heard()) as number
  return {
    name: 'the server that lies',
    host: '127.0.0.1',
    port,
    pid: child.pid!,
    complaints,
    ended,
    stop: async () => {
      if (!hasEnded(child)) await stopChild(child)
    },
  }
}

export interface ApplicationClient {
  /**
   * Sends GETs for so many seconds.
   * @throws LabError where the server closes a connection, or the client fails
   */
  run(seconds: number): Promise<ClientRun>
  stop(): Promise<void>
}

/**
 * Starts a client as an application has one, see `client.ts`.
 * @param work whether it does something with each reply; else it looks at none of them
 */
export function startClient({ host, port }: Address, work: boolean): ApplicationClient {
  const args = ['--host', host, '--port', String(port), ...(work ? ['--work'] : [])]
  const { child, heard } = startHelper('./client.ts', args)
  return {
    async run(seconds) {
      child.send({ seconds }, () => {})
      return (await heard()) as ClientRun
    },
    stop: () => stopChild(child),
  }
}

/**
 * Starts neighbours: programs that compute and do nothing else, one for each processor, as a backup,
 * a virus scanner or the neighbours of a virtual machine do. They are at it when this resolves.
 * @returns what ends them
 */
export async function startNeighbours(): Promise<() => Promise<void>> {
  // The watch on standard input ends it with the lab; the loop lets it look four times a second.
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
