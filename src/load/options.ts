/** The words on the command line that describe a load; the same for every command that makes one. */
import { LabError } from '../run/lab-error.ts'
import { templateOf } from './requests.ts'
import {
  defaultTests,
  defaultWorkload,
  type TestName,
  testNames,
  type Workload,
} from './workload.ts'

export const tools = ['lab', 'redis-benchmark'] as const

/** `http` is what `compare --http` uses; `--tool` does not take it. */
export type Tool = (typeof tools)[number] | 'http'

export interface LoadOptions extends Workload {
  /** Requests of a measured run; undefined if the command's own length is to be used. */
  requests: number | undefined
  tests: TestName[]
  tool: Tool
}

/** For `parseArgs` of node:util; spread it into the options of a command. */
export const loadFlags = {
  requests: { type: 'string' },
  clients: { type: 'string' },
  pipeline: { type: 'string' },
  payload: { type: 'string' },
  keyspace: { type: 'string' },
  tests: { type: 'string' },
  tool: { type: 'string' },
} as const

/** Lines for `--help`, in two columns. */
export const loadHelp: readonly string[] = [
  '--requests N   requests of each test',
  '--clients N    connections, one batch in flight on each (50)',
  '--pipeline N   requests in a batch (1)',
  '--payload N    bytes of a value (3)',
  '--keyspace N   keys to choose from at random (1)',
  `--tests LIST   of ${testNames.join(',')} (${defaultTests.join(',')})`,
  '--tool NAME    lab: checks every reply; redis-benchmark: the real one (lab)',
]

const bounds = {
  requests: [1, 1e9],
  clients: [1, 10_000],
  pipeline: [1, 1000],
  payload: [0, 512 * 1024 * 1024], // a bulk string of Redis can be no longer
  keyspace: [1, 100_000_000], // a byte each is kept, see values.ts
} as const

/** What the batches of all clients may take up in the load generator's memory. */
const batchBytesLimit = 1024 ** 3

type Values = { [flag in keyof typeof loadFlags]?: string | undefined }

/**
 * Reads what `parseArgs` found.
 * @throws LabError, exit code 2, naming what is allowed
 */
export function readLoadOptions(values: Values): LoadOptions {
  const options: LoadOptions = {
    requests: values.requests === undefined ? undefined : count('requests', values.requests),
    clients: count('clients', values.clients, defaultWorkload.clients),
    pipeline: count('pipeline', values.pipeline, defaultWorkload.pipeline),
    payload: count('payload', values.payload, defaultWorkload.payload),
    keyspace: count('keyspace', values.keyspace, defaultWorkload.keyspace),
    tests: values.tests === undefined ? [...defaultTests] : readTests(values.tests),
    tool: values.tool === undefined ? 'lab' : readTool(values.tool),
  }
  checkMemory(options)
  return options
}

function count(flag: keyof typeof bounds, word: string | undefined, otherwise = 0): number {
  if (word === undefined) return otherwise
  const [least, most] = bounds[flag]
  const number = /^\d+$/.test(word) ? Number(word) : Number.NaN
  if (number >= least && number <= most) return number
  const english = (n: number) => n.toLocaleString('en-US')
  throw wrongWord(
    `--${flag} needs a whole number from ${english(least)} to ${english(most)}, not '${word}'`,
    `--${flag} ${flag === 'requests' ? 100000 : defaultWorkload[flag]}`,
  )
}

function readTests(list: string): TestName[] {
  const words = list.toLowerCase().split(',')
  const wrong = words.find((word) => !isTest(word))
  if (wrong === undefined) return [...new Set(words.filter(isTest))]
  throw wrongWord(
    `--tests needs a list of ${testNames.join(', ')}, not '${list}'`,
    `--tests ${defaultTests.join(',')}`,
  )
}

function isTest(word: string): word is TestName {
  return testNames.some((name) => name === word)
}

function readTool(word: string): Tool {
  const tool = tools.find((name) => name === word)
  if (tool !== undefined) return tool
  throw wrongWord(`--tool needs ${tools.join(' or ')}, not '${word}'`, '--tool lab')
}

/** Batches stay whole in memory, so very long values do not go with very long pipelines. */
function checkMemory(options: LoadOptions): void {
  const { clients, pipeline, payload, keyspace, tests } = options
  for (const test of tests) {
    if (test === 'incr') continue
    const { request, reply } = templateSizes(test, payload)
    const bytes = (request + reply) * pipeline * (keyspace === 1 ? 1 : clients)
    if (bytes <= batchBytesLimit) continue
    throw wrongWord(
      `${test.toUpperCase()} with --payload ${payload} --pipeline ${pipeline} --clients ${clients} ` +
        `would keep ${(bytes / 1024 ** 3).toFixed(1)} GiB in flight; the limit is 1 GiB`,
      'a smaller --payload or --pipeline, or fewer --clients',
    )
  }
}

/** Bytes of one request and its reply, worked out from templates too small to cost anything. */
function templateSizes(test: Exclude<TestName, 'incr'>, payload: number) {
  const empty = templateOf(test, 0)
  return {
    request: empty.request.length + empty.valuesAt.length * payload,
    reply: empty.reply.length + empty.replyValuesAt.length * payload,
  }
}

function wrongWord(happened: string, next: string): LabError {
  return new LabError(happened, { next, exitCode: 2 })
}

/** The flags of a command that profiles: its load goes on for as long as the recording takes. */
export const profileLoadFlags = withoutFixed(loadFlags)

function withoutFixed({ requests: _, tool: __, ...flags }: typeof loadFlags) {
  return flags
}

/** Their lines of help. */
export const profileLoadHelp = loadHelp.filter((text) => !/^--(requests|tool)/.test(text))

/**
 * The load of a command that profiles.
 * @throws LabError, exit status 2, as `readLoadOptions` does
 */
export function readProfileLoad(values: Values): { workload: Workload; tests: TestName[] } {
  const { tests, requests: _, tool: __, ...workload } = readLoadOptions(values)
  return { workload, tests }
}
