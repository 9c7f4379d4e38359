import { reads, widestPlace } from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const places = {
  read: 'reading: the system call read(2) and the kernel it calls',
  'entering JS': 'entering JavaScript with the bytes that were read, and returning',
  parse: 'parsing: finding the arguments of a command',
  execute: 'executing the command',
  reply: 'replying: the system call write(2) and the kernel it calls',
  GC: 'garbage collection',
} as const

export const lesson: StageLessonEntry = {
  pipeline: 1,
  about: [
    'A Redis clone in TypeScript, on node:net. The code is short, the tests pass, and its author is happy with it.',
    'A client that stores a value sends 45 bytes, "*3 $3 SET $16 key:000000000000 $3 abc" with a line end after each word, and gets +OK. Next you see how the server reads them from a connection.',
  ],
  code: {
    file: 'reader.ts',
    region: 'Reader',
    parts: ['buffer', 'takeDelimiterInclusive', 'readByte'],
    note: 'arrived: buffer holds an unread byte. pending stores the bytes of a line until its end has arrived; lineEnd.isAt says whether it has.',
  },
  predictions: [
    {
      id: 'reads',
      short: 'read(2) calls per SET',
      kind: 'number',
      ask: 'How many times does the server call read(2) for one SET of 45 bytes?',
      unit: 'system calls',
      because:
        'The buffer holds one byte, so the kernel can return one byte per call: 45 of them, and one more that finds nothing left. The kernel counted them; no clock is involved.',
      holds: (calls) => calls >= 45 && calls < 48,
      otherwise:
        'A 1-byte buffer needs at least 45 calls. Fewer means that the requests were shorter, or that the kernel of this machine counts differently; many more, that other calls were counted too.',
      measured: reads,
    },
    {
      id: 'widest',
      short: 'the widest part',
      kind: 'choice',
      ask: 'Where does the server spend most of its time?',
      options: Object.values(places),
      because:
        'The article calls all of it "parsing", because its parser calls the reader. Taken apart, the parser itself is a small share: the time goes to fetching its bytes one by one.',
      holds: (place) => place === places.read || place === places['entering JS'],
      otherwise:
        'Expected: read(2), or the way from it into JavaScript, since both happen for every byte. Look at the number of samples, and at what the profiler could not see.',
      measured: (evidence) => widestPlace(places, evidence),
    },
    {
      id: 'kernel',
      short: 'CPU in the kernel',
      kind: 'percent',
      ask: 'What percentage of the CPU time per SET is spent in the kernel?',
      because:
        'A read of one byte costs the kernel nearly as much as a read of eight thousand. In the article the kernel took four fifths; here the way from each read into JavaScript and back takes a part too.',
      holds: (percent) => percent >= 40 && percent <= 85,
      otherwise:
        'How much a system call costs depends on the kernel and on the processor; a short run counts the split in steps of 10 ms, which may be too coarse.',
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'kernel'),
          reading(after.counters, 'cpu'),
          (kernel, cpu) => (100 * kernel) / cpu,
        ),
    },
  ],
  lookAt: 'read libc',
  look: [
    'Start with the event loop and follow the widest frames: libuv reads a stream, and then the graph splits in two. One part is read(2) with the kernel; the other is the way into JavaScript.',
    "Find the parser, the frames in the parser's colour. The author would have started to optimize that. Compare its width with the rest.",
    'Find read(2) in the graph, and compare it with the count of read(2) in the table of your guesses.',
  ],
  questions: [
    {
      id: 'slow',
      ask: 'You see the flame graph of an unknown server, and no counters. Its widest frame is read(2). What does that tell you?',
      options: [
        'that one read is slow',
        'that much time is spent in reads: a few slow ones or many fast ones',
        'that the network is slow',
      ],
      answer: 1,
      because:
        'Width is total time, over all calls. How often it was called has to be counted by other means: /proc/PID/io, strace -c, or the table that npm run stage prints.',
    },
    {
      id: 'faster-parser',
      ask: 'You make the parser itself twice as fast and leave the reader as it is. What happens to stage 1?',
      options: ['it is about twice as fast', 'it becomes slower', 'nothing that you could measure'],
      answer: 2,
      because:
        'Halving a frame of a few percent saves half of a few percent, which is less than two runs differ by. This is what a profile is for: it shows where an effort would be wasted.',
    },
    {
      id: 'client',
      ask: 'The table says that the load generator used a fifth of a core. Why does that matter?',
      options: [
        "if it had used a whole core, the requests per second would be its limit, not the server's",
        'it does not: only the server matters',
        'the load generator should use as much CPU as the server',
      ],
      answer: 0,
      because:
        'The saturated side sets the pace. From stage 2 on it is often the client, and then the CPU per request of the server is the figure to read.',
    },
  ],
  cost: 'Nothing was added to make it slow. In a language whose readers are buffered this code would be fine; here they are not.',
}
