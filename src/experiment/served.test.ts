import { expect, test } from 'vitest'
import { countServed } from './served.ts'

test('counts runs one after the other, and goes on at the last rate between reports', () => {
  let now = 0
  const served = countServed(() => now)
  expect(served.now()).toBe(0)
  served.started()
  now = 100
  served.progress({ done: 1000, requestsPerSecond: 10_000 })
  expect(served.now()).toBe(1000)
  now = 150
  expect(served.now()).toBe(1500)
  served.finished({ requests: 1700 })
  now = 400
  expect(served.now()).toBe(1700)
  // The next run is under way before it reports: at the rate that was, and not for ever.
  served.started()
  now = 450
  expect(served.now()).toBe(2200)
  now = 10_000
  expect(served.now()).toBe(3700)
  served.progress({ done: 5000, requestsPerSecond: 1000 })
  expect(served.now()).toBe(6700)
})
