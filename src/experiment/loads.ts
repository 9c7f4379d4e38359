/** What loads a program while it is recorded: the lab's own load, HTTP, any command, or the reader. */
import type { CountedLoad, Load } from '../flame/capture-window.ts'
import { type Progress, startLoad, type TestName, type Workload } from '../load/control.ts'
import {
  type HttpCounts,
  type HttpLatency,
  type HttpWorkload,
  httpSentences,
  httpText,
  startHttp,
} from '../load/http.ts'
import { loadText } from '../load/workload.ts'
import { killGroup, startChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { withTimeout } from '../run/timeout.ts'
import { countServed, type Served } from './served.ts'

export interface LoadPlan {
  /** For captions: `SET and GET; 50 clients, 3-byte payload, no pipelining`. */
  text: string
  /** The load of one recording: what it counts begins at zero. */
  make(): CountedLoad
  /** What came of it, a sentence each; nothing before it has run. */
  said?: () => string[]
  /** How long its requests took; undefined before it has run. */
  latency?: () => HttpLatency | undefined
}

/** Length of one run of a test before the turn of the next, in seconds. */
export const TURN = 0.5

/** The lab's own load on a server that speaks Redis' protocol. */
export function respLoad(workload: Workload, tests: readonly TestName[]): LoadPlan {
  return {
    text: loadText(workload, tests),
    make: () => {
      const served = countServed()
      return { load: turns(workload, tests, served), served: served.now }
    },
  }
}

/** A load for a capture: each test's turn after the other, until it is aborted. */
function turns(workload: Workload, tests: readonly TestName[], served: Served): Load {
  return async (server, signal, underWay) => {
    const load = await startLoad(server, workload)
    // Runs are cut short by stopping the load: what is under way then rejects, and that is all right.
    signal.addEventListener('abort', () => void load.stop())
    try {
      await load.fill()
      while (!signal.aborted) {
        for (const test of tests) {
          if (signal.aborted) break
          served.started()
          const onProgress = (progress: Progress) => {
            served.progress(progress)
            if (progress.done > 0) underWay()
          }
          await load.run({ test, seconds: TURN }, onProgress, served.finished)
        }
      }
    } catch (failure) {
      if (!signal.aborted) throw failure
    } finally {
      await load.stop()
    }
  }
}

/** V8 has compiled a handler by then; a request over HTTP is more code than one of Redis' protocol. */
const WARM_UP_REPLIES = 1000

/** Requests over HTTP, counted. */
export function httpPlan(workload: HttpWorkload): LoadPlan {
  let last: { counts: HttpCounts; latency?: HttpLatency } | undefined
  return {
    text: httpText(workload),
    make: () => {
      let replies = 0
      const load: Load = async (_server, signal, underWay) => {
        const running = startHttp(workload, () => {
          replies++
          underWay()
        })
        last = { counts: running.counts }
        signal.addEventListener('abort', running.stop)
        last.latency = await running.ended
      }
      return { load, served: () => replies, warmUpRequests: WARM_UP_REPLIES }
    },
    latency: () => last?.latency,
    said: () => (last === undefined ? [] : httpSentences(workload, last.counts, last.latency)),
  }
}

/** How long a command may take to end when it is asked to, ms. */
const GRACE_MS = 2000

/**
 * Any command, by the shell, in the directory where the reader stands. It is run again if it ends
 * before the recording does, and ended with its process group when that is over. It gets the
 * server's port as PORT.
 */
export function commandPlan(command: string, cwd: string): LoadPlan {
  return {
    text: command,
    make: () => ({
      load: async (server, signal, underWay) => {
        while (!signal.aborted) await runOnce(command, cwd, server.port, signal, underWay)
      },
    }),
  }
}

async function runOnce(
  command: string,
  cwd: string,
  port: number,
  signal: AbortSignal,
  underWay: () => void,
): Promise<void> {
  const child = startChild('/bin/sh', ['-c', command], {
    cwd,
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errorOutput = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4096)
  })
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', ({ message }) => resolve(message))
    child.once('exit', (code, killed) => resolve(killed ?? code ?? 0))
  })
  const end = () => {
    if (child.pid === undefined) return
    try {
      process.kill(-child.pid, 'SIGTERM')
    } catch {
      // It ended a moment ago.
    }
    void withTimeout(GRACE_MS, ended).then(() => killGroup(child))
  }
  signal.addEventListener('abort', end)
  if (signal.aborted) end()
  underWay()
  const how = await ended
  signal.removeEventListener('abort', end)
  if (how === 0 || signal.aborted) return
  const said = errorOutput.trim().split('\n').at(-1)
  throw new LabError(
    `the load failed: ${command}: ${said ? `${said}; ` : ''}${typeof how === 'number' ? `exit code ${how}` : how}`,
    { next: 'start the server alone and run the command of --load by itself' },
  )
}

/** The reader generates the load, or there is none, as for a script. */
export const broughtLoad: LoadPlan = {
  text: 'whatever load there was',
  make: () => ({}),
}
