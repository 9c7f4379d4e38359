import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import { percentBusy } from '../../../src/course/exercise-evidence.ts'
import type { ExerciseLessonEntry } from '../../../src/course/lessons.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 4,
  title: 'a slow quote from an idle server',
  complaint: 'A delivery quote takes a fifth of a second, and the server is idle.',
  mix: { path: '/orders/11/delivery', connections: 28 },
}

export const lesson: ExerciseLessonEntry = {
  about: [
    'What a delivery costs is known to the warehouse, a service of another team. It takes twenty milliseconds for a reply, which cannot be changed here. The order has seven lines.',
    'The server brings the warehouse with it, as a process of its own, so that it can be seen without a network.',
  ],
  code: { file: 'quote.ts', region: 'quoteDelivery' },
  predictions: [
    {
      id: 'waits',
      short: 'waits in a row',
      kind: 'number',
      ask: 'How many times does one request wait for the warehouse, one time after the other?',
      unit: 'waits',
      because:
        'Each await in the loop waits for its reply before the next line is asked for: seven lines, and then the shipping. The latency is that many times what the warehouse takes.',
      holds: (waits) => waits >= 4 && waits <= 12,
      otherwise: 'Expected were eight: one for each line, and one for the shipping.',
      measured: ({ measured }) => measured.counters.waits,
    },
    {
      id: 'busy',
      short: 'of a core, busy',
      kind: 'percent',
      ask: 'With twenty-eight connections, which percentage of a core does the server use?',
      because:
        'It waits most of the time. A flame graph shows what the CPU does, so this one shows the little that is done and nothing of what takes long.',
      holds: (percent) => percent < 60,
      otherwise: 'Expected: less than half a core. A busy machine makes each request cost more.',
      measured: percentBusy,
    },
  ],
  practised: {},
  look: [
    'No frame of yours is wide: what there is are Node’s HTTP client and server, a little of each. The width of a flame graph is CPU time, and here is hardly any.',
    'Look at the latency beside it: a multiple of what the warehouse takes. clinic bubbleprof draws what waits for what; clinic doctor says that the event loop was free.',
  ],
  questions: [
    {
      id: 'instrument',
      ask: 'Requests take long, and the server is idle. What does its flame graph tell you?',
      options: [
        'the line that waits',
        'nothing of the waiting: it is not CPU time',
        'which dependency is slow',
      ],
      answer: 1,
      because:
        'It shows that you need another instrument: the latency in units of what a dependency takes, a trace, clinic bubbleprof.',
    },
  ],
  cost: 'All at once means that the warehouse gets seven requests at once from each of yours. A dependency that cannot take that needs a limit, or better a request for all lines.',
}

export const task: ExerciseTaskEntry = {
  title: 'ask for all of it at once',
  goal: 'a quote waits for the warehouse twice, one after the other: for the stock of all lines at once, and then for the shipping, which needs their weight',
  steps: [
    {
      id: 'at-once',
      title: 'ask for all of it at once',
      what: 'Ask for the stock of all lines at once, and wait once for all replies.',
      where: { file: 'quote.ts', region: 'quoteDelivery' },
      counted: `The check counts how often a request waits for the warehouse, one wait after the other. A wait is no CPU, so no flame graph shows it, and each adds all of its time to the latency.`,
      limits: [{ counter: 'waits', atMost: 2, tolerance: 0 }],
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
    },
  ],
  after: ['npm start -- your-own-server'],
}
