/** What `npm run compare` compares: the words of the command line, then what is there on this machine. */

import { existsSync } from 'node:fs'
import { autoRounds } from '../experiment/auto-rounds.ts'
import {
  type ComparisonPlan,
  type Sweep,
  sweepKeys,
  type Target,
} from '../experiment/comparison.ts'
import { stageTarget, takesPart, withoutOptimization } from '../experiment/targets.ts'
import { type LoadOptions, readLoadOptions } from '../load/options.ts'
import type { TestName, Workload } from '../load/workload.ts'
import { findOnPath } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { copyNames, findCopy } from '../run/mine.ts'
import { otherRedis, whyNoRedis } from '../run/server.ts'
import { optimizationsOf, unsupportedReason } from '../run/supported-stages.ts'
import { findStage, stages } from '../stages.ts'

/** How long the parts of a comparison take. */
export interface CompareLengths {
  rounds: number
  /** Rounds until the intervals are narrow enough; `rounds` is then the most. */
  auto?: boolean
  /** Of a measured run, in seconds. */
  seconds: number
  /** Longest warm-up of a test, in seconds. */
  warmUpSeconds: number
}

export const normalLengths: CompareLengths = { rounds: 9, seconds: 1, warmUpSeconds: 1 }
export const quickLengths: CompareLengths = { rounds: 6, seconds: 0.3, warmUpSeconds: 0.5 }

type Values = Record<string, string | boolean | undefined>

/** What a person asked for; `servers` undefined: all. */
export interface CompareWords extends CompareLengths {
  servers: Target[] | undefined
  baseline: string | undefined
  /** The stage whose optimizations are to be left out one by one. */
  ablate: string | undefined
  workloads: Workload[]
  sweep: Sweep | null
  tests: TestName[]
  tool: LoadOptions['tool']
  /** Instructions are counted too. */
  instructions: boolean
}

/**
 * Reads what `parseArgs` found.
 * @throws LabError, exit code 2, naming what is allowed
 */
export function readCompareWords(values: Values): CompareWords {
  const text = (name: string) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  const lengths = values.quick === true ? quickLengths : normalLengths
  const sweep = text('sweep') === undefined ? null : readSweep(text('sweep')!)
  const servers = text('servers') === undefined ? undefined : readServers(text('servers')!)
  const baseline = text('baseline') === undefined ? undefined : readServer(text('baseline')!).name
  const ablate = text('ablate') === undefined ? undefined : readServer(text('ablate')!).server
  if (ablate !== undefined && (servers ?? baseline) !== undefined) {
    throw wrongWord(
      `--ablate compares ${ablate} with itself; it does not go with --servers or --baseline`,
      `npm run compare -- --ablate ${ablate}`,
    )
  }
  if (servers && baseline && !servers.some(({ name }) => name === baseline)) {
    throw wrongWord(
      `--baseline ${baseline} is not among the servers that are compared`,
      `--servers ${[...servers.map(({ name }) => name), baseline].join(',')}`,
    )
  }
  if (sweep !== null && text(sweep.over) !== undefined) {
    throw wrongWord(`--${sweep.over} and --sweep ${sweep.over} exclude each other`, 'one of them')
  }
  const over = sweep?.over ?? 'pipeline'
  const list = sweep?.values.map(String) ?? (text('pipeline') ?? '1,16').split(',')
  const loads = [...new Set(list)].map((value) =>
    readLoadOptions({
      clients: text('clients'),
      payload: text('payload'),
      keyspace: text('keyspace'),
      tests: text('tests'),
      tool: text('tool'),
      ...(sweep === null || sweep.over === 'pipeline' ? {} : { pipeline: text('pipeline') }),
      [over]: value,
    }),
  )
  return {
    ...readRounds(text('rounds'), lengths.rounds),
    seconds: number('seconds', text('seconds'), lengths.seconds, 0.05, 3600, false),
    warmUpSeconds: lengths.warmUpSeconds,
    servers,
    baseline,
    ablate,
    workloads: loads.map(({ clients, pipeline, payload, keyspace }) => {
      return { clients, pipeline, payload, keyspace }
    }),
    sweep,
    tests: loads[0]!.tests,
    tool: loads[0]!.tool,
    instructions: values.instructions === true,
  }
}

/**
 * Reads `--rounds N` or `--rounds auto`.
 * @throws LabError, exit code 2, naming what is allowed
 */
export function readRounds(
  word: string | undefined,
  usual: number,
): { rounds: number; auto?: boolean } {
  if (word === 'auto') return { rounds: autoRounds.most, auto: true }
  return { rounds: number('rounds', word, usual, 1, 1000, true) }
}

/**
 * Two or more versions of a server of the reader's own, under GET requests.
 * @param files entry files, absolute
 * @param args of each of them
 * @throws LabError, exit code 2, naming what is allowed
 */
export function planHttp(
  values: Values,
  files: readonly string[],
  args: readonly string[],
): ComparisonPlan {
  const text = (name: string) => values[name] as string | undefined
  const given = text('http')!
  const path = pathIn(given)
  if (!path.startsWith('/'))
    throw wrongWord(`--http takes a path such as /items, not '${given}'`, '--http /items')
  if (new Set(files).size < 2) {
    throw wrongWord(
      'name two versions of your server',
      'npm run compare -- before.ts after.ts --http /',
    )
  }
  const names = shortNames(files)
  const entry = { node: text('node'), nodeOptions: text('node-options') }
  const lengths = values.quick === true ? quickLengths : normalLengths
  const rate =
    text('rate') === undefined ? undefined : number('rate', text('rate'), 1, 1, 1e6, true)
  const clients = number('connections', text('connections'), 10, 1, 10_000, true)
  return {
    ...readRounds(text('rounds'), lengths.rounds),
    seconds: number('seconds', text('seconds'), lengths.seconds, 0.05, 3600, false),
    warmUpSeconds: lengths.warmUpSeconds,
    targets: files.map((server, at) => ({ name: names[at]!, server, args, entry })),
    baseline: names[0]!,
    workloads: [{ clients, pipeline: 1, payload: 0, keyspace: 1, http: { path, rate } }],
    tests: ['get'],
    tool: 'http',
    sweep: null,
    notes: [],
  }
}

/** The path of a URL, or of what `flame --http` takes as one: `:3000/items`. */
function pathIn(word: string): string {
  const text = /^(:\d+|localhost\b)/.test(word)
    ? `http://${word.replace(/^:/, 'localhost:')}`
    : word
  if (!URL.canParse(text)) return word
  const { pathname, search } = new URL(text)
  return pathname + search
}

/**
 * Names of two files: of their paths what tells them apart, without what both begin or end with.
 * `before` and `after` for `/app/before/server.ts` and `/app/after/server.ts`.
 */
function shortNames(files: readonly string[]): string[] {
  const parts = files.map((file) => file.split('/'))
  const same = (at: number) => new Set(parts.map((one) => one.at(at))).size === 1
  const least = Math.min(...parts.map(({ length }) => length))
  let [start, end] = [0, 0]
  while (start < least - 1 && same(start)) start++
  while (end < least - start - 1 && same(-1 - end)) end++
  return parts.map((one) => one.slice(start, one.length - end).join('/'))
}

/** Every stage, and Redis first. */
export function allServers(): Target[] {
  return [redis, ...stages.map(stageTarget)]
}

const redis: Target = { name: 'redis', server: 'redis' }
const valkey: Target = { name: 'valkey', server: 'valkey', path: 'valkey-server' }

function readServers(list: string): Target[] {
  const found = new Map(list.split(',').map((word) => [word, readServer(word)]))
  return [...new Map([...found.values()].map((server) => [server.name, server])).values()]
}

function readServer(word: string): Target {
  if (word === 'redis') return redis
  if (word === 'valkey') return valkey
  const named = /^([\w-]+)=(.+)$/.exec(word)
  if (named !== null) return readNamed(named[1]!, named[2]!)
  const stage = findStage(word) ?? findCopy(word)
  // One that is named takes part, however long it takes to set its keys.
  if (stage !== undefined) return { name: stage.id, server: stage.id }
  const known = [...[...allServers(), valkey].map(({ name }) => name), ...copyNames()]
  throw wrongWord(
    `there is no server '${word}'; there are ${known.join(', ')}, or NAME=PATH of another one`,
    'npm run compare -- --servers stage2,stage4,redis',
  )
}

/** A server of the reader's: `redis8=/opt/redis/src/redis-server`, `mine=server.js`. */
function readNamed(name: string, path: string): Target {
  if ([redis, valkey].some((known) => known.name === name) || findStage(name) !== undefined) {
    throw wrongWord(
      `'${name}' is a server of the lab's own list already`,
      `--servers redis,my-${name}=${path}`,
    )
  }
  return { name, server: name, path }
}

/** More columns do not fit into a table. */
const MOST_VALUES = 7

function readSweep(word: string): Sweep {
  const [name, list = ''] = word.split('=')
  const over = sweepKeys.find((key) => key === name)
  const values = list.split(',')
  const count = values.length >= 2 && values.length <= MOST_VALUES
  if (over === undefined || !count || !values.every((value) => /^\d+$/.test(value))) {
    throw wrongWord(
      `--sweep needs ${sweepKeys.join(', ')} and 2 to ${MOST_VALUES} numbers, not '${word}'`,
      'npm run compare -- --sweep pipeline=1,4,16,64',
    )
  }
  const sorted = [...new Set(values.map(Number))].sort((a, b) => a - b)
  return { over, values: sorted }
}

function number(
  flag: string,
  word: string | undefined,
  otherwise: number,
  least: number,
  most: number,
  whole: boolean,
): number {
  if (word === undefined) return otherwise
  const value = (whole ? /^\d+$/ : /^\d*\.?\d+$/).test(word) ? Number(word) : Number.NaN
  if (value >= least && value <= most) return value
  throw wrongWord(
    `--${flag} needs a ${whole ? 'whole ' : ''}number from ${least} to ${most}, not '${word}'`,
    `--${flag} ${otherwise}`,
  )
}

function wrongWord(happened: string, next: string): LabError {
  return new LabError(happened, { next, exitCode: 2 })
}

/**
 * Decides which targets take part on this machine, and to which the ratios are.
 * @throws LabError if none is left, or the baseline that was asked for is not there
 */
export async function choosePlan(
  words: CompareWords,
  whyMissing: () => string | undefined = whyNoRedis,
  whichRedis: () => string | undefined = otherRedis,
): Promise<ComparisonPlan> {
  const { servers, baseline: wanted, ablate, ...rest } = words
  if (ablate !== undefined) return { ...rest, ...takeApart(ablate), notes: [] }
  const asked =
    servers ?? (findOnPath(valkey.path!) !== undefined ? [...allServers(), valkey] : allServers())
  const notes: string[] = []
  const targets: Target[] = []
  for (const target of asked) {
    const why = whyNotHere(target, whyMissing)
    if (why === undefined) targets.push(target)
    else notes.push(why)
  }
  const first = targets[0]
  const lost = wanted !== undefined && !targets.some(({ name }) => name === wanted)
  if (first === undefined || lost) {
    throw new LabError(`${notes.join('; ')}, so there is nothing to compare with`, {
      next: 'npm run compare -- --servers stage1,stage2,stage3,stage4 --baseline stage1',
    })
  }
  const redis = targets.find(({ server }) => server === 'redis')
  const baseline = wanted ?? redis?.name ?? first.name
  if (notes.length > 0) notes[0] = `${notes[0]}: the ratios are to ${baseline}`
  notes.push(...leftOut(targets, rest.workloads))
  const other = redis === undefined ? undefined : whichRedis()
  if (other !== undefined) notes.push(other)
  return { ...rest, targets, baseline, notes }
}

/** What a target does not take part in, a sentence each. */
function leftOut(targets: readonly Target[], workloads: readonly Workload[]): string[] {
  return targets
    .filter((target) => workloads.some((workload) => !takesPart(target, workload)))
    .map(({ name, mostKeys }) => {
      const keys = mostKeys!.toLocaleString('en-US')
      return `${name} takes no part with more than ${keys} keys, which would take it minutes to set; --servers ${name},… has it do so`
    })
}

/** Why a target cannot take part on this machine, a sentence; undefined if it can. */
function whyNotHere(target: Target, whyNoRedis: () => string | undefined): string | undefined {
  const { path, server } = target
  if (path === undefined) {
    const stage = findStage(server) ?? findCopy(server)
    return stage === undefined ? whyNoRedis() : unsupportedReason(stage)
  }
  const isThere = path.includes('/') ? existsSync(path) : findOnPath(path) !== undefined
  if (isThere) return undefined
  return path.includes('/') ? `there is no ${path}` : `${path} is not installed on this machine`
}

type Part = Pick<ComparisonPlan, 'targets' | 'baseline' | 'ablation'>

function takeApart(stage: string): Required<Part> {
  const optimizations = stage === 'redis' ? [] : optimizationsOf({ id: stage })
  if (optimizations.length === 0) {
    throw new LabError(`${stage} has nothing that can be left out`, {
      means:
        'only stages with optimizations that can be switched off have any: stage 3 and later ones',
      next: 'npm run compare -- --ablate stage4',
      exitCode: 2,
    })
  }
  const whole = { name: stage, server: stage }
  const targets = [whole, ...optimizations.map(({ name }) => withoutOptimization(stage, name))]
  return { targets, baseline: stage, ablation: { stage, optimizations } }
}
