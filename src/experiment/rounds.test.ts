import { afterEach, expect, test, vi } from 'vitest'
import { startFakeServer } from '../load/fake-server.ts'
import { defaultWorkload } from '../load/workload.ts'
import type { Emit, RunEvent } from '../run/events.ts'
import { LabError } from '../run/lab-error.ts'
import { isRunning, processesBelow } from '../run/processes.ts'
import type { RunningServer } from '../run/server.ts'
import type { RoundsPlan, Target } from './comparison.ts'
import { runRounds, turns } from './rounds.ts'
import { stopwatch } from './stopwatch.ts'
import { startTarget } from './targets.ts'

// Processes are started: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

const silent: Emit = () => {}

const plan: RoundsPlan = {
  targets: ['a', 'b', 'c'].map((name) => ({ name, server: 'stage4' })),
  workloads: [{ ...defaultWorkload, clients: 2 }],
  tests: ['set', 'get'],
  tool: 'lab',
  rounds: 2,
  seconds: 0.05,
  warmUpSeconds: 0.05,
}

const started: RunningServer[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()))
})

const pidsBelow = () => processesBelow(process.pid).map(({ pid }) => pid)

/** A server in this process, which says when it is started and stopped. */
async function inProcess({ name }: Target, log: string[]): Promise<RunningServer> {
  const fake = await startFakeServer()
  log.push(`${name} starts`)
  return {
    name,
    ...fake.target,
    pid: process.pid,
    errorOutput: () => '',
    ended: new Promise(() => {}),
    async stop() {
      await fake.close()
      log.push(`${name} stops`)
    },
  }
}

test('every target has its turn with every test in every round, in changing order', async () => {
  const log: string[] = []
  const events: RunEvent[] = []
  const runs = await runRounds(
    plan,
    (event) => events.push(event),
    (target) => inProcess(target, log),
  )
  const order = (round: number, test: string) =>
    runs
      .filter((run) => run.round === round && run.summary.test === test)
      .map(({ target }) => target)
      .join('')
  expect(runs.map(({ round, summary, turn }) => `${round} ${summary.test} ${turn}`)).toEqual([
    ...['1 set 1', '1 set 2', '1 set 3', '1 get 1', '1 get 2', '1 get 3'],
    ...['2 set 1', '2 set 2', '2 set 3', '2 get 1', '2 get 2', '2 get 3'],
  ])
  expect([order(1, 'set'), order(2, 'set')]).toEqual(['abc', 'bca'])
  expect(order(1, 'get')).toBe(order(1, 'set'))
  expect(runs.every(({ summary }) => summary.requests > 0 && summary.repliesChecked)).toBe(true)
  // Fresh servers each round, all of them up while it runs.
  expect(log.slice(0, 3)).toEqual(['a starts', 'b starts', 'c starts'])
  expect(log.slice(3, 6).sort()).toEqual(['a stops', 'b stops', 'c stops'])
  expect(log.slice(6, 9)).toEqual(['b starts', 'c starts', 'a starts'])
  const steps = events.filter((event) => event.type === 'step')
  expect(steps.map(({ text }) => text)).toEqual(['round 1 of 2', 'round 2 of 2'])
  const shares = events.flatMap((event) => (event.type === 'progress' ? [event.share] : []))
  expect(shares.length).toBe(2 * 3 * 2 * 2)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  expect(shares.at(-1)).toBeLessThan(1)
  // Each run is reported when it is over.
  const reported = events.flatMap((event) => (event.type === 'figures' ? [event.figures] : []))
  expect(reported).toHaveLength(runs.length)
  expect(reported[0]).toMatchObject({ of: 'a: SET', latency: { p50: expect.any(Number) } })
})

test('a target that dies half-way is an error that names it, and leaves no process', async () => {
  const before = pidsBelow()
  const pids: number[] = []
  const emit: Emit = (event) => {
    if (event.type === 'progress' && event.text === 'b SET') {
      process.kill(started[1]!.pid, 'SIGKILL')
    }
  }
  const failure = await runRounds({ ...plan, rounds: 1 }, emit, async (target) => {
    const server = await startTarget(target)
    started.push(server)
    pids.push(server.pid)
    return server
  }).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(LabError)
  expect((failure as LabError).message).toMatch(
    /^b, SET, round 1: .*; it ended by itself \(SIGKILL\)/s,
  )
  expect(pids.length).toBe(3)
  expect(pids.filter(isRunning)).toEqual([])
  expect(pidsBelow().filter((pid) => !before.includes(pid))).toEqual([])
})

test('a target that does not start is named, and those already started are ended', async () => {
  const log: string[] = []
  const starting = (target: Target) => {
    if (target.name === 'c') throw new LabError('c did not start: no such file')
    return inProcess(target, log)
  }
  await expect(runRounds(plan, silent, async (who) => starting(who))).rejects.toThrow(
    'c, round 1: c did not start: no such file',
  )
  expect(log.slice(2).sort()).toEqual(['a stops', 'b stops'])
})

test('a target that answers wrongly is named and has no figure', async () => {
  const lying = async (target: Target): Promise<RunningServer> => {
    const log: string[] = []
    const honest = await inProcess(target, log)
    if (target.name !== 'b') return honest
    const fake = await startFakeServer(({ command }, right) => {
      return command === 'GET' ? '$3\r\nlie\r\n' : right()
    })
    return {
      ...honest,
      ...fake.target,
      stop: async () => void (await Promise.all([honest.stop(), fake.close()])),
    }
  }
  await expect(runRounds(plan, silent, lying)).rejects.toThrow(/^b, (warming up|SET|GET), round 1/)
})

test.each([2, 3, 4, 5, 6, 7])('%i targets: each follows each other one equally often', (count) => {
  const rounds = count % 2 === 0 ? count : 2 * count
  const follows = new Map<string, number>()
  const places = new Map<string, number>()
  for (let round = 1; round <= rounds; round++) {
    const order = turns(count, round)
    expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i))
    for (const [place, who] of order.entries()) {
      const pair = `${order[place - 1]} ${who}`
      if (place > 0) follows.set(pair, (follows.get(pair) ?? 0) + 1)
      places.set(`${place} ${who}`, (places.get(`${place} ${who}`) ?? 0) + 1)
    }
  }
  expect(follows.size).toBe(count * (count - 1))
  expect(new Set(follows.values()).size).toBe(1)
  expect(new Set(places.values()).size).toBe(1)
})

test('the time left follows from the time taken and from what is still to come', () => {
  const reported: [share: number, left: number | undefined][] = []
  const clock = stopwatch(
    { short: { count: 2, seconds: 1 }, long: { count: 1, seconds: 2 } },
    (event) => {
      if (event.type === 'progress') reported.push([event.share, event.secondsLeft])
    },
  )
  clock.begin('first')
  clock.end('short')
  clock.begin('second')
  clock.end('short')
  clock.begin('third')
  expect(reported.map(([share]) => share)).toEqual([0, 0.25, 0.5])
  expect(reported[0]![1]).toBeUndefined()
  expect(reported[1]![1]).toBeGreaterThan(0)
})

test('one slow step does not multiply the time left, and a slow machine shows nevertheless', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  const left: number[] = []
  const clock = stopwatch({ one: { count: 20, seconds: 1 } }, (event) => {
    if (event.type === 'progress' && event.secondsLeft !== undefined) left.push(event.secondsLeft)
  })
  for (let at = 0; at < 20; at++) {
    clock.begin('a step')
    vi.advanceTimersByTime(at === 0 ? 6000 : 3000)
    clock.end('one')
  }
  vi.useRealTimers()
  // Of 57 s; at the pace of the first step it would be 114.
  expect(Math.max(...left)).toBeLessThan(57)
  // Of 30 and of 3 s.
  expect(left[9]! / 30).toBeGreaterThan(0.75)
  expect(left.at(-1)! / 3).toBeGreaterThan(0.8)
})
