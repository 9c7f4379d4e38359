/** A chapter in pieces, and what `npm run diff` takes from it. */
import { expect, it } from 'vitest'
import { chapterPieces } from './chapter.ts'
import { wordsIn } from './diff-words.ts'
import { plainText } from './markdown.ts'

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

it('cuts at headings and blocks, and gives each block its paragraphs', () => {
  const pieces = chapterPieces(chapter, 'docs/stage2.md').map(({ filled: _, ...piece }) => piece)
  expect(pieces).toMatchObject([
    { section: '', line: 2, block: undefined, paragraphs: ['Before all.'] },
    {
      section: 'Read the diff',
      line: 7,
      block: { kind: 'diff', words: ['stage1', 'stage2', 'reader.ts', '1'] },
    },
    { section: 'Read the diff', line: 27, block: undefined, paragraphs: ['Not of the hunk.'] },
    { section: 'Read the diff', line: 30, paragraphs: ['All of it.'] },
    { section: 'Read the diff', line: 33, paragraphs: ['What starts it.'] },
  ])
  expect(pieces[1]!.paragraphs).toHaveLength(4)
})

it('gives the words on a hunk, on a file, and on a piece of a new one', () => {
  const words = wordsIn(chapter, 'docs/stage2.md', 'stage1', 'stage2')
  expect(words.onHunk('reader.ts', 1)).toEqual([
    'One two three four.',
    '- a link and `a_b *c*`\n- b',
    '  # no heading\n  npm run stage 2',
  ])
  expect(words.onHunk('reader.ts', 2)).toEqual([])
  expect(words.onFile('reader.ts')).toEqual(['All of it.'])
  expect(words.onFile('new.ts')).toEqual(['start: What starts it.'])
})

it.each([
  ['a _b_ *c* **d** __e__ f', 'a b c d e f'],
  ['snake_case_name 2 * 3 * 4', 'snake_case_name 2 * 3 * 4'],
  ['[`code`](a.md) ![p](b.svg)<br>', '`code` '],
  ['1. one\n   more\n2. two', '1. one more\n2. two'],
])('%j as plain text', (markdown, text) => {
  expect(plainText(markdown)).toBe(text)
})
