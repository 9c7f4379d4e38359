/**
 * The list of counters: what the lab counts per request. Every table, chart, bundle and check that
 * shows a counter is made from it. To add one: an entry here, and the figure in its source.
 */
import type { CopyTotals } from './copy-probe.ts'
import { type Counted, combine } from './counted.ts'
import { splitCpu } from './cpu-split.ts'
import { figures, whole } from './format.ts'
import type { HeapTotals } from './heap-probe.ts'
import type { Snapshot } from './process-counters.ts'

/** Two readings of each source, before and after the requests. */
interface Sources {
  /** The operating system's accounting of the process, around a timed run. */
  process: Snapshot
  /** A probe inside the program, in a run of its own. */
  heap: HeapTotals
  /** Another probe, which slows every copy down: in a run of its own too. */
  copies: CopyTotals
  /** The keys of a workload, set while a client of its own watches for pauses. */
  keyspace: KeyspaceReading
  /** Instructions in user mode of the main thread, by callgrind. */
  instructions: { instructions: number }
}

/** Before and after all keys of a workload were set. */
export interface KeyspaceReading {
  keys: number
  residentBytes: Counted<number>
  /** Since the process started, ms; missing for a program without V8. */
  gcMs: Counted<number>
  /** ms since some moment in the past. */
  at: number
  /** How long a PING waited meanwhile, ms. */
  pauses: Counted<Pauses>
}

export interface Pauses {
  p999: number
  max: number
}

/** With fewer keys, what else the process takes weighs more than they do. */
export const LEAST_KEYS = 100_000

export type CounterSource = keyof Sources

interface Shown {
  id: string
  /** Of a row: `read(2) calls`. */
  label: string
  /** Of a narrow column: `reads`. */
  head: string
  /** What the shown figure is of. */
  unit: string
  /** The figure as text, in `unit`. */
  show(value: number): string
  /** `main`: in every table; `full`: in those that show all; `none`: other figures are made of it. */
  table: 'main' | 'full' | 'none'
  /** `state`: it is not divided by the requests, and belongs to the later reading. */
  per: 'request' | 'state'
}

type Entry<Source extends CounterSource> = Shown & {
  source: Source
  /** What rose between two readings; for a state, the later one. */
  read(before: Sources[Source], after: Sources[Source]): Counted<number>
}

type AnyEntry = { [Source in CounterSource]: Entry<Source> }[CounterSource]

const rise = <T>(
  before: Counted<T>,
  after: Counted<T>,
  pick: (counts: T) => number,
): Counted<number> => combine(before, after, (a, b) => pick(b) - pick(a))

/** In the order of the tables. */
const list = [
  {
    id: 'cpu',
    table: 'main',
    label: 'CPU',
    head: 'CPU µs',
    unit: 'µs',
    per: 'request',
    source: 'process',
    read: (before, after) => combine(before.cpu, after.cpu, (a, b) => splitCpu(a, b).total),
    show: figures,
  },
  {
    id: 'user',
    table: 'main',
    label: 'CPU in user mode',
    head: 'user',
    unit: 'µs',
    per: 'request',
    source: 'process',
    read: (before, after) => flat(combine(before.cpu, after.cpu, (a, b) => splitCpu(a, b).user)),
    show: figures,
  },
  {
    id: 'kernel',
    table: 'main',
    label: 'CPU in the kernel',
    head: 'kernel',
    unit: 'µs',
    per: 'request',
    source: 'process',
    read: (before, after) => flat(combine(before.cpu, after.cpu, (a, b) => splitCpu(a, b).kernel)),
    show: figures,
  },
  {
    id: 'reads',
    table: 'main',
    label: 'read(2) calls',
    head: 'reads',
    unit: 'calls',
    per: 'request',
    source: 'process',
    read: (before, after) => rise(before.io, after.io, ({ reads }) => reads),
    show: figures,
  },
  {
    id: 'writes',
    table: 'main',
    label: 'write(2) calls',
    head: 'writes',
    unit: 'calls',
    per: 'request',
    source: 'process',
    read: (before, after) => rise(before.io, after.io, ({ writes }) => writes),
    show: figures,
  },
  {
    id: 'instructions',
    table: 'main',
    label: 'instructions in user mode',
    head: 'instructions',
    unit: 'instructions',
    per: 'request',
    source: 'instructions',
    read: (before, after) => ({ value: after.instructions - before.instructions }),
    show: whole,
  },
  {
    id: 'heapBytes',
    table: 'main',
    label: 'bytes on the JavaScript heap',
    head: 'heap bytes',
    unit: 'bytes',
    per: 'request',
    source: 'heap',
    read: ({ allocatedBytes: before }, { allocatedBytes: after }) =>
      before === null || after === null
        ? { missing: 'the V8 of this Node does not count what it allocates' }
        : { value: after - before },
    show: whole,
  },
  {
    id: 'gcPauses',
    table: 'full',
    label: 'GC pauses per million requests',
    head: 'GC pauses/M',
    unit: 'per million requests',
    per: 'request',
    source: 'heap',
    read: (before, after) => ({ value: after.pauses - before.pauses }),
    show: (pauses) => figures(pauses * 1e6),
  },
  {
    id: 'gcTime',
    table: 'full',
    label: 'GC ms per million requests',
    head: 'GC ms/M',
    unit: 'ms per million requests',
    per: 'request',
    source: 'heap',
    read: (before, after) => ({ value: after.pauseMs - before.pauseMs }),
    show: (ms) => figures(ms * 1e6),
  },
  {
    id: 'copied',
    table: 'main',
    label: 'bytes copied',
    head: 'copied',
    unit: 'bytes',
    per: 'request',
    source: 'copies',
    read: (before, after) => ({ value: after.copied - before.copied }),
    show: figures,
  },
  {
    id: 'strings',
    table: 'main',
    label: 'bytes made into strings',
    head: 'strings',
    unit: 'bytes',
    per: 'request',
    source: 'copies',
    read: (before, after) => ({ value: after.strings - before.strings }),
    show: figures,
  },
  {
    id: 'contextSwitches',
    table: 'full',
    label: 'context switches',
    head: 'switches',
    unit: 'switches',
    per: 'request',
    source: 'process',
    read: (before, after) =>
      rise(before.switches, after.switches, (counts) => counts.voluntary + counts.involuntary),
    show: figures,
  },
  {
    id: 'preemptions',
    table: 'none',
    label: 'times another process got its core',
    head: 'preempted',
    unit: 'times',
    per: 'request',
    source: 'process',
    read: (before, after) => rise(before.switches, after.switches, (counts) => counts.involuntary),
    show: figures,
  },
  {
    id: 'coreWait',
    table: 'none',
    label: 'time ready to run without a core',
    head: 'core wait',
    unit: 'µs',
    per: 'request',
    source: 'process',
    read: (before, after) => rise(before.waitMicros, after.waitMicros, (micros) => micros),
    show: figures,
  },
  {
    id: 'pageFaults',
    table: 'full',
    label: 'page faults',
    head: 'faults',
    unit: 'faults',
    per: 'request',
    source: 'process',
    read: (before, after) => rise(before.faults, after.faults, ({ minor, major }) => minor + major),
    show: figures,
  },
  {
    id: 'residentBytes',
    table: 'full',
    label: 'resident memory, MB',
    head: 'resident, MB',
    unit: 'MB',
    per: 'state',
    source: 'process',
    read: (_, after) => after.residentBytes,
    show: (bytes) => whole(bytes / 1e6),
  },
  {
    id: 'bytesPerKey',
    table: 'full',
    label: 'resident bytes per key',
    head: 'bytes/key',
    unit: 'bytes',
    per: 'state',
    source: 'keyspace',
    read: (before, after) =>
      after.keys < LEAST_KEYS
        ? { missing: `with fewer than ${whole(LEAST_KEYS)} keys, memory says nothing of one key` }
        : combine(
            before.residentBytes,
            after.residentBytes,
            (empty, full) => (full - empty) / after.keys,
          ),
    show: whole,
  },
  {
    id: 'pauseP999',
    table: 'full',
    label: 'a PING while the keys come in, p99.9, ms',
    head: 'PING p99.9, ms',
    unit: 'ms',
    per: 'state',
    source: 'keyspace',
    read: (_, { pauses }) => combine(pauses, pauses, ({ p999 }) => p999),
    show: figures,
  },
  {
    id: 'pauseMax',
    table: 'full',
    label: 'the longest PING, ms',
    head: 'longest PING, ms',
    unit: 'ms',
    per: 'state',
    source: 'keyspace',
    read: (_, { pauses }) => combine(pauses, pauses, ({ max }) => max),
    show: figures,
  },
  {
    id: 'gcShare',
    table: 'full',
    label: 'GC while the keys come in, %',
    head: 'GC meanwhile',
    unit: '%',
    per: 'state',
    source: 'keyspace',
    read: (before, after) =>
      combine(before.gcMs, after.gcMs, (a, b) => (100 * (b - a)) / (after.at - before.at)),
    show: (share) => `${figures(share)} %`,
  },
] as const satisfies readonly AnyEntry[]

export type CounterId = (typeof list)[number]['id']

/** A counter as tables and charts see it. */
export type Counter = Shown & { id: CounterId; source: CounterSource }

export const counters: readonly Counter[] = list

/** Figures by the id of their counter; one whose source was not asked is not there. */
export type Readings = Partial<Record<CounterId, Counted<number>>>

/**
 * The counters of a table: those that one of the rows has a place for.
 * @param main only those that every table shows
 */
export function countersIn(rows: readonly Readings[], main = false): Counter[] {
  return counters
    .filter(({ table }) => table === 'main' || (table === 'full' && !main))
    .filter(({ id }) => rows.some((readings) => id in readings))
}

/** Why there is a `-` in a table, each reason once. */
export function missingReasons(rows: readonly Readings[], shown: readonly Counter[]): string[] {
  const reasons = rows.flatMap((readings) =>
    shown.flatMap(({ id }) => {
      const counted = readings[id]
      return counted !== undefined && 'missing' in counted ? [counted.missing] : []
    }),
  )
  return [...new Set(reasons)]
}

/** @throws Error for an id that is not in the list */
export function counterOf(id: CounterId): Counter {
  return counters.find((counter) => counter.id === id)!
}

/** `CPU in user mode, µs`: the label, with the unit unless that is said by the label. */
export function counterTitle({ label, unit }: Counter): string {
  return unit === 'µs' ? `${label}, ${unit}` : label
}

/** The reading of a counter; missing with the reason when its source was not asked. */
export function reading(readings: Readings, id: CounterId): Counted<number> {
  return readings[id] ?? { missing: `${counterOf(id).label}: not counted in this run` }
}

/** A reading as text: `-` when it is missing. */
export function readingText(readings: Readings, id: CounterId): string {
  const counted = reading(readings, id)
  return 'value' in counted ? counterOf(id).show(counted.value) : '-'
}

/**
 * What a source counted between two readings, per request.
 * @param requests how many were served between them; more than 0
 */
export function countBetween<Source extends CounterSource>(
  source: Source,
  before: Sources[Source],
  after: Sources[Source],
  requests: number,
): Readings {
  const own = (list as readonly AnyEntry[]).filter((entry) => entry.source === source)
  return Object.fromEntries(
    own.map(({ id, per, read }) => {
      const rose = (read as Entry<Source>['read'])(before, after)
      return [id, per === 'state' ? rose : combine(rose, rose, (value) => value / requests)]
    }),
  )
}

/** All counters of a source, missing for one reason. */
export function withoutSource(source: CounterSource, missing: string): Readings {
  const own = counters.filter((counter) => counter.source === source)
  return Object.fromEntries(own.map(({ id }) => [id, { missing }]))
}

function flat<T>(counted: Counted<Counted<T>>): Counted<T> {
  return 'value' in counted ? counted.value : counted
}
