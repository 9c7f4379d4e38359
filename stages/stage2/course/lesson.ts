import {
  reads,
  timesLessCpu,
  timesLessInterval,
  widestPlace,
} from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'

const places = {
  read: 'reading: read(2) and the kernel below it',
  'entering JS': 'entering JavaScript, and going back',
  parse: 'parsing',
  execute: 'executing the command',
  reply: 'replying: write(2) and the kernel below it',
  GC: 'collecting garbage',
} as const

export const lesson: StageLesson = {
  pipeline: 1,
  about: [
    'One file changes. The reader gets a buffer of 8 KiB, as in the article, and takes lines from it; the parser stays as it was, to the letter.',
    'It is measured beside stage 1 now, in turn, round after round, so that both have the same share of whatever else this machine is doing.',
  ],
  code: { file: 'reader.ts', region: 'Reader.takeDelimiterInclusive' },
  predictions: [
    {
      id: 'reads',
      short: 'read(2) calls for a SET',
      kind: 'number',
      ask: 'Stage 1 called read(2) 46 times for a SET of 45 bytes: once for each byte, and once more to find that nothing was left. How many times does stage 2?',
      unit: 'system calls',
      because:
        'All that has arrived comes with one call. There is no second one to see whether more is there: the buffer was not filled, so libuv knows that it has everything.',
      measured: reads,
    },
    {
      id: 'cpu',
      short: 'CPU a SET: times less',
      kind: 'number',
      ask: 'How many times less CPU does a SET take than in stage 1?',
      unit: 'times less',
      because:
        '45 reads of 46 are gone, and yet it is not 46 times: what is left, one read, one write and the way through the network stack of the kernel, was there before, hidden beside the reads.',
      measured: timesLessCpu,
      interval: timesLessInterval,
    },
    {
      id: 'widest',
      short: 'the widest part',
      kind: 'choice',
      ask: 'Which part of its time is the widest now?',
      options: Object.values(places),
      because:
        'When the widest box goes, the next one takes its place. One write a reply is the cost of answering one request at a time; a benchmark without pipelining always ends here.',
      measured: (evidence) => widestPlace(places, evidence),
    },
  ],
  look: [
    'Compare the widths, not the pictures: every flame graph is as wide as the page, whether a request takes sixty microseconds or nine. What a stage saved is in the difference, npm run flame -- stage1 stage2.',
    'The parser is wider than it was, in per cent. It has not become slower: its time a request fell, and that of everything else fell more.',
  ],
  questions: [
    {
      id: 'share',
      ask: 'The share of the parser grew from stage 1 to stage 2, and the parser is the same code. How can that be?',
      options: [
        'the parser does more work than before',
        'the measurement is wrong',
        'a share is a part of a whole, and the whole shrank',
      ],
      answer: 2,
      because:
        'Shares of two profiles cannot be subtracted from each other. Microseconds a request can, and that is what npm run flame -- stage1 stage2 draws.',
    },
    {
      id: 'size',
      ask: 'Would a buffer of 64 KiB in place of 8 KiB serve these requests faster?',
      options: [
        'hardly: a request of 45 bytes comes with one read either way',
        'yes: eight times as large, so fewer reads',
        'no: larger buffers are slower',
      ],
      answer: 0,
      because:
        'There is nothing left to save: one read a request is the least that a request alone can cost. With many requests in one batch it is another matter, which stage 4 uses.',
    },
    {
      id: 'bound',
      ask: 'The load generator is now busy for most of a core. What may still be concluded from the requests a second?',
      options: [
        'exactly how much faster stage 2 is',
        'that stage 2 is at least this much faster; the CPU of a request says how much',
        'nothing at all',
      ],
      answer: 1,
      because:
        "A saturated client hides what the server could do beyond it. The server's CPU a request does not depend on who waits for whom.",
    },
  ],
  cost: 'It costs 8 KiB a connection, and a case that has become rare: in stage 1 every command was cut, after every byte, so any test met that case. Now nearly all arrive whole, and only some are cut, by the end of the buffer or of what has arrived. A test with whole commands never meets it.',
}
