import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 1,
  title: 'a list that costs more with every order',
  complaint: 'A page of ten orders takes milliseconds, and longer every month.',
  mix: { path: '/orders', connections: 20 },
}

export const task: ExerciseTaskEntry = {
  title: 'a page costs a page',
  goal: 'a page of ten orders allocates at most 150 kB and takes less than half of the CPU',
  limits: [
    { counter: 'heap', atMost: 150_000, tolerance: 0 },
    { counter: 'cpu', atMost: 0.5, tolerance: 0 },
  ],
  first: 'order-store.ts',
  hints: [
    `Where to look: \`OrderStore.all\` copies all orders, and \`listOrders\` throws all but ten of the
copies away. \`forList\` changes the orders that it is given, which is why they are copies.`,
    `What to use: copies are needed only of what is shown. Filter and cut first, copy then; a filter
copies references, not orders. Without any copy, \`forList\` would hide the addresses for good.`,
    `Nearly the code, in order-store.ts:

  page(status: Order['status'] | undefined, from: number, to: number) {
    const found = this.#orders.filter(
      (order) => status === undefined || order.status === status,
    )
    return { found: found.length, orders: structuredClone(found.slice(from, to)) }
  }

And \`listOrders\` asks for a page in place of all.`,
  ],
  after: ['npm start -- your-own-server'],
}
