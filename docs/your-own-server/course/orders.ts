import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import { kilobytes, percentBelow } from '../../../src/course/exercise-evidence.ts'
import type { ExerciseLessonEntry } from '../../../src/course/lessons.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 1,
  title: 'a list that costs more with every order',
  complaint: 'A page of ten orders takes milliseconds, and longer every month.',
  mix: { path: '/orders', connections: 20 },
}

export const lesson: ExerciseLessonEntry = {
  about: [
    'The shop has four hundred orders, and its staff look at ten of them at a time. The reply has four kilobytes.',
    'The store keeps its orders to itself: what it hands out are copies, so that no handler can change what is stored. That is good practice, and it is tested.',
  ],
  code: { file: 'order-store.ts', region: 'OrderStore' },
  predictions: [
    {
      id: 'heap',
      short: 'kB allocated per request',
      kind: 'number',
      ask: 'How many kilobytes does V8 allocate on its heap for one page of ten orders?',
      unit: 'kB',
      because:
        'All four hundred orders are copied, with their customers and lines, and ten of the copies are used. The work is in proportion to what is stored, not to what is asked for.',
      holds: (kilobytes) => kilobytes > 200,
      otherwise: 'Expected were hundreds of kilobytes: a copy of each order that is stored.',
      measured: kilobytes,
    },
    {
      id: 'clone',
      short: 'below structuredClone',
      kind: 'percent',
      ask: 'What percentage of its time does the server spend below structuredClone?',
      because:
        'It is the widest frame of the handler. Nothing in it is slow: it is called with forty times what is needed, for each request again.',
      holds: (percent) => percent > 40,
      otherwise: 'Expected: most of the time. Without perf, V8 may not name what runs in C++.',
      measured: (evidence) => percentBelow(/structuredClone/i, evidence),
    },
  ],
  practised: {},
  look: [
    'Follow the widest frames from the event loop towards the tips: the handler in orders.ts, OrderStore.all, and then C++ of Node that no line of yours names. The frame to mend is the last one that is yours.',
    'JSON.stringify and the socket are there too, and narrow: they see ten orders.',
  ],
  questions: [
    {
      id: 'instrument',
      ask: 'The list gets slower every month. What do you look at first?',
      options: [
        'the flame graph: the CPU is busy, so a frame has to be wide',
        'the latency of other requests',
        'what waits for what: clinic bubbleprof',
      ],
      answer: 0,
      because:
        'Work shows as CPU per request, and CPU shows in a flame graph. Read from the widest tip back to the first function that is yours.',
    },
  ],
  cost: 'Copying later costs a method of the store that knows of pages. Without any copy, the handler would change what is stored: that is what the copies were for.',
}

export const task: ExerciseTaskEntry = {
  title: 'a page costs a page',
  goal: 'a page of ten orders allocates at most 150 kB and takes less than half of the CPU',
  steps: [
    {
      id: 'page',
      title: 'a page costs a page',
      what: 'Copy the ten orders that are shown, and no others.',
      where: { file: 'order-store.ts', region: 'OrderStore' },
      counted: `The check counts the bytes that V8 allocates for a page, and compares the CPU with that of the original server. What is copied and not shown has to be made and collected, and there is more of it with every order.`,
      limits: [
        { counter: 'heap', atMost: 150_000, tolerance: 0 },
        { counter: 'cpu', atMost: 0.5, tolerance: 0 },
      ],
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
    },
  ],
  after: ['npm start -- your-own-server'],
}
