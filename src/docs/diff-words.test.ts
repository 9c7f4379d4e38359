/** `npm run diff` with the words of the real chapters. */
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { stageDiff } from '../report/stage-diff.ts'
import { stages } from '../stages.ts'
import { diffWords } from './diff-words.ts'

async function printed(from: number, to: number): Promise<string[]> {
  const [one, other] = [stages[from - 1]!, stages[to - 1]!]
  const text = await stageDiff(one, other, await diffWords(one, other))
  return stripVTControlCharacters(text).split('\n')
}

it.each(stages.slice(1))(
  'every hunk on the way to $id is followed by words',
  async ({ number }) => {
    const lines = await printed(number - 1, number)
    // A hunk of a file that is new has its words behind the file, of which there is one hunk.
    const hunks = lines.flatMap((line, at) => (line.startsWith('@@ hunk ') ? [at] : []))
    expect(hunks.length).toBeGreaterThan(0)
    for (const [index, at] of hunks.entries()) {
      const piece = lines.slice(at, hunks[index + 1])
      expect(
        piece.filter((line) => line.startsWith('  | ')),
        lines[at],
      ).not.toEqual([])
    }
    const words = lines.filter((line) => line.startsWith('  | ') && !line.startsWith('  |   '))
    expect(words.filter((line) => line.length > 80)).toEqual([])
    expect(lines.at(-1)).toBe(`Chapter: docs/stage${number}.md`)
  },
)

it('only one step at a time has a chapter', async () => {
  for (const [from, to] of [
    [1, 3],
    [2, 1],
  ] as const) {
    const lines = await printed(from, to)
    expect(lines.filter((line) => /^ {2}\||^Chapter/.test(line))).toEqual([])
    expect(lines.filter((line) => line.startsWith('@@ hunk 1 of '))).not.toEqual([])
  }
})
