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
export interface Sources {
  /** The operating system's accounting of the process, around a timed run. */
  process: Snapshot
  /** A probe inside the program, in a separate run. */
  heap: HeapTotals
  /** Another probe, which slows every copy down: in a separate run too. */
  copies: CopyTotals
  /** The keys of a workload, set while an extra client watches for pauses. */
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

interface Pauses {
  p999: number
  max: number
}

/** With fewer keys, what else the process takes weighs more than they do. */
const LEAST_KEYS = 100_000

export type CounterSource = keyof Sources

export interface Shown {
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

export type Entry<Source extends CounterSource> = Shown & {
  source: Source
  /** What rose between two readings; for a state, the later one. */
  read(before: Sources[Source], after: Sources[Source]): Counted<number>
}

export type AnyEntry = { [Source in CounterSource]: Entry<Source> }[CounterSource]

const rise = <T>(
  before: Counted<T>,
  after: Counted<T>,
  pick: (counts: T) => number,
): Counted<number> => combine(before, after, (a, b) => pick(b) - pick(a))

function flat<T>(counted: Counted<Counted<T>>): Counted<T> {
  return 'value' in counted ? counted.value : counted
}

/** In the order of the tables. */
export const list = [
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
