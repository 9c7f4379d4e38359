/** What can be asked of an exhibit: one small table each. Every one works on every exhibit. */
import { paint } from '../cli/colour.ts'
import { flameText } from '../flame/text.ts'
import { median } from '../measure/statistics.ts'
import { figures, percent, row, whole, wrap } from '../report/format.ts'
import { workloadText } from '../report/load-table.ts'
import {
  clientBusy,
  cpuOf,
  filesOf,
  keptAndGiven,
  middleCpu,
  pushedAside,
  rateOf,
  runsOf,
  serverBusy,
} from './facts.ts'
import type { Exhibit } from './recording.ts'

export interface View {
  name: string
  /** The question that it answers. */
  asks: string
  lines(exhibit: Exhibit): string[]
}

const busy: View = {
  name: 'busy',
  asks: 'who was at work, the client or the server?',
  lines({ recording }) {
    const widths = [14, 14, 16, 16, 18]
    const head = ['', 'requests/s', 'client busy', 'server busy', 'CPU a request']
    const rows = recording.parties.map(({ name }) => {
      const runs = runsOf(recording, name)
      const client = clientBusy(runs)
      return row(
        [
          name,
          whole(rateOf(runs)),
          client === undefined ? 'not told' : percent(client),
          percent(median(runs.map(serverBusy))),
          `${figures(middleCpu(runs))} µs`,
        ],
        widths,
      )
    })
    return [paint.dim(row(head, widths)), ...rows, paint.dim('busy: share of one core; medians')]
  },
}

const rounds: View = {
  name: 'rounds',
  asks: 'what did each run come to, one after the other?',
  lines({ recording }) {
    const widths = [14, 10, 13, 16, 14, 13]
    const head = ['', 'begun, s', 'requests/s', 'CPU a request', 'server busy', 'pushed off']
    const rows = recording.runs.map((run) =>
      row(
        [
          run.target,
          run.began.toFixed(1),
          whole(run.summary.requestsPerSecond),
          `${figures(cpuOf(run).total)} µs`,
          percent(serverBusy(run)),
          whole(pushedAside(run)),
        ],
        widths,
      ),
    )
    const note = 'pushed off: how often in a second another program got the CPU it wanted'
    return [paint.dim(row(head, widths)), ...rows, paint.dim(note)]
  },
}

const slices: View = {
  name: 'slices',
  asks: 'was it steady, a tenth of a second after the other?',
  lines({ recording }) {
    const widths = [14, 8, 14, 16]
    const sliced = recording.runs.filter((run) => run.slices.length > 0)
    if (sliced.length === 0) return ['This client reports nothing on the way.']
    const head = paint.dim(row(['', 'at, s', 'requests/s', 'CPU a request'], widths))
    // The first run of each server tells; the later ones look like the end of it.
    const shown = recording.parties.flatMap(({ name }) =>
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

const threads: View = {
  name: 'threads',
  asks: 'what ran inside the server?',
  lines({ recording }) {
    const line = (server: string, thread: string, share: string) =>
      server.padEnd(14) + thread.padEnd(22) + share.padStart(10)
    const rows = recording.parties.flatMap(({ name }) =>
      runsOf(recording, name)
        .at(-1)!
        .threads.map((thread) => line(name, thread.name, percent(thread.busy))),
    )
    return [paint.dim(line('', 'thread', 'of a core')), ...rows, paint.dim('in its last run')]
  },
}

const memory: View = {
  name: 'memory',
  asks: 'what did the server read, write and keep?',
  lines({ recording }) {
    const widths = [14, 13, 13, 18, 18]
    const head = ['', 'reads/req', 'writes/req', 'it was given', 'it grew by']
    const rows = recording.parties.map(({ name }) => {
      const runs = runsOf(recording, name)
      const { reads, writes } = runs.at(-1)!.server
      const { kept, given } = keptAndGiven(recording, name)
      const cells = [reads, writes].map((counted) =>
        'value' in counted ? figures(counted.value) : '-',
      )
      return row([name, ...cells, bytes(given), bytes(kept)], widths)
    })
    const checked = recording.runs.every(({ summary }) => summary.repliesChecked)
    return [
      paint.dim(row(head, widths)),
      ...rows,
      `The replies: ${checked ? 'each was looked into' : 'nobody looked into them'}.`,
    ]
  },
}

const frames: View = {
  name: 'frames',
  asks: 'whose code is in the flame graph?',
  lines({ tree }) {
    if (tree === undefined) return ['There is no flame graph in this recording.']
    const own = filesOf(tree.root).slice(0, 8)
    return [
      paint.dim('Files of the checkout: share of the samples, with what they call outside it'),
      ...own.map(({ file, share }) => row([`  ${file}`, percent(share)], [40, 9])),
      '',
      flameText(tree, `By ${tree.source}, ${tree.samples} samples`, { narrowest: 0.03 }),
    ]
  },
}

const setup: View = {
  name: 'setup',
  asks: 'what was run, on what, and for how long?',
  lines({ recording }) {
    const { machine, workload, runs, parties, warmUpSeconds, loadBefore, client, at } = recording
    const { cores, cpu, os, node, commit, dirty } = machine
    const facts: [string, string][] = [
      [
        'when',
        `${at.slice(0, 16).replace('T', ' ')} UTC; load average before it ${figures(loadBefore)}`,
      ],
      ['machine', `${cores} x ${cpu}, ${os}, Node ${node}`],
      ['commit', `${commit.slice(0, 10)}${dirty ? ', with changes' : ''}`],
      ['client', client],
      ['load', `${runs[0]!.summary.test.toUpperCase()}; ${workloadText(workload)}`],
      ['warm-up', warmUpSeconds === 0 ? 'none' : `up to ${warmUpSeconds} s`],
      [
        'runs',
        `${runs.length}, of ${figures(median(runs.map(({ summary }) => summary.seconds)))} s`,
      ],
      ...parties.map(({ name, nodeOptions }): [string, string] => [
        name,
        nodeOptions.length === 0 ? 'no options of Node' : `node ${nodeOptions.join(' ')}`,
      ]),
    ]
    const indent = ' '.repeat(14)
    return facts.flatMap(([label, text]) =>
      wrap(text, indent).map((line, at) => (at === 0 ? label.padEnd(14) + line.trimStart() : line)),
    )
  },
}

/** In the order in which they are offered. */
export const views: readonly View[] = [setup, busy, rounds, slices, threads, memory, frames]

export function findView(name: string): View | undefined {
  return views.find((view) => view.name === name)
}

/** `-`, `3 bytes`, `1.85 MB`. */
function bytes(count: number): string {
  if (count <= 0) return '-'
  return count < 10_000 ? `${whole(count)} bytes` : `${figures(count / 1e6)} MB`
}
