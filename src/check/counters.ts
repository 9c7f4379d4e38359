/**
 * What a server spends per request, counted, not timed: system calls by the kernel, copies and
 * allocations by probes inside of it, each in a separate run.
 */
import { cmd, toWire } from '../conformance/bytes.ts'
import { openConnection } from '../conformance/connection.ts'
import type { CopyTotals } from '../measure/copy-probe.ts'
import type { Counted } from '../measure/counted.ts'
import { counterOf } from '../measure/counters.ts'
import { watchHeap } from '../measure/heap.ts'
import { watchProbe } from '../measure/probe.ts'
import { readCounters } from '../measure/process-counters.ts'
import { LabError } from '../run/lab-error.ts'
import { type RunningServer, startStage } from '../run/server.ts'
import { type Client, connectTo } from './client.ts'

/** What is counted, in the words of the lab's list of counters, and for which requests. */
export const counterTitles = {
  reads: `${counterOf('reads').label} per SET`,
  batchReads: `${counterOf('reads').label} per 16 SETs at once`,
  writes: `${counterOf('writes').label} per SET`,
  batchWrites: `${counterOf('writes').label} per 16 SETs at once`,
  copied: `${counterOf('copied').label} per SET`,
  strings: `${counterOf('strings').label} per SET`,
  buffers: 'Buffers made per SET',
  heap: `${counterOf('heapBytes').head} per GET, 16 at once`,
  largeCopies: 'copies of a value of 1 MiB',
  deadlineBytes: 'used_memory per key with a deadline',
}

export type CounterName = keyof typeof counterTitles

/** In the order of a table. */
export const counterNames = Object.keys(counterTitles) as CounterName[]

export type Counters = Record<CounterName, Counted<number>>

/** The article's request: 45 bytes. */
const KEY = 'key:000000000000'
const theSet = cmd('SET', KEY, 'abc')
const theGet = cmd('GET', KEY)
const OK = '+OK\r\n'
const BATCH = 16

/** From so many reads per request on, a value of 1 MiB would take a million reads, and seconds. */
const BYTE_BY_BYTE = 10
const LARGE = 1024 * 1024

const SILENCE_MS = 10_000

/** Keys over which the bytes of one are counted. */
const KEYS = 24_000

/** Requests of one mean, and how many means there are; V8's helper threads only ever add to them. */
const ROUNDS = 100
const MEANS = 5

/**
 * Counts them all: the server is started three times, which takes a few seconds.
 * @param wanted which of them; the others are missing
 * @throws LabError if the server does not start, answers wrongly or ends
 */
export async function countAll(
  id: string,
  wanted: readonly CounterName[] = counterNames,
): Promise<Counters> {
  const counters = Object.fromEntries(
    counterNames.map((name) => [name, { missing: 'was not asked for' }]),
  ) as Counters
  try {
    await fill(counters, id, wanted)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    const { means, next, message } = failure
    throw new LabError(`${id}, while its requests were counted: ${message}`, {
      ...(means === undefined ? {} : { means }),
      ...(next === undefined ? {} : { next }),
      cause: failure,
    })
  }
  return counters
}

async function fill(counters: Counters, id: string, wanted: readonly CounterName[]): Promise<void> {
  const has = (...names: CounterName[]) => names.some((name) => wanted.includes(name))
  if (has('reads', 'batchReads', 'writes', 'batchWrites', 'largeCopies')) {
    Object.assign(counters, await withServer(id, [], countCalls))
  }
  if (has('copied', 'strings', 'buffers', 'largeCopies')) {
    const byteByByte = 'value' in counters.reads && counters.reads.value >= BYTE_BY_BYTE
    Object.assign(counters, await countCopying(id, !byteByByte && has('largeCopies')))
  }
  if (has('heap')) counters.heap = await countHeap(id)
  if (has('deadlineBytes')) counters.deadlineBytes = await withServer(id, [], countDeadlineBytes)
}

/** Starts a server, connects, and ends both. */
async function withServer<T>(
  id: string,
  nodeFlags: string[],
  use: (client: Client, server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await startStage({ id }, { nodeFlags })
  try {
    const client = await connectTo(server)
    try {
      return await use(client, server)
    } finally {
      client.close()
    }
  } finally {
    await server.stop()
  }
}

/** System calls per request, one at a time and in batches. Missing if the kernel does not count them. */
async function countCalls(client: Client, { pid }: RunningServer): Promise<Partial<Counters>> {
  const { io } = readCounters(pid)
  if ('missing' in io) return { reads: io, batchReads: io, writes: io, batchWrites: io }
  const one = await leastOf(pid, () => client.ask(theSet, OK))
  const batch = theSet.repeat(BATCH)
  const many = await leastOf(pid, () => client.ask(batch, OK.repeat(BATCH)))
  return {
    reads: { value: one.reads },
    writes: { value: one.writes },
    batchReads: { value: many.reads },
    batchWrites: { value: many.writes },
  }
}

async function leastOf(
  pid: number,
  ask: () => Promise<void>,
): Promise<{ reads: number; writes: number }> {
  for (let round = 0; round < 10; round++) await ask()
  let least = { reads: Number.POSITIVE_INFINITY, writes: Number.POSITIVE_INFINITY }
  for (let mean = 0; mean < MEANS; mean++) {
    const before = callsOf(pid)
    for (let round = 0; round < ROUNDS; round++) await ask()
    const after = callsOf(pid)
    least = {
      reads: Math.min(least.reads, (after.reads - before.reads) / ROUNDS),
      writes: Math.min(least.writes, (after.writes - before.writes) / ROUNDS),
    }
  }
  return least
}

function callsOf(pid: number): { reads: number; writes: number } {
  const { io } = readCounters(pid)
  if ('missing' in io) throw new Error(io.missing)
  return io.value
}

/** What a server says that it has stored, over the keys: its own accounting, the same every time. */
async function countDeadlineBytes(client: Client, server: RunningServer): Promise<Counted<number>> {
  const before = await usedMemory(server)
  for (let first = 0; first < KEYS; first += BATCH) {
    const names = Array.from({ length: BATCH }, (_, at) => String(first + at).padStart(12, '0'))
    const batch = names.map((name) => cmd('SET', `key:${name}`, 'abc', 'EX', '1000000')).join('')
    await client.ask(batch, OK.repeat(BATCH))
  }
  return { value: ((await usedMemory(server)) - before) / KEYS }
}

async function usedMemory({ host, port }: RunningServer): Promise<number> {
  const connection = await openConnection(host, port, SILENCE_MS)
  try {
    await connection.send(toWire(cmd('INFO', 'memory')))
    for (;;) {
      const used = /^used_memory:(\d+)\r$/m.exec(connection.received())
      if (used !== null) return Number(used[1])
      if (connection.closed() || connection.expired()) {
        throw new LabError('INFO memory has no used_memory')
      }
      await connection.changed()
    }
  } finally {
    connection.destroy()
  }
}

async function countCopying(id: string, large: boolean): Promise<Partial<Counters>> {
  const probe = await watchCopies()
  try {
    return await withServer(id, probe.nodeFlags, async (client) => {
      const small = await between(probe.read, ROUNDS, () => client.ask(theSet, OK))
      return {
        copied: { value: small.copied },
        strings: { value: small.strings },
        buffers: { value: small.buffers },
        largeCopies: large
          ? { value: await countLarge(client, probe.read) }
          : { missing: 'a value of 1 MiB, one byte at a time, takes a million system calls' },
      }
    })
  } finally {
    await probe.close()
  }
}

function watchCopies() {
  return watchProbe<CopyTotals>(new URL('../measure/copy-probe.ts', import.meta.url))
}

async function countLarge(client: Client, read: () => Promise<CopyTotals>): Promise<number> {
  const request = Buffer.from(cmd('SET', KEY, 'x'.repeat(LARGE)), 'latin1')
  let least = Number.POSITIVE_INFINITY
  // The kernel decides how much each read brings; the least of a few hardly differs.
  for (let round = 0; round < MEANS; round++) {
    const { copied } = await between(read, 1, () => client.ask(request, OK))
    least = Math.min(least, copied / LARGE)
  }
  return least
}

/** Bytes for each of `rounds` requests. */
async function between(
  read: () => Promise<CopyTotals>,
  rounds: number,
  ask: () => Promise<void>,
): Promise<CopyTotals> {
  await ask()
  const before = await read()
  for (let round = 0; round < rounds; round++) await ask()
  const after = await read()
  return {
    copied: (after.copied - before.copied) / rounds,
    strings: (after.strings - before.strings) / rounds,
    buffers: (after.buffers - before.buffers) / rounds,
  }
}

/**
 * Code allocates less once V8 has compiled it. By default a separate thread compiles, late on a busy
 * machine: the count would depend on what else runs.
 */
const COMPILE_AT_ONCE = '--no-concurrent-recompilation'

/**
 * Batches of which a mean is taken; fewer, but for so many ms, if a server is slow. Means are taken
 * until they have not become smaller for a while.
 */
const MEAN = { batches: 600, ms: 3000 }
const HEAP_MEANS = { least: 8, most: 30, unchanged: 5 }

/** Bytes allocated on the heap per GET, in batches. */
async function countHeap(id: string): Promise<Counted<number>> {
  const watch = await watchHeap()
  try {
    return await withServer(id, [...watch.nodeFlags, COMPILE_AT_ONCE], async (client) => {
      await client.ask(theSet, OK)
      const request = Buffer.from(theGet.repeat(BATCH))
      const reply = '$3\r\nabc\r\n'.repeat(BATCH)
      let least = Number.POSITIVE_INFINITY
      let unchanged = 0
      for (let mean = 0; mean < HEAP_MEANS.most; mean++) {
        if (mean >= HEAP_MEANS.least && unchanged >= HEAP_MEANS.unchanged) break
        const before = await watch.read()
        const end = performance.now() + MEAN.ms
        let batches = 0
        while (batches < MEAN.batches && (batches === 0 || performance.now() < end)) {
          await client.ask(request, reply)
          batches++
        }
        const after = await watch.read()
        if (before.allocatedBytes === null || after.allocatedBytes === null) {
          return {
            missing: `V8 of Node ${process.versions.node} does not count what it allocates`,
          }
        }
        const found = (after.allocatedBytes - before.allocatedBytes) / (batches * BATCH)
        unchanged = found < least * 0.98 ? 0 : unchanged + 1
        least = Math.min(least, found)
      }
      return { value: least }
    })
  } finally {
    await watch.close()
  }
}
