/**
 * An entry file of the reader's own as a program: how it is started and ended. All that the reader's
 * machine lacks is said before anything is recorded.
 */
import { existsSync, statSync } from 'node:fs'
import { dirname, extname, join, relative, sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hostOf, portsOf } from '../measure/listener.ts'
import { hasEnded, killGroup, startChild, stopChild } from '../run/children.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { firstLine } from '../run/first-line.ts'
import { LabError } from '../run/lab-error.ts'
import { isStopped } from '../run/processes.ts'
import type { Program } from '../run/program.ts'
import { type RunningServer, watchChild } from '../run/server.ts'
import { endedFirst, hold, POLL_MS, refuseTaken, untilListening } from './entry-listening.ts'
import { nodeWords, ownEnvironment, readNode } from './entry-node.ts'

/**
 * Whether Node runs a file: by the end of its name, or without one by a first line that names Node, as
 * the programs of packages have it.
 */
export function isEntryFile(file: string): boolean {
  const end = extname(file)
  return end === '' ? /^#!.*\bnode\b/.test(firstLine(file)) : /^\.[mc]?[jt]sx?$/.test(end)
}

export interface EntryOptions {
  /** Of the program itself. */
  args?: readonly string[]
  /** The Node that runs it, a path or a name on the PATH; default: the lab's own. */
  node?: string | undefined
  /** Further options of Node, as one line: `--import tsx`. */
  nodeOptions?: string | undefined
  /** Where the load goes: the program is ready when it listens there. */
  url?: URL | undefined
  /**
   * Whether it must listen. If not, it may be a script: it is started and stopped before its
   * first line, see `RunningServer.held`.
   */
  listens: boolean
  /** Longest wait until it listens, ms. */
  timeoutMs?: number
}

/** Loading a large application takes some seconds. */
const TIMEOUT_MS = 30_000

/** An entry file as a program, with what is to be said of how it is run. */
export interface EntryProgram extends Program {
  /** A sentence each, e.g. which loader was added. */
  notes: readonly string[]
  /** How a tool starts it: the file, Node's options before it, its arguments after it. */
  script: { file: string; words: readonly string[]; args: readonly string[] }
}

/**
 * @param file absolute
 * @throws LabError if there is no such file, or no such Node, or one that is too old
 */
export function entryProgram(file: string, options: EntryOptions): EntryProgram {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new LabError(`there is no file ${file}`, { exitCode: 2, next: `ls ${dirname(file)}` })
  }
  const root = projectOf(file)
  const name = relative(root, file)
  const { node, version } = readNode(options.node)
  const { words, notes } = nodeWords(file, root, version, options.nodeOptions)
  const args = [...(options.args ?? [])]
  const typed = [options.node ?? 'node', ...words, name, ...args].join(' ')
  const start: Start = { name, root, typed, file, command: [node, ...words, file, ...args] }
  return {
    ...{ name, title: name, grouping: 'layers' as const, root, notes },
    alone: `cd ${root} && ${typed}`,
    script: { file, words, args },
    start: (nodeFlags) => startEntry(start, nodeFlags, options),
    explainEnd: (errorOutput) => explainEnd(start, errorOutput),
  }
}

/** The directory of the project that a file is of, or has installed; without a package.json its own. */
function projectOf(file: string): string {
  const installed = file.indexOf(`${sep}node_modules${sep}`)
  if (installed >= 0) return file.slice(0, installed)
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    if (existsSync(join(at, 'package.json'))) return at
  }
  return dirname(file)
}

interface Start {
  name: string
  root: string
  /** How a person starts it, in `root`. */
  typed: string
  file: string
  command: string[]
}

async function startEntry(
  start: Start,
  nodeFlags: readonly string[],
  { url, listens, timeoutMs = TIMEOUT_MS }: EntryOptions,
): Promise<RunningServer> {
  const { name, root } = start
  if (url !== undefined) await refuseTaken(url)
  const [node, ...words] = start.command as [string, ...string[]]
  const command = [node, ...nodeFlags, ...words]
  // The shell stops itself, and becomes Node on SIGCONT: a profiler can be attached before.
  const held = ['/bin/sh', '-c', 'kill -STOP $$; exec "$@"', 'sh', ...command]
  const [program, ...rest] = (listens ? command : held) as [string, ...string[]]
  const child = startChild(program, rest, {
    cwd: root,
    env: ownEnvironment(),
    stdio: [process.stdin.isTTY ? 'ignore' : 'inherit', 'pipe', 'pipe'],
  })
  child.stdout?.resume()
  const { errorOutput, inspector, ended, closed } = watchChild(child)
  const server: RunningServer = {
    ...{ name, host: url === undefined ? '127.0.0.1' : hostOf(url), port: 0 },
    ...{ pid: child.pid ?? 0, errorOutput, inspector, ended },
    stop: async () => {
      await stopChild(child)
      killGroup(child)
    },
  }
  const isOver = () => hasEnded(child)
  const inspected = nodeFlags.some((word) => word.startsWith('--inspect'))
  // The inspector's port is not the program's.
  const ports = () => {
    const own = /:(\d+)\//.exec(inspector() ?? '')?.[1]
    if (inspected && own === undefined) return []
    return portsOf(server.pid).filter((port) => port !== Number(own))
  }
  if (!listens && child.pid !== undefined) {
    while (!isOver() && !isStopped(child.pid)) await delay(POLL_MS)
    return hold(server, () => void child.kill('SIGCONT'), ports, isOver)
  }
  try {
    server.port = await untilListening(start, server, url, ports, isOver, timeoutMs)
    return server
  } catch (failure) {
    await server.stop()
    if (failure !== endedFirst) throw failure
    await closed
    throw notStarted(start, errorOutput(), await ended, url)
  }
}

/** Failures caused by how Node was started. */
function explainEnd({ name, file }: Start, errorOutput: string): LabError | undefined {
  const said = crashSummary(errorOutput)
  if (/ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX|ERR_INVALID_TYPESCRIPT_SYNTAX/.test(errorOutput)) {
    return new LabError(`${name} has TypeScript that Node cannot strip: ${said}`, {
      means: 'enums, decorators and parameter properties need a loader that compiles them',
      next: 'the same command with --node-options="--import tsx"',
    })
  }
  const unresolved = /ERR_MODULE_NOT_FOUND|ERR_UNKNOWN_FILE_EXTENSION/.test(errorOutput)
  if (unresolved && /\.[mc]?tsx?$/.test(file)) {
    return new LabError(`${name} did not start: ${said}`, {
      means: 'a package is not installed, or Node cannot find what tsconfig.json renames',
      next: `npm install there, or the same command with --node-options="--import tsx"`,
    })
  }
  return undefined
}

function notStarted(
  start: Start,
  errorOutput: string,
  how: string,
  url: URL | undefined,
): LabError {
  const { name, typed, root } = start
  const known = explainEnd(start, errorOutput)
  if (known !== undefined) return known
  const said = crashSummary(errorOutput)
  const alone = `cd ${root} && ${typed}`
  if (how === 'exit code 0') {
    return new LabError(`${name} ended at once and never listened`, {
      means:
        url === undefined ? 'it is no server' : 'it is a script, or its standard input was empty',
      next: 'without --http and --load it is profiled from its start to its end',
    })
  }
  return new LabError(`${name} did not start: ${said === undefined ? '' : `${said}; `}${how}`, {
    next: `${alone}, to see all that it says`,
  })
}
