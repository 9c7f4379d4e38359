import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import { kilobytes, percentCollecting } from '../../../src/course/exercise-evidence.ts'
import type { ExerciseLessonEntry } from '../../../src/course/lessons.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 3,
  title: 'a report that leaves much to be collected',
  complaint:
    'One sales report is no trouble. A hundred at once take more CPU each, and it is not known why.',
  mix: { path: '/reports/sales', connections: 100 },
}

export const lesson: ExerciseLessonEntry = {
  about: [
    'The report adds up some fifteen hundred sales by category. It is written as a pipeline of filter, map and groupBy, a page of the ledger at a time, so that it never keeps the event loop for long.',
    'It is asked for a hundred times at once: every shop of the chain wants it in the morning.',
  ],
  code: { file: 'report.ts', region: 'sumUp' },
  predictions: [
    {
      id: 'heap',
      short: 'kB allocated per report',
      kind: 'number',
      ask: 'A report has two kilobytes. How many kilobytes does V8 allocate for it?',
      unit: 'kB',
      because:
        'Two objects for each sale, and lists of them. Each is small and lives for a moment, and there are thousands.',
      holds: (kilobytes) => kilobytes > 200,
      otherwise: 'Expected were hundreds: two objects of some hundred bytes for each sale.',
      measured: kilobytes,
    },
    {
      id: 'collecting',
      short: 'garbage collection',
      kind: 'percent',
      ask: 'What percentage of its time does the server collect garbage?',
      because:
        'Objects that die young cost the collector nothing, but these do not die young: a report waits for its next page while ninety-nine others run, and all that it has made so far is copied, again and again.',
      holds: (percent) => percent >= 8,
      otherwise:
        'Expected: a tenth or more. With few requests at once it is less, since objects die before they are copied.',
      measured: percentCollecting,
    },
  ],
  practised: {},
  look: [
    'Frames of the collector are wide, and no caller of theirs is to blame: it runs when memory is full, below the function that allocates at that moment.',
    'Who allocates is another graph: the same command with --alloc draws bytes in place of time. There sumUp and its arrow functions are nearly all of it.',
  ],
  questions: [
    {
      id: 'instrument',
      ask: 'The collector takes a fifth of the time. Which graph names the line to change?',
      options: [
        'the flame graph of the CPU, at the callers of the collector',
        'the flame graph of allocations, --alloc',
        'a heap snapshot',
      ],
      answer: 1,
      because:
        'A snapshot shows what is kept, and nothing is kept here. What makes work for the collector is what is allocated, so count bytes by the function that asked for them.',
    },
  ],
  cost: 'A loop that adds up is longer than a pipeline and says less well what it is for. Where a few dozen items go through, keep the pipeline.',
}

export const task: ExerciseTaskEntry = {
  title: 'sums, and no objects on the way',
  goal: 'a report allocates at most 150 kB, and takes less than half of the CPU',
  steps: [
    {
      id: 'sums',
      title: 'sums, and no objects on the way',
      what: 'Add up each sale as it comes, without a list of what was made of the sales.',
      where: { file: 'report.ts', region: 'sumUp' },
      counted: `The check counts the bytes that V8 allocates for a report, and compares the CPU with that of the original server. Objects that live until the report is finished are copied by the collector, which is where the CPU goes.`,
      limits: [
        { counter: 'heap', atMost: 150_000, tolerance: 0 },
        { counter: 'cpu', atMost: 0.5, tolerance: 0 },
      ],
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
    },
  ],
  after: ['npm start -- your-own-server'],
}
