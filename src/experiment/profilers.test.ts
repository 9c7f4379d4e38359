import { afterEach, expect, test, vi } from 'vitest'
import { defaultWorkload } from '../load/workload.ts'
import { type Fakes, fakePrograms } from '../run/fakes.ts'
import { findStage } from '../stages.ts'
import { respLoad } from './loads.ts'
import { allProfilers } from './profilers.ts'

vi.setConfig({ testTimeout: 120_000 })

let fakes: Fakes | undefined
afterEach(() => fakes?.remove())

test('a profiler that fails in the middle loses none of the others', async () => {
  // It could be used a moment ago, and then it breaks.
  fakes = fakePrograms({ perf: 'echo out of luck >&2; exit 1' })
  fakes.use()
  const all = await allProfilers(
    findStage('4')!,
    {
      load: respLoad({ ...defaultWorkload, clients: 5 }, ['set']),
      ...{ seconds: 0.8, warmUpSeconds: 0.2 },
      probe: { usable: true, kernel: true, why: undefined, remedy: undefined },
    },
    () => {},
  )
  expect(all.perf).toEqual({ missing: 'perf cannot record here: out of luck' })
  expect(all.zeroX).not.toHaveProperty('missing')
  expect(all.zeroX).toHaveProperty('value.tree.source', '0x')
  expect(all.cpuProfile).toHaveProperty('value.tree.source', 'cpu-prof')
  expect(all.accounting).toHaveProperty('value.eventLoopUtilization')
})
