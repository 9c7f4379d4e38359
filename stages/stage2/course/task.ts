import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'no copies of what arrives',
  goal:
    'a SET copies nothing of what arrived but the value that it stores, makes strings only of its ' +
    'name and key, and reads the headers in place',
  steps: [
    {
      id: 'views',
      title: 'an argument is a view',
      what: 'Stop copying every argument. A view of the receive buffer will do: the store copies what it keeps.',
      where: { file: 'parser.ts', region: 'Parser.parseBulk' },
      counted: `The check counts the bytes that one SET copies. 35 today: 22 in \`parseBulk\` (name, key and
value), 3 when the store keeps the value, and 10 for the reply +OK. The 22 can go. The other 13
stay: they are not part of this task.`,
      limits: [{ counter: 'copied', atMost: 13, tolerance: 0.5 }],
      hints: [
        `Where to look: \`parseBulk\` copies every argument with \`Buffer.from\`, the command's name
and the key too, which nothing stores. What is stored, \`Arguments.value\` copies already.`,
        `What to use: \`payload.subarray(0, length)\` is a view, and copies nothing. But a view is
valid only until its memory is written to again: by the next read, or by the next \`pending.append\`.
(If your reader still pushes every byte into \`pending\`, a view is valid until the next line only:
let it return parts of \`buffer\` first, or begin with a fresh copy, npm run try -- 2 --again.)
So a command that is not finished when a read ends must own the arguments that it has so far.`,
        `Nearly the code: where \`parseMultibulk\` gives up for now, copy what it has:

  this.args = this.args.map((arg) => Buffer.from(arg))

(better only those that were not copied before: a client may send one argument at a time). And an
argument that came in pieces lies in \`pending\`, which is used again at once: copy it as before. The
reader knows: \`pending.length > 0\`, before \`take\`.`,
      ],
      solution: { patch: 'solution-1.patch' },
      found: { copied: [35, 13] },
    },
    {
      id: 'digits',
      title: 'numbers from their digits',
      what: 'Compute the number in a header such as $16 from its bytes, without making a string of it first.',
      where: { file: 'parser.ts', region: 'Parser.parseHeader' },
      counted: `The check counts the bytes that become strings in one SET. 24 today: the 5 digits of its four
headers, the name SET (3) and the key (16). The digits can go; name and key are looked up as strings.
A string is a call into C++ and an object for the garbage collector, four times for each SET.`,
      limits: [
        { counter: 'copied', atMost: 13, tolerance: 0.5 },
        { counter: 'strings', atMost: 19, tolerance: 0.5 },
      ],
      hints: [
        `Where to look: \`parseHeader\` ends with \`line.toString(…)\`, and \`parseLength\` makes a
number of the string.`,
        `What to use: a digit is its byte minus 0x30, and each one more makes the number ten times as
large. Whatever is not one to ten plain digits is rare: leave it to \`parseLength\`, which knows
which errors Redis answers with.`,
        `Nearly the code, for a line of which the first byte and the last two are not digits:

  const end = line.length - 2
  let value = 0
  let at = 1
  while (at < end) {
    const digit = line[at]! - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    at++
  }

It is plain if \`at === end\`, there are one to ten digits, and more than one do not begin with 0.`,
      ],
      solution: { patch: 'solution-2.patch' },
      found: { strings: [24, 19] },
    },
    {
      id: 'index',
      title: 'no lines: walk the buffer by index',
      what: 'Read headers and payloads in place, by index, without an object for each line.',
      where: { file: 'reader.ts', region: 'Reader' },
      counted: `The check counts the Buffers that are made for one SET. 16 in stage 2, 13 after the first step:
\`takeDelimiterInclusive\` makes one for each of four headers, \`take\` one for each of three payloads,
and then there are the three arguments, one for the value in the store, and two for the reply. Each is
an object of about a hundred bytes, made to look at two to five of them. If the parser goes through the
receive buffer itself, only the arguments need one, which leaves 6.`,
      limits: [
        { counter: 'copied', atMost: 13, tolerance: 0.5 },
        { counter: 'strings', atMost: 19, tolerance: 0.5 },
        { counter: 'buffers', atMost: 6, tolerance: 0.5 },
      ],
      hints: [
        `Where to look: everything that calls \`reader.takeDelimiterInclusive\` or \`reader.take\`. To
walk by index, a command must lie in one piece, also if it arrives in several reads.`,
        `What to use: the easiest reader has one buffer, lets the kernel write after \`end\`, and moves
to a larger one when it is full. A socket asks for its next buffer if you give it a function:
see \`Reader.nextTarget\` in reader.ts of stage 3, and where connection.ts gives it to the socket:
\`npm run diff -- 2 3\`.`,
        `Nearly the code: the parser remembers how many bytes of the command it has parsed, and start
and end of each argument, relative to the start of the command:

  const next = this.parsed + this.bulkLength + 2
  if (this.reader.position + next > this.reader.end) return false
  this.spans.push(this.parsed, next - 2)
  this.parsed = next

When the last argument has arrived, it makes the views and advances \`reader.position\`. Search
\`reader.bytes\` for the CR that ends a line, and remember how far you searched. A NUL in
front of the CR hides it, as it does from the \`strchr\` of Redis: the line has no end then.`,
      ],
      solution: { nextStage: 'all' },
      found: { buffers: [13, 6] },
    },
  ],
  after: ['npm run diff -- 2 3', 'npm run flame -- stage2 stage3 --alloc'],
  pipeline: 16,
}
