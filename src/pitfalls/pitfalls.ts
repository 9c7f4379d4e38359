/** All pitfalls, and the two commands' views of them. */
import { shares } from '../flame/roles.ts'
import { percent } from '../report/format.ts'
import { clientBound } from './client-bound.ts'
import { cold } from './cold.ts'
import { oneOrder } from './one-order.ts'
import type { Lie, Live, Pitfall } from './pitfall.ts'
import { profiled } from './profiled.ts'
import { tooShort } from './too-short.ts'
import { unchecked } from './unchecked.ts'
import { wrongProcess } from './wrong-process.ts'

const blindProfiler: Pitfall = {
  name: 'blind-profiler',
  words: 'the profiler cannot see the kernel',
  examine({ tree }) {
    if (tree === undefined) {
      return { shows: false, figure: 'There is no flame graph in this recording.' }
    }
    const { kernel } = shares(tree)
    const figure = `${percent(kernel)} of the samples are in the kernel, as ${tree.source} saw it.`
    return { shows: kernel === 0, figure }
  },
}

const twoLoads: Pitfall = {
  name: 'two-loads',
  words: 'the servers did not get the same load',
  examine({ runs, workload, client }) {
    const tests = new Set(runs.map(({ summary }) => summary.test))
    const { clients, pipeline } = workload
    const figure = `Every run was ${[...tests].join(' or ').toUpperCase()} by ${client}: ${clients} clients, pipeline ${pipeline}.`
    return { shows: tests.size > 1, figure }
  },
}

const twoMachines: Pitfall = {
  name: 'two-machines',
  words: 'the figures are from two machines',
  examine({ machine, runs }) {
    const { cores, cpu, node, commit } = machine
    const last = runs.at(-1)!
    const length = Math.ceil(last.began + last.summary.seconds)
    const figure = `All runs were made within ${length} s on ${cores} x ${cpu} with Node ${node}, at commit ${commit.slice(0, 10)}.`
    return { shows: false, figure }
  },
}

/** In the order in which `npm run broken` shows them. */
export const pitfalls: readonly Pitfall[] = [
  tooShort,
  cold,
  clientBound,
  oneOrder,
  profiled,
  unchecked,
  wrongProcess,
  // Guesses that no recording has.
  blindProfiler,
  twoLoads,
  twoMachines,
]

/** What may be guessed, by name: the order gives nothing away. */
export const guesses: readonly Pitfall[] = pitfalls.toSorted((a, b) => (a.name < b.name ? -1 : 1))

export type LivePitfall = Pitfall & { live: Live }
export type RecordedPitfall = Pitfall & { lie: Lie }

/** Those that `npm run broken` runs. */
export const livePitfalls = pitfalls.filter((pitfall): pitfall is LivePitfall => 'live' in pitfall)

/** Those that `npm run lie` has a recording of, by number. */
export const recordedPitfalls = pitfalls
  .filter((pitfall): pitfall is RecordedPitfall => 'lie' in pitfall)
  .toSorted((a, b) => a.lie.number - b.lie.number)

/** The pitfall of that name; undefined if there is none. */
export function findPitfall(name: string): Pitfall | undefined {
  return pitfalls.find((pitfall) => pitfall.name === name)
}

/** The pitfall whose recording has that number; undefined if there is none. */
export function findRecorded(number: string): RecordedPitfall | undefined {
  return recordedPitfalls.find(({ lie }) => String(lie.number) === number)
}
