import { expect, it } from 'vitest'
import { defaultWorkload } from '../load/workload.ts'
import { startStage } from '../run/server.ts'
import { benchmark, type LiveProgress } from './benchmark.ts'

it('while it measures it tells the rate, the latency, and how busy both sides are', async () => {
  const server = await startStage({ id: 'stage2' })
  const told: LiveProgress[] = []
  const steps: string[] = []
  const watcher = {
    step: (text: string) => steps.push(text),
    progress: (progress: LiveProgress) => told.push(progress),
  }
  try {
    const options = { tests: ['ping'] as const, tool: 'lab' as const, warmUpSeconds: 0.25 }
    const length = { seconds: 1.2 }
    await benchmark(server, { ...options, workload: defaultWorkload, length }, watcher)
  } finally {
    await server.stop()
  }
  expect(steps.at(-1)).toBe('stage2: measuring PING')
  const last = told.at(-1)!
  expect(last.requestsPerSecond).toBeGreaterThan(0)
  expect(last.latency!.p99).toBeGreaterThanOrEqual(last.latency!.p50)
  expect(last.clientBusy).toBeGreaterThan(0)
  if (process.platform === 'linux') expect(last.serverBusy).toBeGreaterThan(0)
  else expect(last.serverBusy).toBeUndefined()
})
