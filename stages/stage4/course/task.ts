import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'a large value, copied once',
  goal: 'a value of 1 MiB is copied little more than once until it is stored',
  steps: [
    {
      id: 'copied-once',
      title: 'a large value, copied once',
      what: 'Give a command that has not arrived whole the memory that it will need, as soon as its length is known.',
      where: { file: 'reader.ts', region: 'Reader.moveToLarger' },
      counted: `The check counts how often each byte of a value of 1 MiB is copied before it is stored. The work grows with the value, so large values are where it shows.`,
      limits: [{ counter: 'largeCopies', atMost: 1.1, tolerance: 0 }],
      hints: [
        `Where to look: \`Reader.moveToLarger\`. A command that is not finished moves to memory of
twice its size, again and again: for 1 MiB that is two copies, and the third is the
store's. But the length of the payload is known as soon as \`$1048576\` was read.`,
        `What to use: \`parseBulk\` knows \`bulkLength\` while it waits. Let the parser tell the
reader how long the command is at least (in \`waitForMore\`: what was parsed, the payload,
and two bytes after it), and let the reader allocate that at once. Then the kernel writes
the rest to its final place.`,
        `Nearly the code: a field \`needed = 0\` in the reader; in \`waitForMore\`

  if (this.bulkLength !== -1) {
    this.reader.needed = this.parsed + this.bulkLength + 2
  }

and in \`moveToLarger\`

  const isFirst = this.bytes === this.home && this.needed > unfinished
  const size = isFirst ? this.needed : Math.max(this.needed, unfinished * 2)
  const larger = Buffer.allocUnsafeSlow(Math.max(SHARED, size))

with \`needed\` back to 0 in \`startAgain\`. Why only for the first move? An MSET of many
large values would be moved for each of them. Redis reserves the announced length as well.`,
      ],
      solution: { patch: 'solution.patch' },
      found: { largeCopies: [2.9, 1.1] },
    },
  ],
  after: [
    "npm run try -- 6     the same, in a reader whose memory is the kernel's",
    'npm run bench:parser',
  ],
  pipeline: 16,
}
