import { cpuFactor, cpuFactorInterval, heapBytes } from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { asFactor } from '../../../src/course/prediction.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const BATCH = 16

export const lesson: StageLessonEntry = {
  pipeline: BATCH,
  about: [
    'Know your API: in the article it was the allocator, which checked and locked at every call, and was replaced by another one. In Node you cannot replace the allocator, but you can stop asking it.',
    'Stage 4 reuses what the earlier stages create for every command: one receive buffer for all connections, the offsets of arguments in a typed array, the strings of names that come again and again. Replies are written into one slab of memory.',
    'Its load is batches of 16 requests, as from a client that pipelines, because that load shows the change.',
  ],
  code: { file: 'replies.ts', region: 'Replies.send' },
  predictions: [
    {
      id: 'writes',
      short: 'write(2) calls, 16 SETs',
      kind: 'number',
      ask: 'A client sends 16 SETs at once. How many times does the server call write(2) to answer them?',
      unit: 'system calls for the 16',
      because:
        'All replies to what one read returned are sent together. The earlier stages send each reply alone: sixteen ways through the network stack of the kernel, for five bytes each.',
      holds: (calls) => calls >= 0.9 && calls < 2,
      otherwise:
        'Expected: one write per batch. If a batch arrives in several pieces, each piece is answered with a write of its own.',
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'writes'),
          reading(after.counters, 'writes'),
          (writes) => writes * BATCH,
        ),
    },
    {
      id: 'cpu',
      short: 'CPU per SET: factor less',
      kind: 'number',
      ask: 'By what factor does a SET take less CPU than in the stage before, in such batches?',
      unit: asFactor,
      because:
        'Most of it is the write, and it is a change of a few lines. The rest is memory that is not allocated. npm run compare -- --ablate stage4 leaves out one optimization at a time and shows what each one saves.',
      holds: (factor) => factor >= 3,
      otherwise:
        'Expected: a factor of several, since 15 of 16 writes are gone. A smaller one means that batches arrived in pieces, or that another process disturbed the rounds.',
      measured: cpuFactor,
      interval: cpuFactorInterval,
    },
    {
      id: 'heap',
      short: 'heap bytes per SET',
      kind: 'number',
      ask: 'Stage 3 allocates more than a thousand bytes on the JavaScript heap per SET. How many does stage 4?',
      unit: 'bytes',
      because:
        'The value of three bytes is stored as a string, for which V8 moves a pointer. Everything else was allocated before the request came.',
      holds: (bytes) => bytes < 200,
      otherwise:
        'Expected were some dozen bytes. Code that V8 has not optimized yet allocates more: a longer run with a longer warm-up settles it.',
      measured: ({ after }) => heapBytes(after),
    },
  ],
  practised: {},
  lookAt: 'write libc',
  look: [
    "This graph is of the article's load again, one request at a time, so that all stages can be compared. Look how much of it is the kernel sending replies, and how little are the stage's own functions and the garbage collector.",
    "To see batches, run npm run flame -- stage4 --pipeline 16. Sixteen requests share one way through the kernel there, and the stage's own functions become visible beside the one write for all of them.",
  ],
  questions: [
    {
      id: 'slab',
      ask: 'After socket.write(slab) the stage writes to the slab again at once. When would that corrupt a reply?',
      options: [
        'when the kernel did not take all of it: Node then still reads from that memory later',
        'never: write copies the bytes',
        'always, without a lock',
      ],
      answer: 0,
      because:
        'libuv tries to write at once, and mostly everything goes. If a slow client leaves some behind, Node holds the memory itself, not a copy. Then socket.writableLength is not 0, and the stage takes a new slab.',
    },
    {
      id: 'shared',
      ask: 'All connections read into one receive buffer. Why is that safe?',
      options: [
        'every connection has its own part of it',
        'it is not, but it is fast',
        'between a read and the last command in it nothing else runs: JavaScript has one thread, and the parser never waits',
      ],
      answer: 2,
      because:
        'The commands of one read are executed before the next read begins. A command that is not finished by then moves to memory of its own.',
    },
    {
      id: 'ablate',
      ask: 'You have made five changes, and it is six times as fast. How do you find out which of them did it?',
      options: [
        'the last one: it was slow before',
        'leave out one at a time, and measure each against the whole',
        'ask the flame graph',
      ],
      answer: 1,
      because:
        'A flame graph shows where time is spent, not what a change has saved. Leaving out one optimization at a time does, and finds those that save nothing.',
    },
  ],
  cost: 'Everything that is reused has an owner, and a moment from which it may be reused; most comments of the stage are about that. What the garbage collector took care of is now up to the code.',
}
