import type { StageTaskEntry } from '../../../src/check/tasks.ts'

export const task: StageTaskEntry = {
  title: 'a deadline without a second table',
  goal: 'a key with a deadline takes some 55 bytes of the store, and not 68: its place is in one table',
  shared: ['src/server/own-memory'],
  steps: [
    {
      id: 'one-table',
      title: 'a deadline without a second table',
      what: 'Find the keys with a deadline without a second table of places.',
      where: { file: 'own-database.ts', region: 'OwnDatabase.settle' },
      counted: `The check counts how much memory of the store a key with a deadline takes. A cache gives every key a deadline, so a second table is paid for by every key.`,
      limits: [{ counter: 'deadlineBytes', atMost: 56, tolerance: 0 }],
      hints: [
        `Where to look: the copy has the store's files beside the stage's. \`OwnDatabase\` has two tables
of places: \`table\` for all entries, and \`deadlines\` for those that have a deadline, so that the
sweep finds expired keys without looking at the others. A key with a deadline is in both.`,
        `What to use: an entry knows itself whether it has a deadline (\`entries.hasDeadline\`), and when
it expires. So the sweep in \`removeExpired\` can go through \`table\`, and pass over what does not
expire. What remains of \`deadlines\` is how many there are: \`sizeWithDeadline\`.`,
        `Nearly the code: a field \`withDeadline = 0\` in place of the table; in \`settle\`

  if (hadDeadline !== hasDeadline) this.withDeadline += hasDeadline ? 1 : -1

in \`remove\` one less, if the entry has one; 0 in \`clear\`; and in \`removeExpired\`

  const { places, next } = scanBucket(this.table, this.sweep)
  …
  if (!this.isExpired(place, now)) continue

The other lines with \`deadlines\` go.`,
      ],
      solution: { patch: 'solution.patch' },
      found: { deadlineBytes: [68, 55] },
    },
  ],
  after: [
    'npm run compare -- --servers stage4,stage5,redis --keyspace 1000000',
    'npm run try -- 6      a large value, copied less often',
  ],
  pipeline: 16,
}
