import {
  percentLessCpu,
  percentLessInterval,
  type StageEvidence,
} from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { type Counted, combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const BATCH = 16

const level = 'with one key they are level; with a million stage 5 is ahead'
const ahead = 'stage 5 is ahead with both, and by about as much'
const behind = 'stage 5 is behind with one key, and ahead with a million'
const slower = 'stage 5 is behind with both'

/** Up to this much less or more CPU, as a share, is level. */
const LEVEL = 0.1

function ranking({ cpu, cpuOfOneKey }: StageEvidence): Counted<string> {
  const missing = { missing: 'there is no stage before' }
  return combine(cpuOfOneKey ?? missing, cpu ?? missing, (one, many) => {
    if (many.ratio > 1 - LEVEL) return slower
    if (one.ratio > 1 + LEVEL) return behind
    return one.ratio > 1 - LEVEL || many.ratio < one.ratio - LEVEL ? level : ahead
  })
}

export const lesson: StageLessonEntry = {
  pipeline: BATCH,
  keyspace: 1_000_000,
  about: [
    "One key, set again and again, is the article's benchmark, and the easiest case there is: the key's string was made long ago, and all that a request touches is in the processor's cache. A store has a million keys. In stage 4 each of them is a string of V8, hashed, put into V8's table of strings, looked up in a Map of pointers, and carried about by the garbage collector.",
    'Stage 5 has a store that V8 does not see: keys and values are bytes in large ArrayBuffers, an index of integers finds them, and an allocator of its own reuses their memory. The rest is stage 4. It runs wherever Node does.',
    'Its load is a million random keys in batches of 16, and the same with one key beside it.',
  ],
  code: {
    file: 'arguments.ts',
    region: 'Arguments',
    parts: ['key', 'value', 'range'],
    note: 'A ByteRange says where bytes lie: in the receive buffer, or in the store. There are a few of them, filled again for each command.',
  },
  predictions: [
    {
      id: 'bytes',
      short: 'bytes of memory per key',
      kind: 'number',
      ask: 'A key of 16 bytes with a value of 3, a million of them: in stage 4 the process grows by some 180 bytes for each, and Redis by some 110. By how many does stage 5?',
      unit: 'bytes',
      because:
        'Key, value and a head of 8 bytes are rounded up to a block of 32. The index takes some 8 to 16 more: a place of 4 bytes, a tag of one, and room to grow.',
      holds: (bytes) => bytes < 70,
      otherwise:
        'Expected were some 50. What else the process took meanwhile, for compiled code or buffers, is in the figure: more keys settle it.',
      measured: ({ after }) => reading(after.counters, 'bytesPerKey'),
    },
    {
      id: 'gc',
      short: 'GC while keys come in',
      kind: 'percent',
      ask: 'A million keys are set, one batch after the other. What percentage of that time does the garbage collector stop stage 5?',
      because:
        'It has next to nothing to do: an ArrayBuffer is one object to it, whatever is in it. What it still collects are the few objects that Node makes for each read and write.',
      holds: (percent) => percent < 2.5,
      otherwise:
        'Expected: next to nothing. On a machine that is busy, a pause lasts for as long as another process has the core.',
      measured: ({ after }) => reading(after.counters, 'gcShare'),
    },
    {
      id: 'million',
      short: 'less CPU, a million keys',
      kind: 'percent',
      ask: 'With a million random keys, in batches of 16: what percentage less CPU does a SET take than in stage 4?',
      because:
        'A string of V8 that was just made is found in no cache: neither its bytes, nor its entry in the table of strings, nor the one in the Map are, nor the value behind it. Stage 5 touches one line of its index and one entry.',
      holds: (percent) => percent >= 25,
      otherwise:
        'Expected: a large saving. A processor with a cache of some hundred MB holds all of both stores.',
      measured: percentLessCpu,
      interval: percentLessInterval,
    },
    {
      id: 'ranking',
      short: 'one key and a million',
      kind: 'choice',
      ask: 'Stage 5 beside stage 4, in CPU per SET, with one key and with a million: what comes out?',
      options: [ahead, level, behind, slower],
      because:
        'With one key stage 4 looks its string up instead of making it, and everything is in the cache: stage 5 saves little there. A benchmark of one key measures neither store.',
      holds: (answer) => answer === level,
      otherwise:
        'Expected: the two level with one key, within a tenth, and far apart with a million.',
      measured: ranking,
    },
  ],
  practised: {},
  lookAt: 'execute',
  look: [
    "This graph is of the article's load again, one key, so that all stages can be compared. There the store is a thin tower: look for find and set, and for what is missing, V8's tables of strings.",
    'To see the store at work, run npm run flame -- stage4 stage5 --pipeline 16 --keyspace 1000000. Look for the garbage collector, and for internalizing strings, on the side of stage 4.',
  ],
  questions: [
    {
      id: 'collector',
      ask: 'A million keys are alive. Why does the garbage collector hardly notice those of stage 5?',
      options: [
        'it is switched off while keys come in',
        'it follows pointers, and in an ArrayBuffer there are none',
        'the keys are in the young generation, which is cheap',
      ],
      answer: 1,
      because:
        'To the collector an ArrayBuffer is one object with a size. Whatever its bytes mean is up to the program, and so is freeing them.',
    },
    {
      id: 'tag',
      ask: 'Beside each place in the index there is a tag: 8 more bits of the hash. What for?',
      options: [
        'to check whether the key was damaged',
        'for the order in which SCAN returns keys',
        'to pass over nearly every other key in the bucket without touching its bytes, which would be a cache miss each',
      ],
      answer: 2,
      because:
        'A bucket has twelve places, and all their tags are in its own cache line. Of 255 wrong keys one has the right tag; only that one is looked at in vain.',
    },
    {
      id: 'seed',
      ask: 'The hash of a key depends on a random number that each process draws at its start. Why?',
      options: [
        'so that two servers do not store the same',
        'without it, anyone could make up keys that all fall into one bucket, and a lookup would walk through all of them',
        'a hash with a seed spreads keys more evenly',
      ],
      answer: 1,
      because:
        'A hash that is known beforehand can be attacked with keys computed beforehand. Redis seeds SipHash for the same reason; stage 5 has its smaller sibling for 32 bits.',
    },
    {
      id: 'debugger',
      ask: 'What have you lost when a key is bytes in a block?',
      options: [
        'what V8 did for each object: a debugger that shows it, a heap snapshot that counts it, a collector that frees it',
        'keys of more than 255 bytes',
        'nothing: it is faster and smaller',
      ],
      answer: 0,
      because:
        'A block that is freed twice, or read after it was freed, is another key’s memory, and nothing tells you. That is what the model test and the fuzzer are for.',
    },
  ],
  cost: 'Memory management of its own: a layout of bytes, an allocator, a table that grows piece by piece. Nothing checks an offset that is wrong, and no debugger shows a key. It pays when there are many keys, and hardly when there is one.',
}
