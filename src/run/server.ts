/**
 * Starts the servers that are measured: a stage, or the real Redis. A server is always a process
 * of its own; the lab talks to it over a socket and watches it through the operating system.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { Stage } from '../manifest.ts'
import { hasEnded, startChild, stopChild } from './children.ts'
import { isInstalled } from './installed.ts'
import { LabError } from './lab-error.ts'

/** The checkout, without a trailing slash. */
export const labRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

export interface RunningServer {
  /** `stage1` … or `redis`. */
  name: string
  host: string
  port: number
  pid: number
  /** The last few kilobytes that the server wrote to stderr, for an error message. */
  complaints(): string
  /** Resolves with how the process ended, e.g. `exit code 1` or `SIGKILL`. */
  ended: Promise<string>
  stop(): Promise<void>
}

export interface StageOptions {
  /** Port to listen on; 0, the default, lets the kernel choose. */
  port?: number
  host?: string
  /** Options of Node itself, e.g. `--perf-basic-prof`. */
  nodeFlags?: string[]
  /** Further options of the server. */
  args?: string[]
}

/**
 * Starts a stage under the lab's own Node and waits until it listens.
 * @throws LabError where the stage ends before it listens
 */
export async function startStage(
  stage: Pick<Stage, 'id'>,
  options: StageOptions = {},
): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', nodeFlags = [], args = [] } = options
  const child = startChild(
    process.execPath,
    [
      ...nodeFlags,
      `stages/${stage.id}/main.ts`,
      '--port',
      String(port),
      '--host',
      host,
      '--until-stdin-ends',
      ...args,
    ],
    // stdin is a pipe that nothing is written to: it closes when the lab ends, however it ends.
    { cwd: labRoot, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  return await untilReady(child, stage.id, /listening on (\S+):(\d+)\n/)
}

/** A port that was free a moment ago; for programs that cannot be given port 0. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

/**
 * Starts the real redis-server, without persistence, on a free port of 127.0.0.1.
 * @throws LabError where it is not installed or does not start
 */
export async function startRedis(): Promise<RunningServer> {
  if (!isInstalled('redis-server')) {
    throw new LabError('redis-server is not installed', {
      next: 'sudo apt-get install redis-server (on a Mac: brew install redis)',
    })
  }
  const port = await freePort()
  const [command, ...args] = [
    ...dyingWithParent(),
    ...['redis-server', '--port', String(port), '--bind', '127.0.0.1'],
    ...['--save', '', '--appendonly', 'no'],
  ]
  const child = startChild(command!, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  return await untilReady(child, 'redis', /Ready to accept connections/, port)
}

/**
 * What to put before a command that does not watch its standard input, so that it still ends when
 * the lab is killed with SIGKILL: on Linux the kernel can be asked to do it, by prctl(2).
 */
function dyingWithParent(): string[] {
  const setpriv = '/usr/bin/setpriv'
  return existsSync(setpriv) ? [setpriv, '--pdeathsig', 'KILL'] : []
}

async function untilReady(
  child: ChildProcess,
  name: string,
  ready: RegExp,
  knownPort?: number,
): Promise<RunningServer> {
  let complaints = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-8192)
  })
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  const listening = new Promise<RegExpExecArray>((resolve) => {
    let output = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length > 65536) return // ready long ago; the rest is only drained
      output += text
      const match = ready.exec(output)
      if (match) resolve(match)
    })
  })
  const first = await Promise.race([listening, ended])
  if (typeof first === 'string') {
    const reason = complaints.trim()
    throw new LabError(`${name} did not start: ${reason === '' ? first : reason}`)
  }
  return {
    name,
    host: knownPort === undefined ? first[1]! : '127.0.0.1',
    port: knownPort ?? Number(first[2]),
    pid: child.pid!,
    complaints: () => complaints,
    ended,
    stop: async () => {
      if (!hasEnded(child)) await stopChild(child)
    },
  }
}
