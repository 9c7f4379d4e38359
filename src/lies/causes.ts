/**
 * What can be wrong with a recording, each with the figure that tells. The same question is put to
 * every exhibit: it must say yes to the one that has it, and no, with a figure, to the others. So a
 * wrong guess is answered with what speaks against it, and a test holds each exhibit to one thing
 * wrong. Three of the causes are in none of them.
 */
import { shares } from '../flame/roles.ts'
import { median } from '../measure/statistics.ts'
import { figures, percent, whole } from '../report/format.ts'
import {
  beginningAndEnd,
  clientBusy,
  filesOf,
  inBlocks,
  keptAndGiven,
  profilerBusy,
  runsOf,
  serverBusy,
  shareBelow,
} from './facts.ts'
import type { Exhibit, Recording } from './recording.ts'

export interface Finding {
  shows: boolean
  /** The figure that tells, in a sentence or two. */
  figure: string
}

export interface Cause {
  name: string
  /** What it is, in a few words. */
  words: string
  examine(exhibit: Exhibit): Finding
}

/** From this share of a core on a client is the limit, where the server is not. */
const bound = 0.95
/** Below this share of a core a server has time to spare. */
const idle = 0.6

const clientBound: Cause = {
  name: 'client-bound',
  words: 'the client was at its limit, not the server',
  examine({ recording }) {
    const sides = recording.parties.map(({ name }) => {
      const runs = runsOf(recording, name)
      return { name, client: clientBusy(runs), server: median(runs.map(serverBusy)) }
    })
    const shows = sides.every(({ client, server }) => (client ?? 0) >= bound && server < idle)
    const figure = sides
      .map(({ name, client, server }) => {
        const busy = client === undefined ? 'does not tell its own CPU' : `took ${percent(client)}`
        return `With ${name} the client ${busy}, the server ${percent(server)} of a core.`
      })
      .join(' ')
    return { shows, figure }
  },
}

const cold: Cause = {
  name: 'cold',
  words: 'measured from the first request on, without a warm-up',
  examine({ recording }) {
    if (recording.runs.every(({ slices }) => slices.length < 4)) {
      const { warmUpSeconds } = recording
      const figure = `Each server was loaded for up to ${warmUpSeconds} s before its first run.`
      return { shows: warmUpSeconds === 0, figure }
    }
    const sides = recording.parties.map(({ name }) => ({
      name,
      ...beginningAndEnd(runsOf(recording, name)),
    }))
    const shows = sides.some(({ first, last }) => first > last * 1.3)
    const figure = sides
      .map(
        ({ name, first, last }) =>
          `A request cost ${name} ${figures(first)} µs of CPU at the beginning of a run, ${figures(last)} µs at its end.`,
      )
      .join(' ')
    return { shows, figure }
  },
}

const wrongProcess: Cause = {
  name: 'wrong-process',
  words: 'the flame graph is of another process',
  examine(exhibit) {
    if (exhibit.tree === undefined) {
      return { shows: false, figure: 'There is no flame graph in this one.' }
    }
    const own = shareBelow(exhibit, 'stages/')
    const [widest] = filesOf(exhibit.tree.root)
    const most = widest === undefined ? '' : `, and ${percent(widest.share)} one of ${widest.file}`
    const figure = `Of the samples, ${percent(own)} have a line below stages/ on their stack${most}.`
    return { shows: own === 0, figure }
  },
}

const profiled: Cause = {
  name: 'profiled',
  words: 'timed while a profiler was at work in it',
  examine({ recording }) {
    const sides = recording.parties.map(({ name }) => ({
      name,
      busy: Math.max(...runsOf(recording, name).map(profilerBusy)),
    }))
    const shows = sides.some(({ busy }) => busy > 0)
    const figure = sides
      .map(({ name, busy }) =>
        busy > 0
          ? `In ${name} a profiler's thread took ${percent(busy)} of a core.`
          : `No thread of ${name} was a profiler's.`,
      )
      .join(' ')
    return { shows, figure }
  },
}

const oneOrder: Cause = {
  name: 'one-order',
  words: 'one after the other, and the machine changed meanwhile',
  examine({ recording }) {
    const { parties, runs } = recording
    if (parties.length < 2) {
      return { shows: false, figure: `Only ${parties[0]!.name} was run: there is no order.` }
    }
    const order = runs.map(({ target }) => target).join(', ')
    const had = parties.map(({ name }) => {
      const share = median(runsOf(recording, name).map(serverBusy))
      return `${name} had ${percent(share)} of a core`
    })
    return { shows: inBlocks(recording), figure: `The order was ${order}; ${had.join(', ')}.` }
  },
}

const unchecked: Cause = {
  name: 'unchecked',
  words: 'a server that does no work; nobody looked at its replies',
  examine({ recording }) {
    if (recording.runs.every(({ summary }) => summary.repliesChecked)) {
      const figure = 'The client looked into every reply, and a wrong one would have ended the run.'
      return { shows: false, figure }
    }
    const sides = recording.parties.map(({ name }) => ({ name, ...keptAndGiven(recording, name) }))
    const megabytes = (bytes: number) => `${whole(bytes / 1e6)} MB`
    const figure = sides
      .map(
        ({ name, kept, given }) =>
          `${name} was given ${megabytes(given)} to keep and grew by ${megabytes(kept)}.`,
      )
      .join(' ')
    return {
      shows: sides.some(({ kept, given }) => kept < given / 2),
      figure: `No reply was looked at. ${figure}`,
    }
  },
}

const blindProfiler: Cause = {
  name: 'blind-profiler',
  words: 'the profiler cannot see the kernel',
  examine({ tree }) {
    if (tree === undefined) return { shows: false, figure: 'There is no flame graph in this one.' }
    const { kernel } = shares(tree)
    const figure = `${percent(kernel)} of the samples are in the kernel, as ${tree.source} saw it.`
    return { shows: kernel === 0, figure }
  },
}

const twoLoads: Cause = {
  name: 'two-loads',
  words: 'the servers did not get the same load',
  examine({ recording }) {
    const tests = new Set(recording.runs.map(({ summary }) => summary.test))
    const { clients, pipeline } = recording.workload
    const figure = `Every run was ${[...tests].join(' or ').toUpperCase()} by ${recording.client}: ${clients} clients, pipeline ${pipeline}.`
    return { shows: tests.size > 1, figure }
  },
}

const twoMachines: Cause = {
  name: 'two-machines',
  words: 'the figures are of two machines',
  examine({ recording }) {
    const { machine, runs } = recording as Recording
    const { cores, cpu, node, commit } = machine
    const last = runs.at(-1)!
    const length = Math.ceil(last.began + last.summary.seconds)
    const figure = `All runs were made within ${length} s on ${cores} x ${cpu} with Node ${node}, at commit ${commit.slice(0, 10)}.`
    return { shows: false, figure }
  },
}

/** In no order that means anything. */
export const causes: readonly Cause[] = [
  blindProfiler,
  clientBound,
  cold,
  oneOrder,
  profiled,
  twoLoads,
  twoMachines,
  unchecked,
  wrongProcess,
]

export function findCause(name: string): Cause | undefined {
  return causes.find((cause) => cause.name === name)
}
