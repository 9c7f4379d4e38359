import { expect, test, vi } from 'vitest'
import { defaultWorkload } from '../load/workload.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import type { RoundsPlan } from './comparison.ts'
import { runKeyspaces } from './keyspaces.ts'

// Processes are started: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

const load = { ...defaultWorkload, clients: 2 }
const plan: RoundsPlan = {
  targets: [
    { name: 'a', server: 'stage4' },
    { name: 'b', server: 'stage4', mostKeys: 1000 },
  ],
  workloads: [
    load,
    { ...load, keyspace: 100_000 },
    { ...load, keyspace: 100_000, pipeline: 16 },
    { ...load, keyspace: 1000 },
  ],
  tests: ['set'],
  tool: 'lab',
  rounds: 1,
  seconds: 0.05,
  warmUpSeconds: 0.05,
}

test('what the keys of each workload cost', async () => {
  const runs = await runKeyspaces(plan, () => {})
  expect(runs.map(({ target, workload }) => [target, workload])).toEqual([
    ['a', 1],
    ['a', 2], // the same keys, and so the same figures
    ['a', 3],
    ['b', 3],
  ])
  const of = (at: number) => runs[at]!.keyspace
  expect(of(1)).toBe(of(0))
  // A key and a value of 19 bytes, and what V8 puts around them.
  expect(valueOrUndefined(of(0).bytesPerKey!)).toBeGreaterThan(60)
  expect(valueOrUndefined(of(0).bytesPerKey!)).toBeLessThan(1000)
  expect(valueOrUndefined(of(0).gcShare!)).toBeGreaterThan(0)
  const [p999, max] = [of(0).pauseP999!, of(0).pauseMax!].map(valueOrUndefined)
  expect(max).toBeGreaterThan(0)
  expect(max).toBeGreaterThanOrEqual(p999!)
  expect(of(2).bytesPerKey).toEqual({ missing: expect.stringContaining('fewer than 100,000') })
})
