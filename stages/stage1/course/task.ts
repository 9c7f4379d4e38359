import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'from 46 reads to 1',
  goal: 'a SET of 45 bytes takes one read(2), not one for every byte',
  limits: [{ counter: 'reads', atMost: 1, tolerance: 0.1 }],
  first: 'reader.ts',
  hints: [
    `Where to look: only reader.ts needs to change. \`buffer\` has room for one byte, so the
kernel returns one byte with each read(2). What must \`arrived\` and \`received\` become
if it returns more?`,
    `What to use: a buffer of 8 KiB, and two numbers instead of \`arrived\`: where the unread
bytes begin (\`position\`) and where they end (\`end\`). \`received(bytesRead)\` sets both;
\`peek\` looks at \`position\`. A line or a payload may end in the next read: append what
has arrived of it to \`pending\`, before the next read overwrites the buffer.`,
    `Nearly the code: let \`takeDelimiterInclusive\` loop from \`position\` to \`end\` and ask
\`lineEnd.isAt\` for each byte; if it is true, take all up to there, else append the rest.
\`take\` needs no loop: \`stop = position + count - pending.length\`, and it is there when
\`stop <= end\`. Both end the same way:

  private takeTo(stop: number): Buffer {
    const start = this.position
    this.position = stop
    if (this.pending.length === 0) return this.buffer.subarray(start, stop)
    this.pending.append(this.buffer, start, stop)
    return this.pending.take()
  }

If not all has arrived: append from \`position\` to \`end\`, set \`position\` to \`end\`, and
return undefined.`,
  ],
  after: ['npm run diff -- 1 2', 'npm run flame -- stage1 stage2'],
  pipeline: 1,
  solution: { nextStage: ['reader.ts'] },
}
