import { cpuFactor, cpuFactorInterval, reads, widestPlace } from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { asFactor } from '../../../src/course/prediction.ts'

const places = {
  read: 'reading: read(2) and the kernel it calls',
  'entering JS': 'entering JavaScript, and returning',
  parse: 'parsing',
  execute: 'executing the command',
  reply: 'replying: write(2) and the kernel it calls',
  GC: 'garbage collection',
} as const

export const lesson: StageLessonEntry = {
  pipeline: 1,
  about: [
    'One file changes. The reader gets a buffer of 8 KiB, as in the article, and takes lines from it; the parser is identical.',
    'It is measured beside stage 1, in interleaved rounds, so that whatever else this machine does disturbs both alike.',
  ],
  code: { file: 'reader.ts', region: 'Reader.takeDelimiterInclusive' },
  predictions: [
    {
      id: 'reads',
      short: 'read(2) calls per SET',
      kind: 'number',
      ask: 'Stage 1 called read(2) 46 times for a SET of 45 bytes: once for each byte, and once more to find that nothing was left. How many times does stage 2?',
      unit: 'system calls',
      because:
        'One call returns everything that has arrived. There is no second call to see whether more is there: the buffer was not full, so libuv knows that it has everything.',
      holds: (calls) => calls >= 0.9 && calls < 1.5,
      otherwise:
        'Well above one: the requests arrived in pieces. Below one: several requests of a connection arrived together.',
      measured: reads,
    },
    {
      id: 'cpu',
      short: 'CPU per SET: factor less',
      kind: 'number',
      ask: 'By what factor does a SET take less CPU than in stage 1?',
      unit: asFactor,
      because:
        'The factor is far below 46, although 45 of 46 reads are gone. What is left, one read, one write and the way through the network stack of the kernel, was there before, hidden behind the reads.',
      holds: (factor) => factor >= 3 && factor < 30,
      otherwise:
        'Expected: a factor between the two: clearly above 1, far below 46. Another process may have disturbed one of the stages; the interval says how far the rounds differ.',
      measured: cpuFactor,
      interval: cpuFactorInterval,
    },
    {
      id: 'widest',
      short: 'the widest part',
      kind: 'choice',
      ask: 'Which part of its time is the widest now?',
      options: Object.values(places),
      because:
        'When the widest frame goes, the next one takes its place. One write per reply is the cost of answering one request at a time; a benchmark without pipelining always ends here.',
      holds: (place) => place === places.reply,
      otherwise:
        'Expected: the reply, one write(2) per request. In a short profile two parts of similar size may change places: see the number of samples.',
      measured: (evidence) => widestPlace(places, evidence),
    },
  ],
  lookAt: 'write libc',
  look: [
    'Compare the widths, not the pictures: every flame graph is as wide as the page, whether a request takes sixty microseconds or nine. The difference shows what a stage saved: npm run flame -- stage1 stage2.',
    'Compare the share of the parser with stage 1. Its code is the same: if its share grew, it did not become slower. Its time per request fell less than that of everything else.',
  ],
  questions: [
    {
      id: 'share',
      ask: 'The share of the parser grew from stage 1 to stage 2, and the parser is the same code. How is that possible?',
      options: [
        'the parser does more work than before',
        'the measurement is wrong',
        'a share is a part of a whole, and the whole shrank',
      ],
      answer: 2,
      because:
        'Shares of two profiles cannot be subtracted from each other. Microseconds per request can: npm run flame -- stage1 stage2 draws them.',
    },
    {
      id: 'size',
      ask: 'Would a buffer of 64 KiB instead of 8 KiB serve these requests faster?',
      options: [
        'hardly: a request of 45 bytes takes one read either way',
        'yes: it is eight times as large, so there are fewer reads',
        'no: larger buffers are slower',
      ],
      answer: 0,
      because:
        'There is nothing left to save: a request that arrives alone takes at least one read. With many requests in one batch it is different, and stage 4 uses that.',
    },
    {
      id: 'bound',
      ask: 'The load generator now uses most of a core. What do the requests per second still tell you?',
      options: [
        'exactly how much faster stage 2 is',
        'that stage 2 is at least this much faster; the CPU per request says how much',
        'nothing at all',
      ],
      answer: 1,
      because:
        "A saturated client hides what the server could do beyond it. The server's CPU per request does not depend on which side waits.",
    },
  ],
  cost: 'It costs 8 KiB per connection, and a case that is now rare: stage 1 cut every command after every byte, so any test covered that. Now nearly all commands arrive whole, and only the end of the buffer, or of what has arrived, cuts one. A test with whole commands never covers it.',
}
