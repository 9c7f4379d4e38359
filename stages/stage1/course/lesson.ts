import { reads, widestPlace } from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'
import { reading } from '../../../src/measure/counters.ts'

const places = {
  read: 'reading: the system call read(2) and the kernel below it',
  'entering JS': 'entering JavaScript with what was read, and going back',
  parse: 'parsing: finding the words of a command',
  execute: 'executing the command',
  reply: 'replying: the system call write(2) and the kernel below it',
  GC: 'collecting garbage',
} as const

export const lesson: StageLesson = {
  pipeline: 1,
  about: [
    'A Redis clone in TypeScript, on node:net. The code is short, the tests pass, and its author is content with it.',
    'A client that stores a value sends 45 bytes, "*3 $3 SET $16 key:000000000000 $3 abc" with a line end after each word, and gets +OK. Next is how the server takes them from a connection.',
  ],
  code: {
    file: 'reader.ts',
    region: 'Reader',
    parts: ['buffer', 'takeDelimiterInclusive', 'readByte'],
    note: 'arrived: there is something unread in buffer. pending keeps the bytes of a line until its end is there; lineEnd.isAt says whether that is now.',
  },
  predictions: [
    {
      id: 'reads',
      short: 'read(2) calls for a SET',
      kind: 'number',
      ask: 'How many times does the server call read(2) to get one SET of 45 bytes?',
      unit: 'system calls',
      because:
        'The buffer holds one byte, so the kernel can hand over one byte a call: 45 of them, and one more that finds nothing left. The kernel counted them; no clock is involved.',
      measured: reads,
    },
    {
      id: 'widest',
      short: 'the widest part',
      kind: 'choice',
      ask: 'Where does the server spend most of its time?',
      options: Object.values(places),
      because:
        'The article calls all of it "parsing", because its parser calls the reader. Taken apart, the parser itself is a thin line: the time goes to fetching its bytes one by one.',
      measured: (evidence) => widestPlace(places, evidence),
    },
    {
      id: 'kernel',
      short: 'CPU in the kernel',
      kind: 'percent',
      ask: 'Of the CPU time of a SET, how many per cent are spent in the kernel?',
      because:
        'A read that moves one byte costs the kernel nearly as much as one that moves eight thousand. In the article the kernel took four fifths; here the way from each read into JavaScript and back takes its part too.',
      measured: ({ after }) =>
        combine(
          reading(after.counters, 'kernel'),
          reading(after.counters, 'cpu'),
          (kernel, cpu) => (100 * kernel) / cpu,
        ),
    },
  ],
  look: [
    'Begin with the event loop, the first lines of the text and the bottom of the picture, and follow the widest: libuv reading a stream, and then it parts in two. One is read(2) with the kernel; the other is the way into JavaScript.',
    "Look for the parser, the boxes in the parser's colour. The author would have begun to make that faster. It is there, and it is narrow.",
    'Find read(2) in the graph, and hold it beside the count of read(2) in the table of your guesses.',
  ],
  questions: [
    {
      id: 'slow',
      ask: 'You are shown the flame graph of a server that you do not know, without any count. Its widest box is read(2). What does that tell you?',
      options: [
        'that one read is slow',
        'that much time is spent in reads, be they few and slow or many and quick',
        'that the network is slow',
      ],
      answer: 1,
      because:
        'Width is time in all, over all calls. How often it was called has to be counted by other means: /proc/PID/io, strace -c, or the table that npm run stage prints.',
    },
    {
      id: 'faster-parser',
      ask: 'You make the parser itself twice as fast and leave the reader as it is. What happens to stage 1?',
      options: ['it is about twice as fast', 'it becomes slower', 'nothing that you could measure'],
      answer: 2,
      because:
        'Halving a box of a few per cent saves half of a few per cent, which is less than one run differs from the next. This is what a profile is for: it tells where an effort would be lost.',
    },
    {
      id: 'client',
      ask: 'The table says that the load generator was busy for a fifth of a core. Why does that matter?',
      options: [
        "had it been busy for a whole core, the requests a second would be its limit, not the server's",
        'it does not: only the server is of interest',
        'the load generator ought to use as much CPU as the server',
      ],
      answer: 0,
      because:
        'Whoever is saturated sets the pace. From stage 2 on it is often the client, and then the CPU that the server takes for a request is the figure to read.',
    },
  ],
  cost: 'Nothing was planted to make it slow. It reads as one may in a language whose readers are buffered anyway; here they are not.',
}
