import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'no copies of what arrives',
  goal:
    'the bytes of a SET are copied for the store alone, and no header becomes a string. So 13 ' +
    'bytes are copied: the 3 of the value once, and the 5 of the reply +OK twice, which is not ' +
    'part of this task; and 19 become strings: the name SET and the key',
  limits: [
    { counter: 'copied', atMost: 13, tolerance: 0.5 },
    { counter: 'strings', atMost: 19, tolerance: 0.5 },
  ],
  first: 'parser.ts',
  hints: [
    `Where to look: \`parseBulk\` copies every argument with \`Buffer.from\`, the command's name
and the key too, which nothing stores. \`parseHeader\` makes a string of every number to
read it. Only \`Arguments.value\` knows what will be stored.`,
    `What to use: let an argument be a view, \`bytes.subarray(start, end)\`; what is stored,
\`Arguments.value\` copies already. But a view is valid only until the buffer is overwritten: a command
that has not arrived whole must stay in one piece. The easiest reader for that has one
buffer, lets the kernel write after \`end\`, and moves to a larger one when it is full.
A socket asks for its next buffer if you give it a function: \`nextTarget\` in
connection.ts of stage 3.`,
    `Nearly the code: the parser remembers how many bytes of the command it has parsed, and
start and end of each argument, relative to the start of the command; when the last has
arrived it makes the views and advances \`reader.position\`. A number is read by its digits:

  let value = 0
  while (at < end) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    at++
  }

If it is no plain number, or not finished, use the old way: \`parseInt64\` of a string.`,
  ],
  after: ['npm run diff -- 2 3', 'npm run flame -- stage2 stage3 --alloc'],
  pipeline: 16,
  solution: { nextStage: 'all' },
}
