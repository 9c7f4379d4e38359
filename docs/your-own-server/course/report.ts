import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 3,
  title: 'a report that leaves much to be collected',
  complaint:
    'One sales report is no trouble. Sixty at once take more CPU each, and nobody finds the line.',
  mix: { path: '/reports/sales', connections: 60 },
}

export const task: ExerciseTaskEntry = {
  title: 'sums, and no objects on the way',
  goal: 'a report allocates at most 150 kB, and takes less than half of the CPU',
  limits: [
    { counter: 'heap', atMost: 150_000, tolerance: 0 },
    { counter: 'cpu', atMost: 0.5, tolerance: 0 },
  ],
  first: 'report.ts',
  hints: [
    `Where to look: \`sumUp\` makes two objects of each sale, keeps all of them until the last page has
come, and makes three more lists of each category. What it returns is thirty objects.`,
    `What to use: a sum needs no list. Let each category have one object with its three sums, in a
\`Map\`, and add each sale to it as it comes. Then nothing lives longer than its page.`,
    `Nearly the code, in the loop over the pages:

  for (const { day, category, country, quantity, price } of page) {
    if (!day.startsWith(month)) continue
    let own = sums.get(category)
    if (own === undefined) sums.set(category, (own = { category, pieces: 0, revenue: 0, net: 0 }))
    own.pieces += quantity
    own.revenue += price * quantity
    own.net += withoutTax({ revenue: price * quantity, country })
  }`,
  ],
  after: ['npm start -- your-own-server'],
}
