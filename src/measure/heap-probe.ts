/**
 * Counts what V8 allocates and how long it stops to collect, from inside the measured process:
 * loaded before its program by `--import heap-probe.ts?port=N`. It connects to the lab on
 * 127.0.0.1:N and answers each byte it gets with a line of JSON.
 *
 * It costs some hundred bytes per collection, and the answer: runs with it are never timed.
 */
import { connect } from 'node:net'
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapStatistics } from 'node:v8'

/** All since the process started. */
export interface HeapTotals {
  /** Bytes taken on the JavaScript heap; null before Node 26, whose V8 was the first to count them. */
  allocatedBytes: number | null
  /** Collections, and steps of collections, that stopped the program. */
  pauses: number
  /** How long they stopped it, ms. */
  pauseMs: number
}

let pauses = 0
let pauseMs = 0

function count(entries: readonly { duration: number }[]): void {
  for (const { duration } of entries) {
    pauses++
    pauseMs += duration
  }
}

function totals(): HeapTotals {
  const { total_allocated_bytes: allocatedBytes } = getHeapStatistics() as {
    total_allocated_bytes?: number
  }
  return { allocatedBytes: allocatedBytes ?? null, pauses, pauseMs }
}

const port = new URL(import.meta.url).searchParams.get('port')
if (port !== null) {
  const observer = new PerformanceObserver((list) => count(list.getEntries()))
  observer.observe({ type: 'gc' })
  const socket = connect({ host: '127.0.0.1', port: Number(port) })
  socket.unref() // the program ends when it would have ended without us
  socket.on('error', () => {}) // the lab has gone: nothing to report to
  socket.on('data', () => {
    // Node reports a collection in a later turn of the loop than the one it happened in.
    setImmediate(() =>
      setImmediate(() => {
        count(observer.takeRecords())
        socket.write(`${JSON.stringify(totals())}\n`)
      }),
    )
  })
}
