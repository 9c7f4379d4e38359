import { heapBytes, intervalOf, sharesOf } from '../../../src/course/evidence.ts'
import type { StageLesson } from '../../../src/course/lessons.ts'
import { combine } from '../../../src/measure/counted.ts'

const ranked = ['parse', 'read', 'reply'] as const

export const lesson: StageLesson = {
  pipeline: 1,
  about: [
    'The author of the article names one more step and leaves it undone, to keep the code readable: to walk the buffer directly, without making a line of each header.',
    'Stage 2 makes a Buffer of every line, a string of every number, and a copy of every argument. Stage 3 walks the receive buffer by index and hands out views of it; the only bytes that it copies are those that the store keeps.',
  ],
  code: { file: 'parser.ts', region: 'Parser.parseLength' },
  predictions: [
    {
      id: 'rate',
      short: 'more SETs a second',
      kind: 'percent',
      ask: 'By how many per cent does it serve more SETs a second than stage 2? (0: no change)',
      because:
        "It is a better parser, and it hardly shows. Parsing was a small part of a request without pipelining, so saving much of it saves little. Where it does show, in batches, is the next stage's load: npm run compare -- --servers stage2,stage3 --pipeline 16.",
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
        'The parser has become the smallest of the three. Sending a reply has been the widest since stage 2, and no parser can change that.',
      measured: (evidence) => sharesOf(ranked, evidence),
    },
    {
      id: 'heap',
      short: 'less heap a SET',
      kind: 'percent',
      ask: 'By how many per cent does a SET allocate less on the JavaScript heap than in stage 2?',
      because:
        'The lines, the strings and the copies are gone. What is left is worth a look (npm run flame -- stage3 --alloc): every view is an object too, and costs more than the few bytes that it points to.',
      measured: ({ after, before }) =>
        before === null
          ? { missing: 'there is no stage before' }
          : combine(heapBytes(after), heapBytes(before), (now, then) => 100 * (1 - now / then)),
    },
  ],
  look: [
    'Find the parser again. It has fewer boxes, and hardly any that belong to V8: no substring, no number from a string.',
    "CreateTypedArray, deep inside the stage's own functions, is the price of a view. Buffer.subarray copies no byte, and yet it makes an object of some hundred bytes.",
  ],
  questions: [
    {
      id: 'view',
      ask: 'When is a view of the receive buffer not enough, so that the bytes must be copied?',
      options: [
        'when they are to outlive the next read, as the value of a SET',
        'always, before the command is executed',
        'never: JavaScript keeps the memory alive',
      ],
      answer: 0,
      because:
        'The memory stays alive, but the next read writes other bytes into it. Whoever keeps a view keeps a window on bytes that change: a fault that shows only under load.',
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
        'The same program, started twice, differs by as much. To see a smaller difference, count something that has no noise, or put the load where the change matters.',
    },
    {
      id: 'worth',
      ask: 'Stage 3 allocates less and hardly serves more. Was the change worth it?',
      options: [
        'no: only the requests a second count',
        'that depends on the load: in batches, parsing is most of what is left to the program',
        'yes: fewer allocations are always worth it',
      ],
      answer: 1,
      because:
        "Without pipelining the kernel's part of a request hides it. With sixteen requests in a batch the kernel's part is shared by all of them, and the parser is in full view.",
    },
  ],
  cost: 'The parser has nearly twice the lines, and a rule that nobody checks: an argument is valid only until the next read. A view that escapes into the store would be a fault that corrupts data.',
}
