/** The tables of a recording: those that are shown with a claim, and those that `--look` asks for. */
import { paint } from '../cli/colour.ts'
import { legend } from '../flame/caption.ts'
import { flameText } from '../flame/text.ts'
import { workloadText } from '../load/workload.ts'
import { readingText } from '../measure/counters.ts'
import { timeText } from '../measure/format.ts'
import { median } from '../measure/statistics.ts'
import { figures, percent, row, whole, wrap } from '../report/format.ts'
import {
  clientBusy,
  cpuOf,
  filesOf,
  lastOverFirst,
  medianCpu,
  preemptions,
  rateOf,
  runsOf,
  sentAndGrown,
  serverBusy,
} from './facts.ts'
import type { Recording } from './recording.ts'

// ---- with a claim, as short as on a slide ----

const claimWidths = [14, 14, 22]

/** Rates of two servers, with the ratio and its interval. */
export function rateTable(recording: Recording): string[] {
  return comparison(recording, 'rate', 'requests/s', (name) =>
    whole(rateOf(runsOf(recording, name))),
  )
}

/** CPU per request of two servers, with the ratio and its interval. */
export function cpuTable(recording: Recording): string[] {
  return comparison(recording, 'cpu', 'µs of CPU', (name) =>
    figures(medianCpu(runsOf(recording, name))),
  )
}

function comparison(
  recording: Recording,
  of: 'rate' | 'cpu',
  unit: string,
  figure: (name: string) => string,
): string[] {
  const { ratio, low, high } = lastOverFirst(recording, of)
  const [first, last] = recording.targets
  const interval = low === null ? '' : ` (${low.toFixed(2)}-${high!.toFixed(2)})`
  const runs = runsOf(recording, first!.name)
  const test = runs[0]!.summary.test.toUpperCase()
  return [
    paint.dim(row([test, unit, `over ${first!.name}`], claimWidths)),
    row([first!.name, figure(first!.name)], claimWidths),
    row([last!.name, figure(last!.name), `${ratio.toFixed(2)}${interval}`], claimWidths),
    paint.dim(`medians of ${runs.length} runs each${low === null ? '' : '; 95 % interval'}`),
  ]
}

/** One server, one run. */
export function runTable({ runs }: Recording): string[] {
  const columns = [13, 11, 13, 15, 10, 10]
  const head = ['', 'requests', 'requests/s', 'CPU/request', 'p50, ms', 'p99, ms']
  const rows = runs.map((run) => {
    const { test, requests, requestsPerSecond, latency } = run.summary
    const times = [latency?.p50, latency?.p99].map((ms) => (ms === undefined ? '-' : figures(ms)))
    const cpu = `${figures(cpuOf(run))} µs`
    const label = `${run.target} ${test.toUpperCase()}`
    return row([label, whole(requests), whole(requestsPerSecond), cpu, ...times], columns)
  })
  return [paint.dim(row(head, columns)), ...rows]
}

/** Shares by role, widest first. */
export function roleTable({ tree }: Recording): string[] {
  return legend(tree!)
    .filter(({ share }) => share >= 0.005)
    .toSorted((a, b) => b.share - a.share)
    .map(({ role, share }) => {
      const bar = '█'.repeat(Math.round(share * 30))
      return `  ${role.padEnd(13)}${percent(share).padStart(7)}  ${bar}`.trimEnd()
    })
}

// ---- what a reader can look at ----

/** A small table that works on every recording. */
export interface Look {
  name: string
  /** The question that it answers. */
  asks: string
  lines(recording: Recording): string[]
}

const busy: Look = {
  name: 'busy',
  asks: 'who was busy, the client or the server?',
  lines(recording) {
    const widths = [14, 14, 16, 16, 18]
    const head = ['', 'requests/s', 'client busy', 'server busy', 'CPU/request']
    const rows = recording.targets.map(({ name }) => {
      const runs = runsOf(recording, name)
      const client = clientBusy(runs)
      return row(
        [
          name,
          whole(rateOf(runs)),
          client === undefined ? 'not known' : percent(client),
          percent(median(runs.map(serverBusy))),
          `${figures(medianCpu(runs))} µs`,
        ],
        widths,
      )
    })
    return [paint.dim(row(head, widths)), ...rows, paint.dim('busy: share of one core; medians')]
  },
}

const rounds: Look = {
  name: 'rounds',
  asks: 'what was the result of each run, in their order?',
  lines(recording) {
    const widths = [14, 10, 13, 16, 14, 13]
    const head = ['', 'began, s', 'requests/s', 'CPU/request', 'server busy', 'preempted']
    const rows = recording.runs.map((run) =>
      row(
        [
          run.target,
          run.began.toFixed(1),
          whole(run.summary.requestsPerSecond),
          `${figures(cpuOf(run))} µs`,
          percent(serverBusy(run)),
          whole(preemptions(run)),
        ],
        widths,
      ),
    )
    const note = 'preempted: times per second that another program got its CPU'
    return [paint.dim(row(head, widths)), ...rows, paint.dim(note)]
  },
}

const slices: Look = {
  name: 'slices',
  asks: 'was it steady, in steps of a tenth of a second?',
  lines(recording) {
    const widths = [14, 8, 14, 16]
    const sliced = recording.runs.filter((run) => run.slices.length > 0)
    if (sliced.length === 0) return ['This client reports no progress.']
    const head = paint.dim(row(['', 'at, s', 'requests/s', 'CPU/request'], widths))
    // Only the first run can be cold; the later ones look like its end.
    const shown = recording.targets.flatMap(({ name }) =>
      sliced.filter(({ target }) => target === name).slice(0, 1),
    )
    return [
      head,
      ...shown.flatMap(({ target, slices }) =>
        slices.map(({ at, requestsPerSecond, cpuMicros }) =>
          row(
            [target, at.toFixed(2), whole(requestsPerSecond), `${figures(cpuMicros)} µs`],
            widths,
          ),
        ),
      ),
      ...(shown.length < sliced.length ? [paint.dim('the first run of each')] : []),
    ]
  },
}

const threads: Look = {
  name: 'threads',
  asks: 'what ran inside the server?',
  lines(recording) {
    const line = (server: string, thread: string, share: string) =>
      server.padEnd(14) + thread.padEnd(22) + share.padStart(10)
    const rows = recording.targets.flatMap(({ name }) =>
      runsOf(recording, name)
        .at(-1)!
        .threads.map((thread) => line(name, thread.name, percent(thread.busy))),
    )
    return [paint.dim(line('', 'thread', 'of a core')), ...rows, paint.dim('in its last run')]
  },
}

const memory: Look = {
  name: 'memory',
  asks: 'what did the server read, write and store?',
  lines(recording) {
    const widths = [14, 13, 13, 18, 18]
    const head = ['', 'reads/req', 'writes/req', 'to store', 'grew by']
    const rows = recording.targets.map(({ name }) => {
      const runs = runsOf(recording, name)
      const { server } = runs.at(-1)!
      const { sent, grown } = sentAndGrown(recording, name)
      const cells = [readingText(server, 'reads'), readingText(server, 'writes')]
      return row([name, ...cells, bytes(sent), bytes(grown)], widths)
    })
    const checked = recording.runs.every(({ summary }) => summary.repliesChecked)
    return [
      paint.dim(row(head, widths)),
      ...rows,
      paint.dim('to store: a value for each key that was set; grew by: memory since its start'),
      `The replies were ${checked ? '' : 'not '}checked.`,
    ]
  },
}

const frames: Look = {
  name: 'frames',
  asks: 'whose code is in the flame graph?',
  lines({ tree }) {
    if (tree === undefined) return ['There is no flame graph in this recording.']
    const own = filesOf(tree.root).slice(0, 8)
    return [
      paint.dim('Files of the checkout: share of the samples, with what they call elsewhere'),
      ...own.map(({ file, share }) => row([`  ${file}`, percent(share)], [40, 9])),
      '',
      flameText(tree, `By ${tree.source}, ${tree.samples} samples`, { narrowest: 0.03 }),
    ]
  },
}

const setup: Look = {
  name: 'setup',
  asks: 'what was run, on what, and for how long?',
  lines(recording) {
    const { machine, workload, runs, targets, warmUpSeconds, loadBefore, client, at } = recording
    const { cores, cpu, os, node, commit, dirty } = machine
    const facts: [string, string][] = [
      ['when', `${timeText(at)}; load average before ${figures(loadBefore)}`],
      ['machine', `${cores} x ${cpu}, ${os}, Node ${node}`],
      ['commit', `${commit.slice(0, 10)}${dirty ? ', with changes' : ''}`],
      ['client', client],
      ['load', `${runs[0]!.summary.test.toUpperCase()}; ${workloadText(workload)}`],
      ['warm-up', warmUpSeconds === 0 ? 'none' : `up to ${warmUpSeconds} s`],
      [
        'runs',
        `${runs.length}, of ${figures(median(runs.map(({ summary }) => summary.seconds)))} s`,
      ],
      ...targets.map(({ name, nodeOptions }): [string, string] => [
        name,
        nodeOptions.length === 0 ? 'node without options' : `node ${nodeOptions.join(' ')}`,
      ]),
    ]
    const indent = ' '.repeat(14)
    return facts.flatMap(([label, text]) =>
      wrap(text, indent).map((line, at) => (at === 0 ? label.padEnd(14) + line.trimStart() : line)),
    )
  },
}

/** In the order in which they are offered. */
export const looks: readonly Look[] = [setup, busy, rounds, slices, threads, memory, frames]

export function findLook(name: string): Look | undefined {
  return looks.find((look) => look.name === name)
}

/** `-`, `3 bytes`, `1.85 MB`. */
function bytes(count: number): string {
  if (count <= 0) return '-'
  return count < 10_000 ? `${whole(count)} bytes` : `${figures(count / 1e6)} MB`
}
