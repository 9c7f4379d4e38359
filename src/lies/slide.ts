/** What is shown with a claim: as little as slides have, and nothing that is not true. */
import { paint } from '../cli/colour.ts'
import { legend } from '../flame/caption.ts'
import type { FrameTree } from '../flame/tree.ts'
import { figures, percent, row, whole } from '../report/format.ts'
import { cpuOf, lastOverFirst, middleCpu, rateOf, runsOf } from './facts.ts'
import type { Recording } from './recording.ts'

const widths = [14, 14, 22]

/** Rates of two servers, with the ratio and its interval. */
export function rateTable(recording: Recording): string[] {
  return comparison(recording, 'rate', 'requests/s', (name) =>
    whole(rateOf(runsOf(recording, name))),
  )
}

/** CPU a request of two servers, with the ratio and its interval. */
export function cpuTable(recording: Recording): string[] {
  return comparison(recording, 'cpu', 'µs of CPU', (name) =>
    figures(middleCpu(runsOf(recording, name))),
  )
}

function comparison(
  recording: Recording,
  of: 'rate' | 'cpu',
  unit: string,
  figure: (name: string) => string,
): string[] {
  const { ratio, low, high } = lastOverFirst(recording, of)
  const [first, last] = recording.parties
  const interval = low === null ? '' : ` (${low.toFixed(2)}-${high!.toFixed(2)})`
  const runs = runsOf(recording, first!.name)
  const test = runs[0]!.summary.test.toUpperCase()
  return [
    paint.dim(row([test, unit, `over ${first!.name}`], widths)),
    row([first!.name, figure(first!.name)], widths),
    row([last!.name, figure(last!.name), `${ratio.toFixed(2)}${interval}`], widths),
    paint.dim(`medians of ${runs.length} runs each; 95 % interval`),
  ]
}

/** One server, one run. */
export function runTable({ runs }: Recording): string[] {
  const columns = [13, 11, 13, 15, 10, 10]
  const head = ['', 'requests', 'requests/s', 'CPU a request', 'p50, ms', 'p99, ms']
  const rows = runs.map((run) => {
    const { test, requests, requestsPerSecond, latency } = run.summary
    const times = [latency?.p50, latency?.p99].map((ms) => (ms === undefined ? '-' : figures(ms)))
    const cpu = `${figures(cpuOf(run).total)} µs`
    const label = `${run.target} ${test.toUpperCase()}`
    return row([label, whole(requests), whole(requestsPerSecond), cpu, ...times], columns)
  })
  return [paint.dim(row(head, columns)), ...rows]
}

/** Shares by role, widest first. */
export function roleTable(tree: FrameTree): string[] {
  return legend(tree)
    .filter(({ share }) => share >= 0.005)
    .toSorted((a, b) => b.share - a.share)
    .map(({ role, share }) => {
      const bar = '█'.repeat(Math.round(share * 30))
      return `  ${role.padEnd(13)}${percent(share).padStart(7)}  ${bar}`.trimEnd()
    })
}
