import { heapBytes, percentLessCpu, percentLessInterval } from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'

const BATCH = 16

export const lesson: StageLesson = {
  pipeline: BATCH,
  about: [
    "One key, set again and again, is the article's benchmark, and a cache's easiest case. A store has a million keys, and V8 makes each of them a string, a place in a table of strings, a place in a Map, and work for the garbage collector.",
    'Stage 5 keeps keys and values as bytes in large ArrayBuffers, finds them by a hash table of integers, and has an allocator of its own. It is stage 4 otherwise, and runs wherever Node runs.',
  ],
  code: { file: 'connection.ts', region: 'serve' },
  predictions: [
    {
      id: 'cpu',
      short: 'less CPU per SET',
      kind: 'percent',
      ask: 'What percentage less CPU does a SET take than in stage 4, in batches of 16?',
      because: 'The key is compared as bytes, and becomes no string.',
      holds: (percent) => percent >= 5,
      otherwise: 'Expected was a saving.',
      measured: percentLessCpu,
      interval: percentLessInterval,
    },
    {
      id: 'heap',
      short: 'heap bytes per SET',
      kind: 'number',
      ask: 'How many bytes does a SET allocate on the JavaScript heap?',
      unit: 'bytes',
      because: 'Keys and values are no objects of V8.',
      holds: (bytes) => bytes < 100,
      otherwise: 'Expected were next to none.',
      measured: ({ after }) => heapBytes(after),
    },
  ],
  look: ['Look for the garbage collector.'],
  questions: [
    {
      id: 'collector',
      ask: 'Why does the garbage collector not walk through the store?',
      options: [
        'an ArrayBuffer is one object to it, however many keys are in it',
        'it is switched off',
        'bytes are older than objects',
      ],
      answer: 0,
      because:
        'The collector follows pointers. In an ArrayBuffer there are none, so it is one object of a few words, whose bytes it never reads.',
    },
  ],
  cost: 'Memory management of its own.',
}
