import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'store it without a copy',
  goal: 'a value of 1 MiB is copied once, out of the receive buffers, and then stored without another copy',
  limits: [{ counter: 'largeCopies', atMost: 1.1, tolerance: 0 }],
  first: 'reader.ts',
  hints: [
    `Where to look: three places copy a large value. \`Reader.append\` takes it out of the
kernel's receive buffers, which is necessary; \`moveToLarger\` moves it when there is no room;
\`Arguments.value\` copies it once more for the store.`,
    `What to use: the first step is stage 4's task: memory of the size that the header
announces, and some more, since the next command may arrive together with the end of this
one. The second: a value that fills nearly all of its memory can be stored without a copy,
if that memory belongs to this command alone and nothing writes to it again.`,
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

A receive buffer has 16 KiB, so a value longer than 64 KiB is never in one.`,
  ],
  after: ['npm run stage 6 -- --pipeline 16', 'npm run compare'],
  pipeline: 16,
  solution: { patch: 'solution.patch' },
}
