/** The words on the command line that say what loads a program of the reader's own, and how it is run. */

import type { EntryOptions } from '../experiment/entry.ts'
import { broughtLoad, commandPlan, httpPlan, type LoadPlan } from '../experiment/loads.ts'
import { readerDirectory } from '../run/reader-directory.ts'
import { type CommandLine, type Words, wrongWords } from './command.ts'

type Values = Words['values']

/** What loads a program, and for how long. For `parseArgs` of node:util: spread it into the options. */
export const programLoadFlags = {
  http: { type: 'string' },
  connections: { type: 'string' },
  rate: { type: 'string' },
  load: { type: 'string' },
  seconds: { type: 'string' },
} as const

/** The same, and how a program is run that the lab starts. */
export const entryFlags = {
  ...programLoadFlags,
  node: { type: 'string' },
  'node-options': { type: 'string' },
} as const

const httpHelp = [
  '--http URL     loads your own server with GET requests to URL, and counts them',
  '--connections N  of the HTTP load; default 10',
  '--rate N       requests per second instead of as many as it answers: an open loop, free of',
  '               coordinated omission',
]

/** Lines of `--help`. */
export const entryHelp = [
  ...httpHelp,
  '--load "COMMAND"  any other load: it is run until the recording is over, with PORT set',
  '--seconds N    length of the recording of a server; default 10. Without a load it is whatever',
  '               load you bring, and a script is recorded from its start to its end',
  '--node PATH    runs your program by this Node, from 20 on; default: the lab’s own',
  '--node-options="WORDS"  options of that Node, e.g. "--import tsx" for enums and decorators',
]

/** The same of the tools of others, which are loaded for a shorter time. */
export const toolHelp = [
  ...httpHelp,
  '--load "COMMAND"  any other load, with PORT set',
  '--seconds N    length of that load; default 4, with --quick 1.5',
]

/** For commands that take a process that runs already. */
export const pidFlag = { pid: { type: 'string' } } as const

export const pidHelp = [
  '--pid N        a process of Node that runs already, with any of these loads; its inspector is',
  '               opened for the recording with SIGUSR1, on loopback, and closed again',
]

/** @throws LabError, exit status 2, for options that only a program takes that the lab starts */
export function refuseWithPid(values: Values, line: CommandLine): void {
  const stray = ['node', 'node-options', ...ofStages].find((name) => values[name] !== undefined)
  if (stray === undefined) return
  throw wrongWords(`--${stray} is for what the lab starts, and --pid runs already`, line)
}

/** @throws LabError, exit status 2, for options that only a program of the reader's own takes */
export function refuseWithStages({ values, argumentsOfProgram }: Words, line: CommandLine): void {
  const stray = Object.keys(entryFlags).find((name) => values[name] !== undefined)
  if (stray === undefined && argumentsOfProgram.length === 0) return
  const what = stray === undefined ? 'what comes after a second --' : `--${stray}`
  throw wrongWords(`${what} is for your own programs, not for stages`, line)
}

/** Options for the lab's own load, which only stages understand. */
export const ofStages = ['replay', 'clients', 'pipeline', 'payload', 'keyspace', 'tests'] as const

/** The default of `--connections`: as in autocannon. */
const CONNECTIONS = 10

/** Length of a recording in seconds, if the words do not say. */
export const SECONDS = 10
/** The same with `--quick`. */
const QUICK_SECONDS = 3

/**
 * What loads the reader's own program.
 * @throws LabError, exit status 2
 */
export function readLoadPlan(
  values: Values,
  line: CommandLine,
): { load: LoadPlan; url: URL | undefined; seconds: number } {
  const seconds =
    readNumber(values, 'seconds', line) ?? (values.quick === true ? QUICK_SECONDS : SECONDS)
  const connections = readNumber(values, 'connections', line, 10_000) ?? CONNECTIONS
  const rate = readNumber(values, 'rate', line, 1_000_000)
  if (values.http === undefined) {
    const stray = ['connections', 'rate'].find((name) => values[name] !== undefined)
    if (stray !== undefined) throw wrongWords(`--${stray} belongs to --http URL`, line)
    if (values.load === undefined) return { load: broughtLoad, url: undefined, seconds }
    const load = commandPlan(String(values.load), readerDirectory())
    return { load, url: undefined, seconds }
  }
  if (values.load !== undefined)
    throw wrongWords('--http and --load are two loads: choose one', line)
  const url = readUrl(String(values.http), line)
  return {
    load: httpPlan({ url: url.href, connections: Math.round(connections), rate }),
    url,
    seconds,
  }
}

/** How the reader's own program is run, as far as the words say it. */
export function readEntryOptions(
  values: Values,
  args: readonly string[],
): Pick<EntryOptions, 'args' | 'node' | 'nodeOptions'> {
  const text = (name: string) => values[name] as string | undefined
  return { args, node: text('node'), nodeOptions: text('node-options') }
}

function readUrl(word: string, line: CommandLine): URL {
  const text = /^[a-z]+:\/\//i.test(word) ? word : `http://${word.replace(/^:/, '127.0.0.1:')}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return url
  throw wrongWords(`--http takes a URL such as http://127.0.0.1:3000/, not '${word}'`, line)
}

function readNumber(
  values: Values,
  name: string,
  line: CommandLine,
  most = 3600,
): number | undefined {
  const word = values[name]
  if (word === undefined) return undefined
  const value = Number(word)
  if (value > 0 && value <= most) return value
  throw wrongWords(
    `--${name} is a number above 0, up to ${most.toLocaleString('en-US')}, not '${word}'`,
    line,
  )
}
