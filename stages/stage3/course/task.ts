import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'one write for a batch',
  goal: 'the replies to 16 commands that arrive together go out with one write(2)',
  limits: [{ counter: 'batchWrites', atMost: 1, tolerance: 0.1 }],
  first: 'replies.ts',
  hints: [
    `Where to look: \`Replies.send\` writes every reply alone, and \`finish\` makes a Buffer for
each before that. What calls \`send\`, and when? Once per read, when all replies are ready.`,
    `What to use: one slab of memory, allocated once with \`Buffer.allocUnsafeSlow(64 * 1024)\`,
into which \`text\` and \`bulk\` write one after the other; \`send\` writes the used part of
it. All connections can share it, since nothing runs between the first reply of a batch
and its \`send\`. Four cases to handle: a slab that is full, a value that is larger than
the slab, a command whose reply is removed (\`rewind\`), and a client that reads slowly.`,
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
  after: ['npm run diff -- 3 4', 'npm run stage 4 -- --pipeline 16'],
  pipeline: 16,
  solution: { nextStage: ['connection.ts', 'replies.ts'] },
}
