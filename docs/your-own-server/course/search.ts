import type { ExerciseTaskEntry } from '../../../src/check/tasks.ts'
import type { ExerciseEntry } from '../../../src/exercises.ts'

export const exercise: ExerciseEntry = {
  number: 2,
  title: 'a search that is quick, and now and then is not',
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

export const task: ExerciseTaskEntry = {
  title: 'no request holds up the others',
  goal: 'a phrase that is refused costs at most 5 times the CPU of one that is not, and the p99 of the other requests is less than half of what it was',
  limits: [
    { counter: 'rare', atMost: 5, tolerance: 0 },
    { counter: 'others', atMost: 0.5, tolerance: 0 },
  ],
  first: 'validation.ts',
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
  after: ['npm start -- your-own-server'],
}
