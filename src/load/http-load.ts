/** The load of a comparison over HTTP, in the shape that all loads of rounds have. */
import { createHistogram } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../run/lab-error.ts'
import type { Load } from './control.ts'
import { startHttp } from './http.ts'
import { readLatency, readMiddleAndTail, readPercentiles, type Summary } from './summary.ts'
import type { Address, Workload } from './workload.ts'

/** How often progress is reported, and a limit on requests checked, ms. */
const PROGRESS_MS = 100

/** A server that has not replied for so long, s, will not. */
const SILENCE = 10

/**
 * GET requests to the path of `workload.http`, by autocannon, in this process.
 * @throws LabError from `run` if the server gives no reply, or another status than 2xx
 */
export async function startHttpLoad(target: Address, workload: Workload): Promise<Load> {
  const { path, rate } = workload.http!
  const url = new URL(path, `http://${target.host}:${target.port}`).href
  let stopRunning = () => {}
  return {
    pid: 0,
    fill: async () => {},
    async run({ test, requests = Number.POSITIVE_INFINITY, seconds }, onProgress, onMeasured) {
      const latency = createHistogram({ lowest: 1, highest: 3600e9, figures: 3 })
      const cpu = process.cpuUsage()
      const began = performance.now()
      let done = 0
      const running = startHttp({ url, connections: workload.clients, rate }, (ms) => {
        done++
        latency.record(Math.max(1, Math.round(ms * 1e6)))
      })
      stopRunning = running.stop
      const elapsed = () => (performance.now() - began) / 1000
      let failed = false
      const ended = running.ended.catch((failure: unknown) => {
        failed = true
        throw failure
      })
      ended.catch(() => {}) // awaited below
      const limit = seconds ?? Number.POSITIVE_INFINITY
      // On a busy machine a slice of a warm-up may have no reply in its time.
      const isOver = () => elapsed() >= (done === 0 ? Math.max(limit, SILENCE) : limit)
      while (!failed && !isOver() && done < requests) {
        const left = Math.max(0, limit - elapsed()) * 1000
        await delay(left === 0 ? 10 : Math.min(PROGRESS_MS, left))
        onProgress?.({
          done,
          total: Number.isFinite(requests) ? requests : null,
          share: Math.min(1, Math.max(done / requests, elapsed() / limit)),
          requestsPerSecond: done / elapsed(),
          latency: done === 0 ? null : readMiddleAndTail(latency),
          clientBusy: null,
        })
      }
      const used = process.cpuUsage(cpu)
      const measured = { requests: done, seconds: elapsed() }
      const busy = (used.user + used.system) / (measured.seconds * 1e6)
      const each = Math.max(1, done)
      const summary: Summary = {
        ...workload,
        ...{ tool: 'http', test, ...measured, requestsPerSecond: done / measured.seconds },
        latency: readLatency(latency),
        percentiles: readPercentiles(latency),
        client: { userMicros: used.user / each, systemMicros: used.system / each, busy },
        repliesChecked: false,
      }
      if (!failed) await onMeasured?.(summary)
      running.stop()
      await ended
      refuseFailures(url, running.counts, done)
      return summary
    },
    stop: async () => stopRunning(),
  }
}

/** @throws LabError: a comparison of error pages says nothing of the program */
function refuseFailures(
  url: string,
  { statuses, errors }: ReturnType<typeof startHttp>['counts'],
  done: number,
): void {
  const { pathname, search } = new URL(url)
  const [status] = [...statuses].sort((a, b) => b[1] - a[1])
  if (status !== undefined) {
    throw new LabError(`GET ${url} was answered ${status[0]} in ${status[1]} of ${done} replies`, {
      means: 'the path is wrong, or the program fails under load',
      next: `start it alone, and ask it on its own port: curl -i "http://127.0.0.1:PORT${pathname}${search}"`,
    })
  }
  const [error] = [...errors].sort((a, b) => b[1] - a[1])
  if (error !== undefined) {
    throw new LabError(`${error[1]} requests to ${url} had no reply: ${error[0]}`, {
      next: 'fewer --connections, or a lower --rate',
    })
  }
  if (done === 0) throw new LabError(`${url} gave no reply within ${SILENCE} s`)
}
