/**
 * Starts the servers that are measured: a stage, or the real Redis. A server is always a process
 * of its own; the lab talks to it over a socket and observes it through the operating system.
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { isAbsolute, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Stage } from '../stages.ts'
import { hasEnded, startChild, stopChild } from './children.ts'
import { crashSummary } from './crash-summary.ts'
import { lookAt } from './installed.ts'
import { LabError } from './lab-error.ts'
import { withTimeout } from './timeout.ts'

/** The checkout, without a trailing slash. */
export const labRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/**
 * Whether an id is the directory of a reader's own copy, `mine/stage1` or an absolute one, and not
 * the name of a stage.
 */
export function isCopy(id: string): boolean {
  return id.startsWith('mine/') || isAbsolute(id)
}

/**
 * Where a server's files are, absolute.
 * @param id a stage's, e.g. `stage1`, or the directory of a reader's copy
 */
export function directoryOf(id: string): string {
  return resolve(labRoot, isCopy(id) ? id : `stages/${id}`)
}

/**
 * The command that starts a stage, or a copy, without the lab: it shows all that the server says. By
 * npx, which finds the lab's own Node: an older one, with which npm may run the lab, strips no types.
 */
export function aloneCommand(id: string, port: number): string {
  return `npx node ${mainOf(id)} --port ${port}`
}

/** The file that starts it, as short as it can be called from the checkout. */
function mainOf(id: string): string {
  return `${isCopy(id) ? id : `stages/${id}`}/main.ts`
}

export interface RunningServer {
  /** `stage1` …, `redis`, or what another server is called. */
  name: string
  host: string
  port: number
  pid: number
  /** The last few kilobytes that the server wrote to stderr, for an error message. */
  errorOutput(): string
  /** Where its inspector listens, `ws://…`, if it said so. */
  inspector?(): string | undefined
  /** Resolves with how the process ended, e.g. `exit code 1` or `SIGKILL`. */
  ended: Promise<string>
  /**
   * For a program that may be a script: it is stopped before its first line until `go` is called;
   * `listening` resolves when it listens on a port, if it ever does.
   */
  held?: { go(): void; listening: Promise<void> }
  /** @param signal SIGKILL for one that cannot hear another */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Of a process that the lab did not start. */
  attached?: Attached
}

/** What is known of a process that the lab did not start. */
export interface Attached {
  /** Its `perf-PID.map`, if it was started with `--perf-basic-prof`: names of JavaScript for perf. */
  perfMap: string | undefined
  /** What cannot be had of it, a sentence each. */
  unseen: readonly string[]
}

export interface StageOptions {
  /** Port to listen on; 0, the default, lets the kernel choose. */
  port?: number
  host?: string
  /** Options of Node itself, e.g. `--perf-basic-prof`. */
  nodeFlags?: string[]
  /** Further options of the server. */
  args?: string[]
  /** Longest wait until it listens, ms. */
  timeoutMs?: number
  /** How many files the server may have open at once, its sockets included. */
  openFiles?: number
  /** Words in front of the command: a program that runs it, e.g. valgrind. */
  under?: readonly string[]
  /** Is given what the server writes to stderr. */
  onErrorOutput?: (text: string) => void
}

/** How long the last words of a process that has ended are waited for, ms; they are in the pipe. */
const LAST_WORDS_MS = 2000

/** A server listens within a second; on a machine that is very busy it may take some. */
const TIMEOUT_MS = 60_000

/**
 * Starts a stage, or a reader's copy of one, under the lab's own Node and waits until it listens.
 * @throws LabError if the stage ends before it listens, or does not come to listen
 */
export async function startStage(
  stage: Pick<Stage, 'id'>,
  options: StageOptions = {},
): Promise<RunningServer> {
  const { port = 0, host = '127.0.0.1', nodeFlags = [], args = [] } = options
  const { timeoutMs = TIMEOUT_MS } = options
  const [command, ...words] = [
    ...withOpenFiles(options.openFiles),
    ...(options.under ?? []),
    process.execPath,
    ...nodeFlags,
    mainOf(stage.id),
    '--port',
    String(port),
    '--host',
    host,
    '--until-stdin-ends',
    ...args,
  ]
  const child = startChild(
    command!,
    words,
    // stdin is a pipe that nothing is written to: it closes when the lab ends, however it ends.
    { cwd: labRoot, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  child.stderr?.setEncoding('utf8').on('data', (text: string) => options.onErrorOutput?.(text))
  return await untilReady(child, stage.id, /listening on (\S+):(\d+)\n/, {
    timeoutMs,
    alone: aloneCommand(stage.id, 0),
  })
}

/** What to put before a command to limit the files that it may have open. */
function withOpenFiles(count: number | undefined): string[] {
  return count === undefined ? [] : ['sh', '-c', `ulimit -n ${count}; exec "$@"`, 'sh']
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

/** How to get Redis, for a person. */
export const installRedis = 'sudo apt-get install redis-server (on a Mac: brew install redis)'

/**
 * Why the real Redis cannot take part; undefined if it can.
 * @returns one sentence, without a full stop
 */
export function whyNoRedis(): string | undefined {
  const seen = lookAt('redis-server')
  if (seen.state === 'runs') return undefined
  if (seen.state === 'missing') return 'redis-server is not installed on this machine'
  return `redis-server does not start: ${seen.why}`
}

/** The version that the conformance cases and the figures of the README are of. */
export const redisVersion = '7.0'

/** What to know of a Redis that is another version than the lab's figures are of; else undefined. */
export function otherRedis(seen = lookAt('redis-server')): string | undefined {
  const version = seen.state === 'runs' ? seen.version : undefined
  if (version === undefined || version.startsWith(`${redisVersion}.`)) return undefined
  return `redis-server is ${version} here; the lab's replies and published ratios are to ${redisVersion}`
}

/**
 * Starts the real redis-server, without persistence, on a free port of 127.0.0.1.
 * @throws LabError if it is not installed, does not start, or does not get ready
 */
export async function startRedis({
  timeoutMs = TIMEOUT_MS,
  under = [],
}: Pick<StageOptions, 'timeoutMs' | 'under'> = {}): Promise<RunningServer> {
  const why = whyNoRedis()
  if (why !== undefined) throw new LabError(why, { next: installRedis })
  return await startRespServer({ name: 'redis', path: 'redis-server' }, { timeoutMs, under })
}

/** A server that is not the lab's. */
export interface RespServer {
  /** Unlike all others: `redis`, `valkey`. */
  name: string
  /** The program, or a script for Node; as the shell would find it. */
  path: string
}

/**
 * Starts a server that speaks RESP, on a free port of 127.0.0.1. One that says `Redis server v=…` or
 * the like for `--version` is one of Redis' descendants and is started without persistence; any
 * other gets `--port N` alone, and is ready when it answers PING.
 * @throws LabError if it does not start, or does not get ready
 */
export async function startRespServer(
  { name, path }: RespServer,
  { timeoutMs = TIMEOUT_MS, under = [] }: Pick<StageOptions, 'timeoutMs' | 'under'> = {},
): Promise<RunningServer> {
  const place = path.includes('/') || isScript(path) ? resolve(path) : path
  const isRedis = !isScript(path) && versionText(place).includes(' server v=')
  const quiet = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const node = isScript(path) ? [process.execPath] : []
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    // It would begin with the keys of a dump.rdb that another Redis has left in its directory.
    const file = ['--dbfilename', `lab-${process.pid}-${port}.rdb`]
    const options = ['--port', String(port), ...(isRedis ? [...quiet, ...file] : [])]
    const [command, ...words] = [...under, ...node, place, ...options]
    // What it may write, such as a dump, belongs nowhere in the checkout.
    const cwd = tmpdir()
    const child = startChild(command!, words, { stdio: ['ignore', 'pipe', 'pipe'], cwd })
    const alone = `${isScript(path) ? 'node ' : ''}${path} --port ${port}`
    const ready = isRedis ? /Ready to accept connections/ : () => answersPing(port, child)
    try {
      return await untilReady(child, name, ready, { timeoutMs, port, alone })
    } catch (failure) {
      // The port was free a moment ago, and is another program's now.
      if (attempt === PORTS_TRIED || !PORT_TAKEN.test((failure as Error).message)) throw failure
    }
  }
}

const PORTS_TRIED = 3
/** What Redis and Node say last. */
const PORT_TAKEN = /address already in use|failed listening on port/i

function isScript(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path)
}

function versionText(path: string): string {
  return spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 10_000 }).stdout ?? ''
}

/** Connects until something answers PING; never resolves if the process ends before. */
async function answersPing(port: number, child: ChildProcess): Promise<void> {
  while (!hasEnded(child)) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connect({ port, host: '127.0.0.1' })
      socket.once('connect', () => socket.write('*1\r\n$4\r\nPING\r\n'))
      socket.once('data', () => {
        resolve(true)
        socket.destroy()
      })
      socket.once('close', () => resolve(false))
      socket.on('error', () => {})
    })
    if (answered) return
    await delay(20)
  }
  await new Promise(() => {})
}

interface Expected {
  timeoutMs: number
  /** Where it was asked to listen; without it, the address that it prints. */
  port?: number
  /** The command that starts it without the lab. */
  alone: string
}

async function untilReady(
  child: ChildProcess,
  name: string,
  ready: RegExp | (() => Promise<void>),
  { timeoutMs, port, alone }: Expected,
): Promise<RunningServer> {
  let output = ''
  const { errorOutput, inspector, ended, closed } = watchChild(child)
  const said = new Promise<readonly string[]>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (output.length > 65536) return // ready long ago; the rest is only drained
      output += text
      const match = typeof ready === 'function' ? null : ready.exec(output)
      if (match) resolve(match)
    })
  })
  const listening = typeof ready === 'function' ? ready().then((): string[] => []) : said
  const first = await withTimeout(timeoutMs, Promise.race([listening, ended]))
  if (first === undefined) {
    await stopChild(child, 'SIGKILL')
    throw new LabError(`${name} did not listen within ${timeoutMs / 1000} s, and was ended`, {
      means: `it hangs at its start${saidLast(errorOutput() || output)}`,
      next: alone,
    })
  }
  if (typeof first === 'string') {
    await closed
    const reason = crashSummary(errorOutput()) ?? lastLine(output)
    throw new LabError(
      `${name} did not start: ${reason === undefined ? '' : `${reason}; `}${first}`,
      {
        next: `${alone}, to see all that it says`,
      },
    )
  }
  return {
    name,
    host: port === undefined ? first[1]! : '127.0.0.1',
    port: port ?? Number(first[2]),
    pid: child.pid!,
    errorOutput,
    inspector,
    ended,
    stop: (signal) => stopChild(child, signal),
  }
}

/** What is to be known of a child that is profiled or measured. */
export function watchChild(child: ChildProcess): Required<
  Pick<RunningServer, 'errorOutput' | 'inspector' | 'ended'>
> & {
  closed: Promise<void>
} {
  let errorOutput = ''
  let inspector: string | undefined
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-8192)
    // Node prints it at the start; a program may write much after that.
    inspector ??= /^Debugger listening on (ws:\S+)$/m.exec(errorOutput)?.[1]
  })
  const exited = Promise.withResolvers<string>()
  child.once('error', (error) => exited.resolve(error.message))
  child.once('exit', (code, signal) => exited.resolve(signal ?? `exit code ${code}`))
  const ended = exited.promise
  const streams = new Promise<void>((resolve) => child.once('close', () => resolve()))
  // `exit` may come before its last words have been read.
  const closed = ended.then(() => withTimeout(LAST_WORDS_MS, streams))
  return { errorOutput: () => errorOutput, inspector: () => inspector, ended, closed }
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1)?.slice(0, 200) || undefined
}

function saidLast(text: string): string {
  const line = lastLine(text)
  return line === undefined ? ' and said nothing' : `; its last line: ${line}`
}
