import { expect, test } from 'vitest'
import { busyText, coreShareOf, wasBusy } from './machine-load.ts'

const run = (cpu: number, wait: number, requests = 1000) => ({
  server: { cpu: { value: cpu }, coreWait: { value: wait } },
  summary: { requests },
})

test('the share of a core is that of all runs together', () => {
  expect(coreShareOf([run(10, 0), run(10, 20)])).toBeCloseTo(0.5)
  expect(coreShareOf([run(10, 0, 3000), run(10, 30)])).toBeCloseTo(40 / 70)
  expect(coreShareOf([])).toBeNull()
  const unknown = { ...run(10, 0), server: { cpu: { value: 10 }, coreWait: { missing: 'no' } } }
  expect(coreShareOf([run(10, 0), unknown])).toBeNull()
})

test('a target that waited for a core says that the machine was busy', () => {
  const load = { before: 8.14, after: 9.3, coreShare: 0.63 }
  expect(busyText(load, 2)).toBe(
    'The machine was busy: load average 8.1 before, 9.3 after; the target had a core for 63 % of the time in which it wanted one. The figures may be off: you may run it again on a quiet machine.',
  )
  // A load average of before may be that of the lab's last run: the share of a core decides.
  expect(busyText({ before: 2, after: 2, coreShare: 0.98 }, 2)).toBeUndefined()
})

test('without the share, the load average decides by the number of cores', () => {
  expect(wasBusy({ before: 1, after: 2, coreShare: null }, 2)).toBe(true)
  expect(wasBusy({ before: 1, after: 2, coreShare: null }, 16)).toBe(false)
  expect(busyText({ before: 9, after: 9, coreShare: null }, 2)).toMatch(
    /9\.0 after\. The figures may be off/,
  )
})
