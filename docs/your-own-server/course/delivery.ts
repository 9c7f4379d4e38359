import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 4,
  title: 'a quote that takes long, on a server with nothing to do',
  complaint: 'A delivery quote takes a fifth of a second, and the server is idle.',
  mix: { path: '/orders/11/delivery', connections: 24 },
}

export const task: ExerciseTaskEntry = {
  title: 'ask for all of it at once',
  goal: 'a quote waits for the warehouse twice, one after the other: for the stock of all lines at once, and then for the shipping, which needs their weight',
  limits: [{ counter: 'waits', atMost: 2, tolerance: 0 }],
  first: 'quote.ts',
  hints: [
    `Where to look: \`quoteDelivery\` awaits the stock of a line before it asks for the next. No line
needs to know of another. Only \`shipping\` needs all of them.`,
    `What to use: \`Promise.all\` of the lines. A call of \`warehouse.stock\` asks at once, and its promise
is awaited later. The replies come in any order, and \`Promise.all\` returns them in that of the lines.`,
    `Nearly the code:

  const stocks = await Promise.all(order.lines.map(({ sku }) => warehouse.stock(sku)))
  const lines = order.lines.map(({ sku, quantity }, at) => {
    const { pieces, days } = stocks[at]!
    return { sku, inStock: pieces >= quantity, days }
  })

And the weight is the sum over the lines of \`stocks[at]!.grams * quantity\`.`,
  ],
  after: ['npm start -- your-own-server'],
}
