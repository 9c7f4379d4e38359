import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'a large value, copied twice',
  goal: 'a value of 1 MiB is copied once out of the receive buffers, and once into the store',
  steps: [
    {
      id: 'copied-twice',
      title: 'a large value, copied twice',
      what: 'Move a large value out of the receive buffers into memory that is large enough for all of it.',
      where: { file: 'reader.ts', region: 'Reader.append' },
      counted: `The check counts how often each byte of a value of 1 MiB is copied before it is stored. The kernel chooses where it arrives, so one copy is necessary and another is the store’s; the third is not.`,
      limits: [{ counter: 'largeCopies', atMost: 2.1, tolerance: 0 }],
      hints: [
        `Where to look: three places copy a large value. \`Reader.append\` takes it out of the
kernel's receive buffers, which is necessary; the store copies it, since memory that it shares
with a reader it could not move; \`moveToLarger\` moves it when there is no room, which is not.`,
        `What to use: it is stage 4's task, in another reader: \`parseBulk\` knows \`bulkLength\` while it
waits. Let the parser tell the reader how long the command is at least, and let the reader
allocate that at once, and some more, since the next command may arrive together with the end
of this one.`,
        `Nearly the code: a field \`needed = 0\` in the reader; in \`waitForMore\` of the parser

  if (this.bulkLength !== -1) {
    this.reader.needed = this.parsed + this.bulkLength + 2
  }

and in \`release\` of the reader, for the first move,

  const isKnown = this.needed > unfinished
  this.moveToLarger(isKnown ? this.needed + LARGE : unfinished * 2)

with \`needed\` back to 0 in \`startAgain\`.`,
      ],
      solution: { patch: 'solution.patch' },
      found: { largeCopies: [3.3, 2.0] },
    },
  ],
  after: ['npm run stage 6 -- --pipeline 16', 'npm run compare'],
  pipeline: 16,
}
