import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'one write, and hardly an object',
  goal:
    'the replies to 16 commands that arrive together go out with one write(2), and a SET ' +
    'makes hardly an object',
  steps: [
    {
      id: 'one-write',
      title: 'one write for a batch',
      what: 'Send the replies to all that one read brought with one write(2), not one for each.',
      where: { file: 'replies.ts', region: 'Replies.send' },
      counted: `The check counts the calls to write(2) for 16 SETs at once. A write goes through the whole
network stack of the kernel, for the five bytes of one reply as for the eighty of sixteen.`,
      limits: [{ counter: 'batchWrites', atMost: 1, tolerance: 0.1 }],
      hints: [
        `Where to look: \`Replies.send\` writes every reply alone. What calls it, and when? Once per
read, when all replies are ready.`,
        `What to use: \`finished\` holds the replies as Buffers. \`Buffer.concat\` makes one of them.`,
        `Nearly the code: in place of the loop in \`send\`

  if (this.finished.length > 0) this.output.write(Buffer.concat(this.finished))`,
      ],
      solution: { patch: 'solution-1.patch' },
      found: { batchWrites: [16, 1] },
    },
    {
      id: 'slab',
      title: 'replies in memory that is there already',
      what: 'Write the replies one after the other into a slab of memory that is allocated once.',
      where: { file: 'replies.ts', region: 'Replies' },
      counted: `The check counts the bytes that one SET copies. 18 after the first step: the 3 of the value, and
the 5 of the reply +OK three times: into a Buffer, into the whole reply, and into the batch. Once is
enough, into the slab. Each of these Buffers is also an object for the garbage collector.`,
      limits: [
        { counter: 'batchWrites', atMost: 1, tolerance: 0.1 },
        { counter: 'copied', atMost: 8, tolerance: 0.5 },
      ],
      hints: [
        `Where to look: \`text\` and \`bulk\` make Buffers, and \`finish\` makes one more of them. None
of them is needed once the bytes are on their way.`,
        `What to use: one slab, allocated once with \`Buffer.allocUnsafeSlow(64 * 1024)\`, into which
\`text\` and \`bulk\` write one after the other; \`send\` writes the used part of it. All connections
can share it, since nothing runs between the first reply of a batch and its \`send\`. Four cases to
handle: a slab that is full, a value that is larger than the slab, a command whose reply is removed
(\`rewind\`), and a client that reads slowly.`,
        `Nearly the code:

  send(): void {
    if (used === 0) return
    const batch = slab.subarray(0, used)
    used = 0
    if (!this.output.write(batch)) slab = Buffer.allocUnsafeSlow(SLAB)
  }

The last line: if the kernel did not take all of it, Node still reads from that slab, and
it must not be written to again. For \`rewind\` remember where a command's reply begins
(\`mark = used\`, before \`execute\`); once a part of it was sent, return false.`,
      ],
      solution: { nextStage: ['connection.ts', 'replies.ts'] },
      found: { copied: [18, 3], buffers: [7, 5] },
    },
    {
      id: 'offsets',
      title: 'arguments are numbers, and strings come again',
      what: 'Keep where the arguments lie in one list of numbers for each connection, and make an object only for what a command asks for.',
      where: { file: 'arguments.ts', region: 'Arguments' },
      counted: `The check counts the Buffers that are made for one SET. 5 today: a view of each of three
arguments, the value in the store, and the part of the slab that is sent. Only the last has to be. The
views, their list, the list of spans and \`Arguments\` are all new for each command, and dead when it
was executed.`,
      limits: [
        { counter: 'batchWrites', atMost: 1, tolerance: 0.1 },
        { counter: 'copied', atMost: 8, tolerance: 0.5 },
        { counter: 'buffers', atMost: 2, tolerance: 0.5 },
      ],
      hints: [
        `Where to look: \`takeViews\` in parser.ts, and the constructor of \`Arguments\`. Who uses a view
more than once?`,
        `What to use: an \`Int32Array\` with start and end of each argument, in one \`Arguments\` that is
filled again for each command. \`text\` and \`word\` make their string from the buffer when they are
called; a table of the last strings, found by their bytes, saves most of that: recent-strings.ts of
stage 4.`,
        `Nearly the code, in arguments.ts:

  text(index: number): string {
    return this.bytes.latin1Slice(this.start(index), this.end(index))
  }

  private start(index: number): number {
    return this.base + this.offsets[index * 2]!
  }

\`base\` is where the command begins: the reader may move it while it arrives. The parser calls
\`args.add(start, end)\` for each argument, and \`args.clear()\` before the next command.`,
      ],
      solution: { nextStage: 'all' },
      found: { buffers: [5, 1], copied: [3, 0], strings: [19, 3] },
    },
  ],
  after: ['npm run diff -- 3 4', 'npm run stage 4 -- --pipeline 16'],
  pipeline: 16,
}
