import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import { usualP99 } from '../../../src/course/exercise-evidence.ts'
import type { ExerciseLessonEntry } from '../../../src/course/lessons.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 2,
  title: 'a search that is slow now and then',
  complaint:
    'The search takes a millisecond. But some customers wait for a tenth of a second, whatever they look for.',
  mix: {
    path: '/products?phrase=oak',
    rare: {
      path: '/products?phrase=comfortable+chairs+of+solid+oak+%26+pine',
      every: 100,
      status: 400,
    },
    connections: 20,
  },
}

export const lesson: ExerciseLessonEntry = {
  about: [
    'Customers look for products by words. What they type is checked first: words of letters and digits, one blank between them. Everything else is refused.',
    'One request in a hundred is refused, for it has an & in it. The other ninety-nine are as quick as they were on the first day.',
  ],
  code: {
    file: 'validation.ts',
    region: 'readPhrase',
    note: 'phrasePattern is /^(\\w+\\s?)*$/',
  },
  predictions: [
    {
      id: 'rare',
      short: 'CPU of a refused request',
      kind: 'number',
      ask: 'A phrase of five words and an & is refused. It takes the CPU of how many usual searches?',
      unit: 'searches',
      because:
        'Each blank of the pattern is optional, so every word can be cut into words in every way, and the & at the end makes the expression try all of them. One letter more doubles the time.',
      holds: (searches) => searches > 20,
      otherwise: 'Expected were hundreds: the number of ways doubles with each letter.',
      measured: ({ measured }) => measured.counters.rare,
    },
    {
      id: 'p99',
      short: 'p99 of the usual ones, ms',
      kind: 'number',
      ask: 'The median of the usual searches is a few milliseconds, with twenty at once. What is their 99th percentile? The refused ones are not counted.',
      unit: 'ms',
      because:
        'All requests share one event loop. While one of them computes, the nineteen others wait for all of it, although none of them does anything slow.',
      holds: (ms) => ms > 15,
      otherwise: 'Expected: the time of a refused request: those who come meanwhile wait for it.',
      measured: usualP99,
    },
  ],
  practised: {},
  look: [
    'The widest frame is the regular expression, and below it readPhrase. It is wide although one request in a hundred gets there: a flame graph adds up all requests, and does not say whether one took long or many took a little.',
    'That is what the latencies say: the median is that of a quick server, the 99th percentile that of a slow one. When the two are far apart, something blocks the event loop now and then.',
  ],
  questions: [
    {
      id: 'instrument',
      ask: 'The median is good, the 99th percentile is not, for all kinds of requests. What is it?',
      options: [
        'the network',
        'a request that now and then keeps the event loop for itself',
        'too few connections',
      ],
      answer: 1,
      because:
        'A slow handler makes its own requests slow. Only what they share, the event loop, the collector or the machine, makes all of them slow now and then. clinic doctor and the delay of the event loop show it.',
    },
  ],
  cost: 'The other pattern is harder to read, and says what is meant: one blank, between two words. An expression that comes from outside, or meets a text from outside, needs a test with a text that does not match.',
}

export const task: ExerciseTaskEntry = {
  title: 'no request holds up the others',
  goal: 'a phrase that is refused costs at most 5 times the CPU of one that is not, and the p99 of the other requests is less than half of what it was',
  steps: [
    {
      id: 'pattern',
      title: 'no request holds up the others',
      what: 'Write the pattern so that each text can be read in one way only.',
      where: { file: 'validation.ts', region: 'readPhrase' },
      counted: `The check measures the CPU of a phrase that is refused, in usual requests, and the p99 of the usual ones. While one request computes, all others wait: JavaScript has one thread.`,
      limits: [
        { counter: 'rare', atMost: 5, tolerance: 0 },
        { counter: 'others', atMost: 0.5, tolerance: 0 },
      ],
      hints: [
        `Where to look: \`readPhrase\` tests a phrase with \`phrasePattern\`. One that matches is quick. One
that does not, for its last word has an & in it, is tried in every way in which its letters
can be cut into words.`,
        `What to use: a pattern in which each text can be read in one way only. In \`(\\w+\\s?)*\` the blank
is optional, so \`oak\` is one word, or two, or three. Or no pattern: a loop over the characters.
A limit of the length would refuse phrases that are taken today.`,
        `Nearly the code: a word, then any number of words that have a blank before them, then perhaps
one more blank; or nothing at all:

  const phrasePattern = /^(?:\\w+(?:\\s\\w+)*\\s?)?$/

Now there is a blank between two words, always, and nothing is left to be tried.`,
      ],
    },
  ],
  after: ['npm start -- your-own-server'],
}
