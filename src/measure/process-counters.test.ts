import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterEach, expect, test } from 'vitest'
import { valueOrUndefined } from './counted.ts'
import { countBetween } from './counters.ts'
import { splitByTicks, splitCpu } from './cpu-split.ts'
import { parsePsTimes, readCounters, type Snapshot } from './process-counters.ts'

/** Follows orders over IPC, and answers when one is done. */
const helper = `
  const fs = require('node:fs')
  const zero = fs.openSync('/dev/zero', 'r')
  const nothing = fs.openSync('/dev/null', 'w')
  const bytes = Buffer.alloc(8)
  process.on('message', ({ reads = 0, writes = 0, spinMs = 0, memory = 0 }) => {
    for (let i = 0; i < reads; i++) fs.readSync(zero, bytes)
    for (let i = 0; i < writes; i++) fs.writeSync(nothing, bytes)
    const until = process.cpuUsage().user + spinMs * 1000
    while (process.cpuUsage().user < until) for (let i = 0; i < 1e6; i++) Math.sqrt(i)
    if (memory > 0) globalThis.kept = Buffer.alloc(memory, 1)
    process.send(process.cpuUsage())
  })
  process.send('ready')
`

let child: ChildProcess | undefined

afterEach(() => {
  child?.kill('SIGKILL')
})

async function start(): Promise<ChildProcess> {
  child = spawn(process.execPath, ['-e', helper], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  await once(child, 'message')
  return child
}

async function order(child: ChildProcess, what: object): Promise<NodeJS.CpuUsage> {
  const answer = once(child, 'message')
  child.send(what)
  const [usage] = await answer
  return usage
}

function value<T>(counted: { value: T } | { missing: string }): T {
  if ('missing' in counted) throw new Error(counted.missing)
  return counted.value
}

const onLinux = process.platform === 'linux'

test.runIf(onLinux)('reads and writes are counted exactly', async () => {
  const helper = await start()
  // What an order itself costs, in reads and writes of the channel, is seen from two empty ones.
  // A thread of V8 or an order that arrives in two pieces adds a call now and then: the least of some.
  const cost = async (what: object) => {
    const least = { reads: Number.POSITIVE_INFINITY, writes: Number.POSITIVE_INFINITY }
    for (let turn = 0; turn < 5; turn++) {
      const before = readCounters(helper.pid!)
      await order(helper, what)
      const after = readCounters(helper.pid!)
      const { reads, writes } = countBetween('process', before, after, 1)
      least.reads = Math.min(least.reads, value(reads!))
      least.writes = Math.min(least.writes, value(writes!))
    }
    return least
  }
  await cost({})
  const empty = await cost({})
  const busy = await cost({ reads: 1000, writes: 300 })
  expect(busy.reads - empty.reads).toBe(1000)
  expect(busy.writes - empty.writes).toBe(300)
})

test.runIf(onLinux)('looking changes nothing in the process looked at', async () => {
  const helper = await start()
  await order(helper, {})
  const added: number[] = []
  // A thread of V8 adds a call now and then, when it has compiled something: the least of some.
  for (let turn = 0; turn < 5; turn++) {
    const first = value(readCounters(helper.pid!).io)
    for (let i = 0; i < 50; i++) readCounters(helper.pid!)
    const { reads, writes } = value(readCounters(helper.pid!).io)
    added.push(reads - first.reads + writes - first.writes)
  }
  expect(Math.min(...added)).toBe(0)
})

test('CPU time is what the process itself knows', async () => {
  const helper = await start()
  const own0 = await order(helper, {})
  const before = readCounters(helper.pid!)
  const own1 = await order(helper, { spinMs: 300 })
  const after = readCounters(helper.pid!)
  const { user, kernel, total } = splitCpu(value(before.cpu), value(after.cpu))
  const own = own1.user - own0.user + own1.system - own0.system
  expect(Math.abs(total - own)).toBeLessThan(onLinux ? 15_000 : 30_000)
  expect(value(user)).toBeGreaterThan(value(kernel))
  expect(value(user) + value(kernel)).toBeCloseTo(total)
})

test('memory is counted in bytes', async () => {
  const helper = await start()
  const before = value(readCounters(helper.pid!).residentBytes)
  await order(helper, { memory: 50_000_000 })
  const grown = value(readCounters(helper.pid!).residentBytes) - before
  expect(grown).toBeGreaterThan(45_000_000)
  expect(grown).toBeLessThan(80_000_000)
})

test('a process that has ended has no counters, and says so', async () => {
  const helper = await start()
  helper.kill('SIGKILL')
  await once(helper, 'exit')
  const snapshot = readCounters(helper.pid!)
  expect(snapshot.cpu).toEqual({ missing: 'the process has ended' })
  expect(snapshot.residentBytes).toEqual({ missing: 'the process has ended' })
  expect('missing' in snapshot.io).toBe(true)
})

test('elsewhere CPU time and memory come from ps, and the rest is missing with a reason', () => {
  expect(parsePsTimes('  0:01.25   0:00.50\n')).toEqual({
    totalMicros: 1_750_000,
    exact: false,
    userMicros: 1_250_000,
    systemMicros: 500_000,
  })
  expect(parsePsTimes('1-02:03:04 10:00').userMicros).toBe(93_784e6)
  expect(() => parsePsTimes('- -')).toThrow('ps printed')
  expect(() => parsePsTimes('0:01')).toThrow('ps printed')
})

test('a counter that is missing in either snapshot is missing in the difference', () => {
  const missing = { missing: 'no permission' }
  const snapshot = (reads: number): Snapshot => ({
    cpu: missing,
    io: { value: { reads, writes: 0 } },
    switches: { value: { voluntary: 0, involuntary: 0 } },
    faults: missing,
    waitMicros: missing,
    residentBytes: { value: 5 },
  })
  const result = countBetween('process', snapshot(100), snapshot(300), 50)
  expect(valueOrUndefined(result.reads!)).toBe(4)
  expect(result.cpu).toEqual(missing)
  expect(result.user).toEqual(missing)
  expect(result.residentBytes).toEqual({ value: 5 })
})

test('the exact total is split as the ticks are', () => {
  const at = (totalMicros: number, userMicros: number, systemMicros: number) => ({
    totalMicros,
    exact: true,
    userMicros,
    systemMicros,
  })
  expect(splitCpu(at(1000, 0, 0), at(405_000, 100_000, 300_000))).toEqual({
    user: { value: 101_000 },
    kernel: { value: 303_000 },
    total: 404_000,
  })
  // A thread has ended and its exact time is gone; the ticks still have it.
  expect(splitCpu(at(900_000, 0, 0), at(300_000, 100_000, 100_000)).total).toBe(200_000)
})

test('below 20 ticks the split is missing, and not zero', () => {
  const missing = { missing: expect.stringContaining('fewer than 20 ticks') }
  expect(splitByTicks(190_000, { user: 0, kernel: 19 })).toEqual({ user: missing, kernel: missing })
  expect(splitByTicks(200_000, { user: 0, kernel: 20 })).toEqual({
    user: { value: 0 },
    kernel: { value: 200_000 },
  })
})
