import { expect, test } from 'vitest'
import type { PageRun, Running } from '../../api-types.ts'
import { announceEnd, announceStep } from './announce.ts'

function running(step: string): Running {
  const startedAt = '2026-01-01T00:00:00Z'
  return {
    ...{ format: 1, pid: 1, command: 'npm run stage 1', startedAt, step },
    ...{ share: null, secondsLeft: null, live: null },
  }
}

test('a step is said once, and the next one not before ten seconds have passed', () => {
  const nothing = { text: '', at: Number.NEGATIVE_INFINITY }
  const first = announceStep([running('warming up')], nothing, 0)
  expect(first).toEqual({ text: 'npm run stage 1: warming up', at: 0 })
  expect(announceStep([running('warming up')], first, 60_000)).toBe(first)
  expect(announceStep([running('measuring')], first, 9_999)).toBe(first)
  expect(announceStep([running('measuring')], first, 10_000).text).toMatch(/measuring$/)
  expect(announceStep([], first, 60_000)).toBe(first)
})

test('an end is said with how it came', () => {
  const run = { command: 'npm run stage 1', failure: { happened: 'it died' } } as PageRun
  const said = (state: PageRun['state']) => announceEnd({ ...run, state }, 5).text
  expect(said('done')).toBe('npm run stage 1 is done')
  expect(said('failed')).toBe('npm run stage 1 failed: it died')
  expect(said('cancelled')).toMatch(/nothing was recorded/)
})
