/** What is compared: stages, the real Redis, and one of them a second time. */

import type { Workload } from '../load/workload.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import {
  isCopy,
  type RunningServer,
  type StageOptions,
  startRedis,
  startRespServer,
  startStage,
} from '../run/server.ts'
import { withTimeout } from '../run/timeout.ts'
import { type Stage, stages } from '../stages.ts'
import type { Target } from './comparison.ts'
import { entryProgram } from './entry.ts'

/** The A/A copy of a target: the same server once more, which shows what no difference looks like. */
export function twinOf(target: Target): Target {
  return { ...target, name: `${target.name} again` }
}

/**
 * The one of which an A/A copy is started: the last whole stage, else the last of all. A stage rather than
 * Redis, since what V8 compiles differs from start to start, and that noise is what must be known.
 */
export function whoseTwin(targets: readonly Target[]): Target {
  const whole = targets.findLast((target) => isStage(target) && !target.args)
  return whole ?? targets.at(-1)!
}

/** Whether a target is a stage, or a copy of one: a server on Node, with a JavaScript heap. */
export function isStage({ server, path }: Target): boolean {
  return path === undefined && server !== 'redis'
}

/** Whether it takes part in a workload. */
export function takesPart({ mostKeys = Infinity }: Target, { keyspace }: Workload): boolean {
  return keyspace <= mostKeys
}

/** Why nothing can be counted inside a target; undefined if it can. */
export function whyNoHeap({ name, server, path, entry }: Target): string | undefined {
  if (server === 'redis') return 'Redis is written in C: it has no JavaScript heap'
  if (path !== undefined) {
    return `${name} is not one of the lab's stages: its heap, if it has one, is not watched`
  }
  return entry?.node === undefined ? undefined : 'the probe runs in the lab’s own Node'
}

/** The most keys for a stage that reads a byte at a time; a million take it a minute. */
const MOST_KEYS_BY_BYTES = 10_000

/** A stage as the target that it is if nothing else is said of it. */
export function stageTarget({ id, expected }: Stage): Target {
  const slow = expected.readsPerRequest === null
  return { name: id, server: id, ...(slow ? { mostKeys: MOST_KEYS_BY_BYTES } : {}) }
}

/** A stage with one of its optimizations left out. */
export function withoutOptimization(stage: string, optimization: string): Target {
  return { name: `no ${optimization}`, server: stage, args: ['--without', optimization] }
}

/**
 * Loaded before an entry file: two versions that listen on one port run at the same time, each on a
 * port that the kernel chooses.
 */
const anyPort = `data:text/javascript,${encodeURIComponent(`
import { Server } from 'node:net'
const { listen } = Server.prototype
Server.prototype.listen = function (first, ...rest) {
  const isPort = typeof first === 'number' || (typeof first === 'string' && /^[0-9]+$/.test(first))
  const isSettings = typeof first === 'object' && first !== null && 'port' in first
  return listen.call(this, isPort ? 0 : isSettings ? { ...first, port: 0 } : first, ...rest)
}`)}`

/**
 * Starts a target and waits until it listens.
 * @param options Node's flags, for a stage; the program that runs it; how long it may take to listen
 * @throws LabError if it does not start
 */
export function startTarget(
  { name, server, path, args = [], entry }: Target,
  options: Pick<StageOptions, 'nodeFlags' | 'under' | 'timeoutMs'> = {},
): Promise<RunningServer> {
  if (path !== undefined) return startRespServer({ name, path }, options)
  if (server === 'redis') return startRedis(options)
  if (entry !== undefined) {
    const program = entryProgram(server, { args, ...entry, listens: true })
    return program.start([...(options.nodeFlags ?? []), '--import', anyPort])
  }
  const known = isCopy(server) || stages.some(({ id }) => id === server)
  if (!known) throw new Error(`${name}: no stage ${server}`)
  return startStage({ id: server }, { ...options, args: [...args] })
}

/**
 * Names a target in an error that came up while it was served.
 * @returns what is to be thrown
 */
export async function explainFailure(
  failure: unknown,
  { name }: Pick<Target, 'name'>,
  server: RunningServer | undefined,
  when: string,
): Promise<unknown> {
  if (!(failure instanceof LabError)) return failure
  // The connection is seen to break a moment before the process is seen to end; wait for that, but
  // not for long: a server that answers wrongly does not end at all.
  const how = server && (await withTimeout(500, server.ended))
  const said = crashSummary(server?.errorOutput() ?? '')
  const ended =
    how === undefined ? '' : `; it ended by itself (${how})${said === undefined ? '' : `: ${said}`}`
  const { means, next, exitCode, message } = failure
  return new LabError(`${name}, ${when}: ${message}${ended}`, {
    ...(means === undefined ? {} : { means }),
    ...(next === undefined ? {} : { next }),
    exitCode,
    cause: failure,
  })
}
