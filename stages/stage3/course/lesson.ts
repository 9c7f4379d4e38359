import { heapBytes, intervalOf, sharesOf } from '../../../src/course/evidence.ts'
import type { StageLessonEntry } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'

const ranked = ['parse', 'read', 'reply'] as const

export const lesson: StageLessonEntry = {
  pipeline: 1,
  about: [
    'The author of the article names one more step and leaves it out, to keep the code readable: parse the buffer directly, without making a line of each header.',
    'Stage 2 makes a Buffer of every line, a string of every number, and a copy of every argument. Stage 3 reads the receive buffer by index and returns views of it; it copies only the bytes that the store keeps.',
  ],
  code: { file: 'parser.ts', region: 'Parser.parseLength' },
  predictions: [
    {
      id: 'rate',
      short: 'more SETs per second',
      kind: 'percent',
      ask: 'What percentage more SETs per second does it serve than stage 2? (0: no change)',
      because:
        "The gain is small beside what the parser itself saves. Parsing was a small part of a request without pipelining, so saving much of it saves little of the whole. In batches, the next stage's load, it is more: npm run compare -- --servers stage2,stage3 --pipeline 16.",
      holds: (percent) => percent > -5 && percent < 20,
      otherwise:
        'Expected: a few percent, or a difference within the noise. If the load generator or another process was the bottleneck, the rate says more of it than of the parser: compare the CPU per request.',
      measured: ({ rate }) =>
        rate === null ? { missing: 'there is no stage before' } : { value: 100 * (rate.ratio - 1) },
      interval: ({ rate }) =>
        rate === null ? undefined : intervalOf(rate, (ratio) => 100 * (ratio - 1)),
    },
    {
      id: 'order',
      short: 'the three in order',
      kind: 'ranking',
      ask: 'Rank these three by their share of the time, the widest first.',
      items: ranked,
      because:
        'The parser has become the smallest of the three. Sending a reply has been the widest part since stage 2, and no parser can change that.',
      holds: ([parse = 0, read = 0, reply = 0]) => parse < read && read < reply,
      otherwise:
        'Expected: reply, read, parse. Reading and parsing are close to each other: on a small window, or if the kernel of this machine reads cheaply, they change places.',
      measured: (evidence) => sharesOf(ranked, evidence),
    },
    {
      id: 'heap',
      short: 'less heap per SET',
      kind: 'percent',
      ask: 'What percentage less does a SET allocate on the JavaScript heap than in stage 2?',
      because:
        'The lines, the strings and the copies are gone. Look at what is left (npm run flame -- stage3 --alloc): every view is an object too, and is larger than the few bytes that it points to.',
      holds: (percent) => percent >= 10 && percent <= 80,
      otherwise:
        'Code that V8 has not optimized yet allocates more, in either stage: a longer run with a longer warm-up settles it.',
      measured: ({ after, before }) =>
        before === null
          ? { missing: 'there is no stage before' }
          : combine(heapBytes(after), heapBytes(before), (now, then) => 100 * (1 - now / then)),
    },
  ],
  practised: {
    flame: {
      ask: 'Read the graph yourself, before the text does. A line has the [role] of its own time, and roles are summed over all lines: which role is the widest?',
      place: 0,
      among: ['read', 'entering JS', 'parse', 'execute', 'reply', 'GC'],
      because:
        'A line is as wide as all that it calls. Only the time at its tip is its own, and that is what a role sums up.',
    },
  },
  lookAt: 'parseCommand',
  look: [
    'Find the parser again. It has fewer frames, and hardly any of V8: no substring, no number from a string.',
    "CreateTypedArray, deep in the stage's own functions, is the price of a view. Buffer.subarray copies no byte, but it makes an object of some hundred bytes.",
  ],
  questions: [
    {
      id: 'view',
      ask: 'When is a view of the receive buffer not enough, so that the bytes must be copied?',
      options: [
        'when they must outlive the next read, as the value of a SET must',
        'always, before the command is executed',
        'never: JavaScript keeps the memory alive',
      ],
      answer: 0,
      because:
        'The memory stays alive, but the next read writes other bytes into it. Code that stores a view sees its bytes change: a bug that shows only under load.',
    },
    {
      id: 'inconclusive',
      ask: 'A comparison says 1.02, interval 0.97 to 1.08, noise floor 4 %. What do you write down?',
      options: [
        '2 % faster',
        '8 % faster at best',
        'inconclusive: no difference that this experiment can see',
      ],
      answer: 2,
      because:
        'The same program, started twice, differs by as much. To see a smaller difference, count something that has no noise, or choose a load for which the change matters.',
    },
    {
      id: 'worth',
      ask: 'Stage 3 allocates much less and serves only a little more. Was the change worth it?',
      options: [
        'no: only the requests per second count',
        'that depends on the load: in batches, parsing is most of what is left to the program',
        'yes: fewer allocations are always worth it',
      ],
      answer: 1,
      because:
        "Without pipelining the kernel's part of a request hides it. With sixteen requests in a batch they share the kernel's part, and the parser becomes visible.",
    },
  ],
  cost: 'The parser has nearly twice the lines, and a rule that nothing checks: an argument is valid only until the next read. A view that gets into the store would be a bug that corrupts data.',
}
