import { heapBytes, timesLessCpu, timesLessInterval } from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const BATCH = 16

export const lesson: StageLesson = {
  pipeline: BATCH,
  about: [
    'Know your API: in the article it was the allocator, which checked and locked at every call, and was exchanged for another one. In Node nobody exchanges the allocator, but one may stop asking it.',
    'Stage 4 keeps what the earlier stages make anew for every command: one receive buffer for all connections, the offsets of arguments in a reused typed array, the strings of names that come again and again. Replies are written into one slab of memory.',
    'Its load is batches of 16 requests, as from a client that pipelines. That is where it shows.',
  ],
  code: { file: 'replies.ts', region: 'Replies.send' },
  predictions: [
    {
      id: 'writes',
      short: 'write(2) calls, 16 SETs',
      kind: 'number',
      ask: 'A client sends 16 SETs in one go. How many times does the server call write(2) to answer them?',
      unit: 'system calls for the 16',
      because:
        'All replies to what one read brought leave together. Stage 3 made a write of each, sixteen ways through the network stack of the kernel for five bytes each.',
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'writes'),
          reading(after.counters, 'writes'),
          (writes) => writes * BATCH,
        ),
    },
    {
      id: 'cpu',
      short: 'CPU a SET: times less',
      kind: 'number',
      ask: 'How many times less CPU does a SET take than in stage 3, in such batches?',
      unit: 'times less',
      because:
        'Most of it is the write, and it is a change of a few lines. The rest is memory that is not asked for. npm run compare -- --ablate stage4 leaves out one optimization at a time, and tells what each one buys.',
      measured: timesLessCpu,
      interval: timesLessInterval,
    },
    {
      id: 'heap',
      short: 'heap bytes a SET',
      kind: 'number',
      ask: 'Stage 3 allocates more than a thousand bytes on the JavaScript heap for a SET. How many does stage 4?',
      unit: 'bytes',
      because:
        'The value of three bytes is stored as a string, for which V8 moves a pointer. Everything else was there before the request came.',
      measured: ({ after }) => heapBytes(after),
    },
  ],
  look: [
    "This graph is of the article's load again, one request at a time, so that all stages can be compared. Nearly all of it is the kernel sending replies: the stage's own functions are a thin layer, and the collector is hardly to be found.",
    "To see batches, npm run flame -- stage4 --pipeline 16. Sixteen requests share one way through the kernel there, and the stage's own functions come into view; the one write for all of them is still the widest.",
  ],
  questions: [
    {
      id: 'slab',
      ask: 'After socket.write(slab) the slab is written to again at once. When would that corrupt a reply?',
      options: [
        'when the kernel did not take all of it: Node then still reads from that memory later',
        'never: write copies the bytes',
        'always, without a lock',
      ],
      answer: 0,
      because:
        'libuv tries to write at once, and mostly everything goes. Where a slow client leaves some behind, Node keeps the memory itself, not a copy. Then socket.writableLength is not 0, and the stage takes a new slab.',
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
        'The commands of one read are executed before the next read begins. What is not finished by then moves to memory of its own.',
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
        'A flame graph shows where time is spent, not what a change has saved. Leaving out one optimization at a time does, and finds those that buy nothing.',
    },
  ],
  cost: 'Everything that is reused has an owner, and a moment when it may be reused; the comments of the stage are about little else. What was a matter of the collector is now a matter of care.',
}
