/** Chapters in pieces, and what `npm run diff` takes from them. */
import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { stageDiff } from '../report/stage-diff.ts'
import { stages } from '../stages.ts'
import { chapterPieces, diffWords, readChapters, shownBy, wordsIn } from './chapters.ts'

const chapter = `# Stage 2

Before all.

## Read the diff

<!-- diff: stage1 stage2 reader.ts 1 -->
\`\`\`diff
+## no heading
\`\`\`
<!-- end -->

One **two** three
four.

- a [link](x.md) and \`a_b *c*\`
- b

\`\`\`sh
# no heading
npm run stage 2
\`\`\`

| a | table |

### More

Not of the hunk.

<!-- diff: stage1 stage2 reader.ts all -->
<!-- end -->
All of it.
<!-- code: stages/stage2/new.ts start -->
<!-- end -->
What starts it.

## Next
`

it('cuts at headings and blocks, and adds to each block the words that follow it', () => {
  const pieces = chapterPieces(chapter, 'docs/stage2.md')
  expect(pieces.filter(({ words }) => words.trim() !== '')).toMatchObject([
    { section: '', line: 1, heading: { text: 'Stage 2' }, wordsLine: 2 },
    {
      section: 'Read the diff',
      line: 7,
      wordsLine: 12,
      filled: '```diff\n+## no heading\n```',
      block: { kind: 'diff', words: ['stage1', 'stage2', 'reader.ts', '1'] },
    },
    { section: 'Read the diff', line: 26, heading: { level: 3, text: 'More', id: 'more' } },
    { section: 'Read the diff', line: 30, words: 'All of it.' },
    { section: 'Read the diff', line: 33, words: 'What starts it.\n' },
  ])
  expect(pieces.map(({ id }) => id)).toEqual(pieces.map((_, at) => `p${at + 1}`))
  expect(shownBy(pieces[2]!).hunks).toEqual([
    { from: 'stage1', to: 'stage2', file: 'reader.ts', number: 1 },
  ])
})

it('returns the words on a hunk, on a file, and on a piece of a new one', () => {
  const words = wordsIn(chapter, 'docs/stage2.md', 'stage1', 'stage2')
  expect(words.onHunk('reader.ts', 1)).toMatch(/^One \*\*two[\s\S]*table \|$/)
  expect(words.onHunk('reader.ts', 2)).toBe('')
  expect(words.onFile('reader.ts')).toBe('All of it.')
  expect(words.onFile('new.ts')).toBe('start: What starts it.')
})

it('lists every page once, with its title; the chapters of the stages in their order', () => {
  const chapters = readChapters()
  expect(chapters[0]).toMatchObject({ name: 'start-here', stage: null })
  expect(new Set(chapters.map(({ name }) => name)).size).toBe(chapters.length)
  const ofStages = chapters.flatMap(({ stage }) => stage ?? [])
  expect(ofStages).toEqual(stages.map(({ id }) => id))
})

function printed(from: number, to: number): string[] {
  const [one, other] = [stages[from - 1]!, stages[to - 1]!]
  const text = stageDiff(one, other, diffWords(one, other))
  return stripVTControlCharacters(text).split('\n')
}

it.each(stages.slice(1))('every changed file on the way to $id has words on it', ({ number }) => {
  const lines = printed(number - 1, number)
  const heads = lines.flatMap((line, at) => (line.startsWith('stages/{') ? [at] : []))
  expect(heads.length).toBeGreaterThan(0)
  for (const [index, at] of heads.entries()) {
    const file = lines.slice(at, heads[index + 1])
    const lastHunk = file.findLastIndex((line) => line.startsWith('@@ hunk '))
    const words = file.slice(lastHunk).filter((line) => line.startsWith('  | '))
    expect(words, lines[at]).not.toEqual([])
  }
  const words = lines.filter((line) => line.startsWith('  | ') && !line.startsWith('  |   '))
  expect(words.filter((line) => line.length > 80)).toEqual([])
  expect(lines.at(-1)).toBe(`Chapter: docs/stage${number}.md`)
})

it('only one step at a time has a chapter', () => {
  for (const [from, to] of [
    [1, 3],
    [2, 1],
  ] as const) {
    const lines = printed(from, to)
    expect(lines.filter((line) => /^ {2}\||^Chapter/.test(line))).toEqual([])
    expect(lines.filter((line) => line.startsWith('@@ hunk 1 of '))).not.toEqual([])
  }
})
