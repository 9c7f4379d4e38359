import { expect, test } from 'vitest'
import type { Readings } from '../measure/counters.ts'
import { programStatScreen } from './stat-program-report.ts'

test('what was counted, 0 as 0, and what came of the load', () => {
  const counters = { reads: { value: 0 }, writes: { value: 1.5 } } as unknown as Readings
  const screen = programStatScreen(
    'process 7',
    'GET http://127.0.0.1:3000/',
    {
      ...{ windowSeconds: 3, requests: 200, counters },
      perf: { missing: 'perf is not installed' },
      load: { before: 0.1, after: 0.1, coreShare: 1 } as never,
    },
    ['200 replies', 'no reply was 2xx: 404: 200'],
  )
  expect(screen).toMatch(/read\(2\) calls +0 +0$/m)
  expect(screen).toMatch(/write\(2\) calls +300 +1\.50$/m)
  expect(screen).toMatch(/^- no reply was 2xx: 404: 200$/m)
})
