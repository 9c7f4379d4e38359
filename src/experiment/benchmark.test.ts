import { expect, it } from 'vitest'
import { defaultWorkload } from '../load/workload.ts'
import type { RunEvent } from '../run/events.ts'
import { startStage } from '../run/server.ts'
import { benchmark } from './benchmark.ts'

it('while it measures it tells the rate, the latency, and how busy both sides are', async () => {
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
  const { figures: last } = events.findLast((event) => event.type === 'figures')!
  expect(last.requestsPerSecond).toBeGreaterThan(0)
  expect(last.latency!.p99).toBeGreaterThanOrEqual(last.latency!.p50)
  expect(last.clientBusy).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(last.serverBusy).toBeGreaterThan(0)
  else expect(last.serverBusy).toBeNull()
})
