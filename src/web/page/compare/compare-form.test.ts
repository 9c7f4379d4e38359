import { expect, test } from 'vitest'
import { type Form, orderFrom } from './compare-form.tsx'

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
