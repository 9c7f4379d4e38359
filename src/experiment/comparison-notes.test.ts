/** What a reader must know before believing a figure of a comparison. */
import { expect, test } from 'vitest'
import { ablationChange, compareNotes, rankChangeText, tableNotes } from './comparison-notes.ts'
import { fakeComparison, jitter } from './fake-comparison.ts'
import { rankChanges } from './rank-changes.ts'

const quiet = fakeComparison((name, _, round) => ({
  ...{ rate: (name === 'stage1' ? 1e4 : 1e5) * jitter(name, round), cpu: 10, busy: 0.2 },
}))

test('what takes something away from the figures is a warning', () => {
  const [table] = quiet.tables
  expect(compareNotes(quiet).filter(({ warns }) => warns)).toEqual([])
  expect(tableNotes(table!, quiet)).toEqual([
    { text: expect.stringMatching(/^Noise floor: .* no difference found\.$/), warns: false },
  ])
  const bad = fakeComparison(
    (name, _, round) => ({
      rate: (name === 'stage4 again' ? 5e4 : 1e5) * jitter(name, round),
      cpu: 5,
      busy: name === 'redis' ? 0.99 : 0.5,
    }),
    { notes: ['Redis is of another version'] },
  )
  const warned = (notes: ReturnType<typeof compareNotes>) =>
    notes.filter(({ warns }) => warns).map(({ text }) => text)
  expect(warned(compareNotes({ ...bad, load: { before: 9, after: 9, coreShare: 0.5 } }))).toEqual([
    expect.stringContaining('The machine was busy'),
    'Redis is of another version.',
  ])
  const about = warned(tableNotes(bad.tables[0]!, bad)).join('\n')
  expect(about).toContain('Do not trust it')
  expect(about).toContain('redis: the load generator was the bottleneck')
  expect(about).toContain('took turns (stage1 and stage4)')
})

test('a change of the ranking is a sentence', () => {
  const load = { clients: 50, payload: 3, keyspace: 1 }
  const swept = fakeComparison(
    (name, workload, round) => {
      const first = name.startsWith('stage4') === (workload === 1)
      return { rate: (first ? 2e5 : 1e5) * jitter(name, round), cpu: 10, busy: 0.2 }
    },
    {
      targets: ['redis', 'stage4'].map((name) => ({ name, server: name })),
      workloads: [1, 16].map((pipeline) => ({ ...load, pipeline })),
      sweep: { over: 'pipeline', values: [1, 16] },
    },
  )
  const found = rankChanges(swept).filter(({ figure }) => figure === 'rate')
  expect(found.map((change) => rankChangeText(change, swept))).toEqual([
    'SET, throughput: from pipeline 1 to 16 stage4 passes redis',
  ])
})

test('what an optimization buys: the extra cost per request without it', () => {
  const ablated = fakeComparison(
    (name, _, round) => ({
      ...{ rate: 1e5, busy: 0.2 },
      cpu: (name === 'no slab' ? 15 : 10) * jitter(name, round),
    }),
    {
      targets: [
        { name: 'stage4', server: 'stage4' },
        { name: 'no slab', server: 'stage4', args: ['--without', 'slab'] },
        { name: 'no index', server: 'stage4', args: ['--without', 'index'] },
      ],
      baseline: 'stage4',
    },
  )
  const [table] = ablated.tables
  expect(ablationChange(table!, ablated, 'slab')).toMatchObject({ verdict: 'slower', bytes: '0' })
  expect(ablationChange(table!, ablated, 'slab').cpu).toMatch(/^\+(4[89]|5[012]) %$/)
  expect(ablationChange(table!, ablated, 'index').cpu).toBe('inconclusive')
  expect(ablationChange(table!, ablated, 'views')).toEqual({
    ...{ cpu: '-', verdict: undefined, bytes: '-' },
  })
})
