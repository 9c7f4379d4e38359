import { expect, it } from 'vitest'
import { countBetween } from '../measure/counters.ts'
import { readCounters } from '../measure/process-counters.ts'
import { serverCostLines } from './bench-report.ts'

it('says why nothing can be seen of a server, in place of the columns', () => {
  const missing = '10.0.0.5 is another machine: its processes cannot be seen from here'
  const lines = serverCostLines([{ summary: { test: 'set' }, server: { missing } }])
  expect(lines).toEqual([`server CPU: not known: ${missing}`])
})

it('shows the cost per request, and a dash for what this system does not count', () => {
  const now = readCounters(process.pid)
  const counted = countBetween('process', now, now, 100)
  const server = {
    value: {
      ...counted,
      cpu: { value: 8 },
      user: { value: 2 },
      kernel: { value: 6 },
      reads: { value: 1 },
      writes: { missing: 'not on this system' },
    },
  }
  const [, row] = serverCostLines([{ summary: { test: 'get' }, server }])
  expect(row!.trim().split(/\s+/)).toEqual(['GET', '8.00', '2.00', '6.00', '1.00', '-'])
})
