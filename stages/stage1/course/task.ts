import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'from 46 reads to 1',
  goal: 'a SET of 45 bytes takes one read(2), not one for every byte, and so do 16 SETs at once',
  steps: [
    {
      id: 'some-bytes',
      title: 'more than one byte with each read',
      what: 'Let the kernel return eight bytes with one read(2): a SET then takes six reads, not 46.',
      where: { file: 'reader.ts', region: 'Reader.received' },
      counted: `The check counts the calls to read(2) for one SET. Each goes into the
kernel and back, and into JavaScript and back, whether it brings one byte or eight.`,
      limits: [{ counter: 'reads', atMost: 12, tolerance: 0.5 }],
      hints: [
        `Where to look: only reader.ts needs to change. \`buffer\` has room for one byte, so the
kernel returns one byte with each read(2). What must \`arrived\` become if it returns more?`,
        `What to use: a buffer of eight bytes, and two numbers instead of \`arrived\`: where the unread
bytes begin (\`position\`) and where they end (\`end\`). \`received(bytesRead)\` sets both;
\`peek\` and \`readByte\` look at \`position\`.`,
        `Nearly the code: \`readByte\` takes \`this.buffer[this.position++]\`; and where one byte was
looked at, there is a loop now:

  while (this.position < this.end) {
    const isEnd = this.lineEnd.isAt(this.readByte(), delimiter, extra)
    if (isEnd) return this.pending.take()
  }
  return undefined

\`take\` calls \`readByte\` while there are unread bytes and \`pending\` has fewer than \`count\`.`,
      ],
      solution: { patch: 'solution-1.patch' },
      found: { reads: [46, 6] },
    },
    {
      id: 'all-bytes',
      title: 'one read for all that has arrived',
      what:
        'Let one read(2) return all that has arrived: one read for a SET, and one for 16 SETs at once. ' +
        'A line that lies in the buffer whole is returned as a part of it; `pending` is for what has ' +
        'begun and not ended.',
      where: { file: 'reader.ts', region: 'Reader.takeDelimiterInclusive' },
      counted: `The check counts the calls to read(2) for one SET, and for 16 SETs that arrive together. The
kernel has all of them at once; how much of that one read returns is up to you.`,
      limits: [
        { counter: 'reads', atMost: 1, tolerance: 0.1 },
        { counter: 'batchReads', atMost: 1, tolerance: 0.1 },
      ],
      hints: [
        `Where to look: the size of \`buffer\`, and what \`takeDelimiterInclusive\` and \`take\` return.
16 SETs are 720 bytes. Why not a megabyte? Each connection has a buffer of its own.`,
        `What to use: 8 KiB are enough, and stage 2 has as much. With it, nearly all lines and
payloads lie in the buffer whole, so their bytes need not go through \`pending\` any more: return
the part of the buffer that holds them. Only what has begun and not ended is appended to
\`pending\`, before the next read overwrites the buffer.`,
        `Nearly the code: \`stop = position + count - pending.length\`, and a payload is there when
\`stop <= end\`. A line and a payload end the same way:

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
      solution: { nextStage: ['reader.ts'] },
      found: { reads: [6, 1], batchReads: [90, 1] },
    },
  ],
  after: ['npm run diff -- 1 2', 'npm run flame -- stage1 stage2'],
  pipeline: 1,
}
