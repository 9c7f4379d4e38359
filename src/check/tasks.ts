/** The tasks of `npm run try`: one for each stage, with a goal that is counted and never timed. */
import type { CounterName } from './counters.ts'

export interface Limit {
  counter: CounterName
  /** What the counter may be at most. */
  atMost: number
  /** What is taken for noise above that: V8's helper threads make a system call now and then. */
  tolerance: number
}

export interface Task {
  /** The stage that is copied, e.g. `stage1`. */
  stage: string
  title: string
  /** What is to be reached, in one sentence. */
  goal: string
  limits: readonly Limit[]
  /** The file to open first. */
  first: string
  /** Where to look; what to use; nearly the code. */
  hints: readonly [string, string, string]
  /** What to read and try when the goal is reached, a line each. */
  after: readonly string[]
  /** Requests in a batch, in the race. */
  pipeline: 1 | 16
  /** Whether the diff to the next stage is a solution; else there is one of the lab's own. */
  solvedByNext: boolean
}

export const tasks: readonly Task[] = [
  {
    stage: 'stage1',
    title: 'from 46 reads to 1',
    goal: 'a SET of 45 bytes costs one read(2), not one for every byte',
    limits: [{ counter: 'reads', atMost: 1, tolerance: 0.1 }],
    first: 'reader.ts',
    hints: [
      `Where to look: only reader.ts needs to change. \`buffer\` has room for one byte, so that is
what the kernel hands over with each read(2). What are \`arrived\` and \`received\` to be
when it hands over more?`,
      `What to use: a buffer of 8 KiB, and two numbers in place of \`arrived\`: where the unread
bytes begin (\`position\`) and where they end (\`end\`). \`received(bytesRead)\` sets both;
\`peek\` looks at \`position\`. A line or a payload may end in the next read: what is there
of it goes into \`held\` (it has \`append\`), before the next read overwrites the buffer.`,
      `Nearly the code: let \`takeDelimiterInclusive\` loop from \`position\` to \`end\` and ask
\`lineEnd.isAt\` of each byte; where it says yes, take all up to there, else hold the rest.
\`take\` needs no loop: \`stop = position + count - held.length\`, and it is there when
\`stop <= end\`. Both end the same way:

  private takeTo(stop: number): Buffer {
    const start = this.position
    this.position = stop
    if (this.held.length === 0) return this.buffer.subarray(start, stop)
    this.held.append(this.buffer, start, stop)
    return this.held.take()
  }

and where not all is there: append from \`position\` to \`end\`, set \`position\` to \`end\`,
give undefined.`,
    ],
    after: ['npm run diff -- 1 2', 'npm run flame -- stage1 stage2'],
    pipeline: 1,
    solvedByNext: true,
  },
  {
    stage: 'stage2',
    title: 'no copies on the way in',
    goal:
      'what a SET brings is copied for the store alone, and no header is made into a string. So 13 ' +
      'bytes are copied: the 3 of the value once, and the 5 of the reply +OK twice, which is not ' +
      'your matter here; and 19 are made into strings: the name SET and the key',
    limits: [
      { counter: 'copied', atMost: 13, tolerance: 0.5 },
      { counter: 'strings', atMost: 19, tolerance: 0.5 },
    ],
    first: 'parser.ts',
    hints: [
      `Where to look: \`parseBulk\` copies every argument with \`Buffer.from\`, the command's name
and the key too, which nobody keeps. \`parseHeader\` makes a string of every number to
read it. Only \`Arguments.value\` knows what the store will keep.`,
      `What to use: let an argument be a view, \`bytes.subarray(start, end)\`, and copy in
\`Arguments.value\`. But a view is only good while the buffer is not overwritten: a command
that has not arrived whole must stay in one piece. The easiest reader for that keeps one
buffer, lets the kernel write behind \`end\`, and moves on to a larger one when it is full.
A socket asks for its next buffer when it is given a function: \`nextTarget\` in
connection.ts of stage 3.`,
      `Nearly the code: the parser remembers how many bytes of the command it has parsed, and
start and end of each argument, relative to where the command begins; when the last is
there it makes the views and moves \`reader.position\` on. A number is read by its digits:

  let value = 0
  while (at < end) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) break
    value = value * 10 + digit
    at++
  }

What is no plain number, or not finished, still goes the old way: \`parseInt64\` of a
string. And in arguments.ts: \`value(index) { return Buffer.from(this.args[index]!) }\`.`,
    ],
    after: ['npm run diff -- 2 3', 'npm run flame -- stage2 stage3 --alloc'],
    pipeline: 16,
    solvedByNext: true,
  },
  {
    stage: 'stage3',
    title: 'one write for a batch',
    goal: 'the replies to 16 commands that arrive together go out with one write(2)',
    limits: [{ counter: 'batchWrites', atMost: 1, tolerance: 0.1 }],
    first: 'replies.ts',
    hints: [
      `Where to look: \`Replies.send\` writes every reply on its own, and \`finish\` makes a Buffer
for each before that. Who calls \`send\`, and when? Once a read, with all replies there.`,
      `What to use: one slab of memory, allocated once with \`Buffer.allocUnsafeSlow(64 * 1024)\`,
to which \`text\` and \`bulk\` write behind one another; \`send\` writes what is in use of
it. All connections can share it, since nothing runs between the first reply of a batch
and its \`send\`. Four things to see to: a slab that is full, a value that is larger than
the slab, a command that is taken back (\`rewind\`), and a client that reads slowly.`,
      `Nearly the code:

  send(): void {
    if (used === 0) return
    const batch = slab.subarray(0, used)
    used = 0
    if (this.socket.writableLength > 0) {
      this.socket.write(Buffer.from(batch))
      return
    }
    this.socket.write(batch)
    if (this.socket.writableLength > 0) slab = Buffer.allocUnsafeSlow(SLAB)
  }

The last line: where the kernel did not take all of it, it still reads from that slab, and
it must not be written to again. For \`rewind\` remember where a command's reply begins
(\`mark = used\`, before \`execute\`); once a part of it was sent, say false.`,
    ],
    after: ['npm run diff -- 3 4', 'npm run stage 4 -- --pipeline 16'],
    pipeline: 16,
    solvedByNext: true,
  },
  {
    stage: 'stage4',
    title: 'a large value, copied once',
    goal: 'a value of 1 MiB is copied little more than once until the store has it',
    limits: [{ counter: 'largeCopies', atMost: 1.1, tolerance: 0 }],
    first: 'reader.ts',
    hints: [
      `Where to look: \`Reader.moveToLarger\`. A command that is not finished moves to memory of
twice its size, again and again: for 1 MiB that is two copies, and the third is the
store's. Yet how long the payload will be is known as soon as \`$1048576\` was read.`,
      `What to use: \`parseBulk\` knows \`bulkLength\` while it waits. Let the parser tell the
reader how long the command is at least (in \`waitForMore\`: what was parsed, the payload,
and two bytes behind it), and let the reader allocate that at once. Then the kernel writes
the rest where it belongs.`,
      `Nearly the code: a field \`needed = 0\` in the reader; in \`waitForMore\`

  if (this.bulkLength !== -1) {
    this.reader.needed = this.parsed + this.bulkLength + 2
  }

and in \`moveToLarger\`

  const isFirst = this.bytes === this.home && this.needed > unfinished
  const size = isFirst ? this.needed : Math.max(this.needed, unfinished * 2)
  const larger = Buffer.allocUnsafeSlow(Math.max(SHARED, size))

with \`needed\` back to 0 in \`startAgain\`. Why only for the first move? An MSET of many
large values would be moved for each of them. Redis reserves what is announced as well.`,
    ],
    after: [
      'npm run try -- 5     the same, and the store keeps the memory as it is',
      'npm run bench:parser',
    ],
    pipeline: 16,
    solvedByNext: false,
  },
  {
    stage: 'stage5',
    title: 'keep it where it lies',
    goal: 'a value of 1 MiB is copied once, out of the receive buffers, and then kept as it is',
    limits: [{ counter: 'largeCopies', atMost: 1.1, tolerance: 0 }],
    first: 'reader.ts',
    hints: [
      `Where to look: three places copy a large value. \`Reader.append\` takes it out of the
kernel's receive buffers, which must be; \`moveToLarger\` moves it when there is no room;
\`Arguments.value\` copies it once more for the store.`,
      `What to use: the first step is stage 4's task: memory of the size that the header
announces, and some more, since the next command may arrive together with the end of this
one. The second: a value that is nearly all of its memory need not be copied to be kept,
where that memory is this command's own and nobody writes to it again.`,
      `Nearly the code: in \`waitForMore\` of the parser

  if (this.bulkLength !== -1) {
    this.reader.needed = this.parsed + this.bulkLength + 2
  }

in \`release\` of the reader, for the first move,

  const isKnown = this.needed > unfinished
  this.moveToLarger(isKnown ? this.needed + 64 * 1024 : unfinished * 2)

with \`needed\` back to 0 in \`startAgain\`; and in \`value\` of the arguments

  if (end - start > 64 * 1024 && end - start > bytes.length / 2) {
    return bytes.subarray(start, end)
  }

A receive buffer has 16 KiB, so what is longer than 64 KiB cannot lie in one.`,
    ],
    after: ['npm run stage 5 -- --pipeline 16', 'npm run compare'],
    pipeline: 16,
    solvedByNext: false,
  },
]

/**
 * The task of a stage.
 * @param stage its id
 * @throws Error where it has none
 */
export function taskOf(stage: string): Task {
  const task = tasks.find((one) => one.stage === stage)
  if (task === undefined) throw new Error(`no task for ${stage}`)
  return task
}
