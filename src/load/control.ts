/**
 * The lab's side of the load generator: starts its process, sends it orders, and turns what it
 * reports, or its death, into a summary or an error. The process takes one order at a time.
 */
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { startChild, stopChild } from '../run/children.ts'
import { crashSummary } from '../run/crash-summary.ts'
import { LabError } from '../run/lab-error.ts'
import type { Answer, Order } from './process.ts'
import type { Progress, Summary } from './summary.ts'
import type { Address, RunRequest, Workload } from './workload.ts'

export type { Progress, Summary } from './summary.ts'
export type { Address, RunRequest, TestName, Workload } from './workload.ts'

/** A load generator with its connections open. Its errors are LabErrors, and final: only `stop` is left. */
export interface Load {
  /** Of the load process, e.g. for a profiler; 0 if every run is a process of its own. */
  readonly pid: number
  /**
   * Sets every key and counter that the tests use; wanted once before the first GET, INCR or MGET.
   * @param pipeline requests in a batch; default: many, since it is not measured
   */
  fill(pipeline?: number): Promise<void>
  /**
   * One measured run. When the last reply has come, `onMeasured` is called: the moment to read the
   * server's counters, since a sample of the keys written is read back and every connection is
   * checked for surplus replies after it, before the promise resolves.
   * @param onProgress called about ten times a second
   * @throws LabError on the first reply that is wrong, missing, early or one too many
   */
  run(
    request: RunRequest,
    onProgress?: (progress: Progress) => void,
    onMeasured?: (summary: Summary) => void | Promise<void>,
  ): Promise<Summary>
  /** Ends the load process and waits for it. Never throws; what is under way rejects. */
  stop(): Promise<void>
}

export interface LoadSettings {
  /** The server counts as hanging after so many ms without a byte from it. Default 10,000. */
  silenceMs?: number
  /** Options of Node for the load process, e.g. for a profiler of it. */
  nodeFlags?: string[]
}

const script = fileURLToPath(new URL('./process.ts', import.meta.url))

/**
 * Starts a load generator and connects its clients; each of them has been answered once when the
 * promise resolves.
 * @throws LabError if the server cannot be reached or does not answer
 */
export async function startLoad(
  target: Address,
  workload: Workload,
  settings: LoadSettings = {},
): Promise<Load> {
  const { silenceMs = 10_000, nodeFlags = [] } = settings
  const child = startChild(process.execPath, [...nodeFlags, script], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  const orders = takeOrders(child)
  try {
    // Picked one by one: the caller's objects may hold more than can go over the channel.
    const { host, port } = target
    const { clients, pipeline, payload, keyspace } = workload
    await orders.give({
      kind: 'open',
      target: { host, port },
      workload: { clients, pipeline, payload, keyspace },
      silenceMs,
    })
  } catch (error) {
    await stopChild(child)
    throw error
  }
  return {
    pid: child.pid ?? 0,
    async fill(pipeline) {
      await orders.give({ kind: 'fill', ...(pipeline === undefined ? {} : { pipeline }) })
    },
    async run(request, onProgress, onMeasured) {
      const progress = onProgress !== undefined
      const answer = await orders.give({ kind: 'run', request, progress }, onProgress)
      if (answer.kind !== 'summary') throw new Error('the load generator gave no summary')
      await onMeasured?.(answer.summary)
      await orders.give({ kind: 'verify' })
      return answer.summary
    },
    async stop() {
      orders.end(new LabError('the load generator was stopped'))
      await stopChild(child)
    },
  }
}

type Final = Exclude<Answer, { kind: 'progress' } | { kind: 'failed' }>

function takeOrders(child: ChildProcess) {
  let pending: PromiseWithResolvers<Final> | undefined
  let onProgress: ((progress: Progress) => void) | undefined
  /** Why there will be no more answers. Failures between two orders are noted here, too. */
  let over: LabError | undefined
  let errorOutput = ''

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4096)
  })
  child.on('message', (answer: Answer) => {
    if (over !== undefined) return
    if (answer.kind === 'progress') return onProgress?.(answer.progress)
    if (answer.kind === 'failed') {
      const { happened, ...hint } = answer.failure
      return end(new LabError(happened, hint))
    }
    const answered = pending
    pending = undefined
    answered?.resolve(answer)
  })
  child.once('error', (error) => end(crash(error.message)))
  // `close` comes after `exit`, when stderr and the channel have been read to their ends.
  child.once('close', (code, signal) => end(crash(signal ?? `exit code ${code}`, errorOutput)))

  function end(error: LabError): void {
    over ??= error
    pending?.reject(over)
    pending = undefined
  }

  function give(order: Order, progress?: (progress: Progress) => void): Promise<Final> {
    if (over !== undefined) return Promise.reject(over)
    if (pending !== undefined) throw new Error('the load generator does one thing at a time')
    pending = Promise.withResolvers<Final>()
    onProgress = progress
    // A failed send means that the process has ended; `close` says so with the reason.
    child.send(order, () => {})
    return pending.promise
  }

  return { give, end }
}

function crash(how: string, errorOutput = ''): LabError {
  const said = crashSummary(errorOutput)
  return new LabError(
    `the load generator ended in the middle of its work (${how})${said === undefined ? '' : `: ${said}`}`,
    {
      means:
        'it was killed, or ran out of memory (fewer --clients, a smaller --pipeline or --payload), or has a fault',
      next: 'run the same command again',
    },
  )
}
