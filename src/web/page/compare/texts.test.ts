/** Notes, proportions and orders: what the comparison's page says, and what it asks for. */
import { expect, test } from 'vitest'
import { articleResults } from '../../../article/figures.ts'
import { fakeComparison, jitter } from '../../../experiment/fake-comparison.ts'
import { turnovers } from '../../../experiment/turnovers.ts'
import { changeWithout } from './ablation.ts'
import { articleBars } from './article.ts'
import { colourOf, dashOf } from './colours.ts'
import { headNotes, listed, tableNotes, turnoverTexts } from './notes.ts'
import { type Form, orderFrom } from './order.ts'
import { fileName, legendPlaces, linesOf } from './picture.ts'

const known = ['stage1', 'stage2', 'redis']
const form: Form = {
  ...{ servers: known, known, pipeline: '1, 16', tests: ['set'], quick: true },
  ...{ sweep: '', values: '1, 4', ablate: '' },
}

test('the form as an order', () => {
  expect(orderFrom(form)).toEqual({
    order: { kind: 'compare', quick: true, tests: ['set'], pipeline: [1, 16] },
  })
  expect(orderFrom({ ...form, servers: ['stage2', 'redis'] })).toMatchObject({
    order: { servers: ['stage2', 'redis'] },
  })
  expect(orderFrom({ ...form, sweep: 'pipeline', values: '16 1 4' })).toEqual({
    order: {
      ...{ kind: 'compare', quick: true, tests: ['set'] },
      sweep: { over: 'pipeline', values: [1, 4, 16] },
    },
  })
  expect(orderFrom({ ...form, sweep: 'clients', pipeline: '16' })).toMatchObject({
    order: { sweep: { over: 'clients', values: [1, 4] }, pipeline: 16 },
  })
  // The command compares the stage with itself: no other servers.
  const ablated = orderFrom({ ...form, servers: ['stage1'], ablate: 'stage1' })
  expect(ablated).toMatchObject({ order: { ablate: 'stage1' } })
  expect(ablated).not.toHaveProperty('order.servers')
})

test.each<[Partial<Form>, RegExp]>([
  [{ tests: [] }, /one test/],
  [{ servers: ['redis'] }, /two servers/],
  [{ sweep: 'pipeline', values: '4' }, /2 to 7/],
  [{ sweep: 'pipeline', values: 'a, b' }, /2 to 7/],
  [{ sweep: 'pipeline', values: '1 2 3 4 5 6 7 8' }, /2 to 7/],
  [{ sweep: 'clients' }, /one pipeline/],
  [{ pipeline: '' }, /whole numbers/],
])('a form that cannot be run says why: %o', (part, why) => {
  const ordered = orderFrom({ ...form, ...part })
  expect('wrong' in ordered && ordered.wrong).toMatch(why)
})

const quiet = fakeComparison((name, _, round) => ({
  ...{ rate: (name === 'stage1' ? 1e4 : 1e5) * jitter(name, round), cpu: 10, busy: 0.2 },
}))

test('what takes something away from the figures is a warning', () => {
  const [table] = quiet.tables
  expect(headNotes(quiet).filter(({ warns }) => warns)).toEqual([])
  expect(tableNotes(table!, quiet)).toEqual([
    { text: expect.stringMatching(/^Noise floor: .* no difference called\.$/), warns: false },
  ])
  const bad = fakeComparison(
    (name, _, round) => ({
      rate: (name === 'stage4 again' ? 5e4 : 1e5) * jitter(name, round),
      cpu: 5,
      busy: name === 'redis' ? 0.99 : 0.5,
    }),
    { notes: ['Redis is of another version'] },
  )
  const warned = (notes: ReturnType<typeof headNotes>) =>
    notes.filter(({ warns }) => warns).map(({ text }) => text)
  expect(warned(headNotes({ ...bad, loadBefore: 2 }))).toEqual([
    expect.stringContaining('load average'),
    'Redis is of another version.',
  ])
  const about = warned(tableNotes(bad.tables[0]!, bad)).join('\n')
  expect(about).toContain('believe none of it')
  expect(about).toContain('bottleneck for redis')
  expect(about).toContain('took turns (stage1 and stage4)')
})

test('where the ranking changes is a sentence', () => {
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
  const found = turnovers(swept).filter(({ figure }) => figure === 'rate')
  expect(turnoverTexts(swept, found)).toEqual([
    'SET, throughput: from pipeline 1 to 16 stage4 passes redis',
  ])
})

test('the article stands beside ours as a proportion, and only under its own load', () => {
  const bars = articleBars(quiet.tables[0]!, quiet, articleResults)
  expect(bars.map(({ name }) => name)).toEqual(['Redis', 'the article: Zedis', 'stage1', 'stage4'])
  expect(bars[1]!.value).toBeCloseTo(217_344.06 / 235_294.12, 6)
  const batches = fakeComparison(() => ({ rate: 1, cpu: 1, busy: 0.1 }), {
    workloads: [{ clients: 50, payload: 3, keyspace: 1, pipeline: 16 }],
  })
  expect(articleBars(batches.tables[0]!, batches, articleResults)).toEqual([])
})

test('an ingredient buys what a request costs more without it', () => {
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
  expect(changeWithout(table!, ablated, 'slab')).toMatchObject({ verdict: 'slower', bytes: '0' })
  expect(changeWithout(table!, ablated, 'slab').cpu).toMatch(/^\+(4[89]|5[012]) %$/)
  expect(changeWithout(table!, ablated, 'index').cpu).toBe('inconclusive')
  expect(changeWithout(table!, ablated, 'views')).toEqual({
    ...{ cpu: '–', verdict: undefined, bytes: '–' },
  })
})

test('no two lines of a comparison look alike', () => {
  const names = ['stage1', 'stage2', 'stage3', 'stage4', 'stage5', 'redis']
  expect(new Set(names.map((name) => colourOf(name, names))).size).toBe(6)
  expect(new Set(names.map((name) => dashOf(name, names))).size).toBe(6)
  expect(colourOf('stage4 again', names)).toBe(colourOf('stage4', names))
})

test('small things', () => {
  expect(listed(['a'])).toBe('a')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(fileName('CPU a request, µs: SET', 'png')).toBe('cpu-a-request-us-set.png')
  expect(linesOf('a bb ccc dddddddd e', 5, (text) => text.length)).toEqual([
    ...['a bb', 'ccc', 'dddddddd', 'e'],
  ])
  expect(legendPlaces([50, 50, 50], 220)).toEqual([
    { x: 0, y: 0 },
    { x: 102, y: 0 },
    { x: 0, y: 20 },
  ])
})
