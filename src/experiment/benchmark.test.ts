import { expect, it } from 'vitest'
import type { RunRequest, Summary } from '../load/control.ts'
import { defaultWorkload } from '../load/workload.ts'
import type { RunEvent } from '../run/events.ts'
import { startStage } from '../run/server.ts'
import { benchmark, warmUp } from './benchmark.ts'

it('while it measures it reports the rate, the latency, and how busy both sides are', async () => {
  const server = await startStage({ id: 'stage2' })
  const events: RunEvent[] = []
  try {
    const options = { tests: ['ping'] as const, tool: 'lab' as const, warmUpSeconds: 0.25 }
    const length = { seconds: 1.2 }
    await benchmark(server, { ...options, workload: defaultWorkload, length }, (event) =>
      events.push(event),
    )
  } finally {
    await server.stop()
  }
  expect(events.findLast(({ type }) => type === 'step')).toMatchObject({
    text: 'stage2: measuring PING',
  })
  // The last interval may be so short that nothing was answered in it.
  const figures = events.flatMap((event) => (event.type === 'figures' ? [event.figures] : []))
  const one = figures.findLast(({ requestsPerSecond }) => requestsPerSecond > 0)!
  expect(one.latency!.p99).toBeGreaterThanOrEqual(one.latency!.p50)
  expect(one.clientBusy).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(one.serverBusy).toBeGreaterThan(0)
  else expect(one.serverBusy).toBeNull()
})

/** Warms up a load whose slices have these rates, one after the other. @returns how many were run */
async function slicesUntil(rates: readonly number[], seconds: number): Promise<number> {
  let slices = 0
  await warmUp(
    {
      run: ({ seconds = 0 }: RunRequest) => {
        const requestsPerSecond = rates[Math.min(slices++, rates.length - 1)]!
        const requests = requestsPerSecond * seconds
        return Promise.resolve({ requests, requestsPerSecond } as Summary)
      },
    },
    'set',
    seconds,
  )
  return slices
}

it('one disturbed slice does not end the warm-up, two without a rise do', async () => {
  expect(await slicesUntil([5e4, 2e4, 9e4, 12e4, 12e4, 12e4], 10)).toBe(6)
  expect(await slicesUntil([10e4, 10e4, 10e4], 10)).toBe(3)
})

it('a warm-up has a least number of requests, and an end', async () => {
  // 2,000 requests per second: 10,000 of them take 25 slices of 0.2 s.
  expect(await slicesUntil([2000], 10)).toBe(25)
  // Ever faster: as long as it was given. Too slow for the requests: three times as long.
  expect(
    await slicesUntil(
      Array.from({ length: 99 }, (_, at) => 1e5 * 1.1 ** at),
      1,
    ),
  ).toBe(5)
  expect(await slicesUntil([10], 1)).toBe(15)
})
