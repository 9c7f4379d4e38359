import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { pageLines } from './page-text.ts'

const page = `# A *title*

<!-- code: stages/stage1/reader.ts Reader -->
[\`reader.ts\`](../stages/stage1/reader.ts#L9) is a file & more, a < b; and these words go on until the line is full.

\`\`\`ts
const a = '<b>' // kept as it is
\`\`\`
<!-- end -->

1. first of some words that are many, so that the line is broken in the middle of it
2. second

- a list
  - in a list

| a | b |
|---|---|
| 1 | 2 |

| word | what it is |
|---|---|
| \`read(2)\` | a system call, of which there are as many as bytes, or one |

![A flame graph of stage 1](../profiles/stage1/flamegraph.svg)

<details><summary>Why?</summary>

the secret answer

</details>
`

it('a page reads as plain text, with nothing that only a browser understands', () => {
  const lines = pageLines(page, 'docs/x.md', 60).map(stripVTControlCharacters)
  expect(lines).toEqual([
    '# A title',
    '',
    'reader.ts (../stages/stage1/reader.ts#L9) is a file & more,',
    'a < b; and these words go on until the line is full.',
    '',
    "    const a = '<b>' // kept as it is",
    '',
    '1. first of some words that are many, so that the line is',
    '   broken in the middle of it',
    '2. second',
    '',
    '- a list',
    '  - in a list',
    '',
    '| a | b |',
    '|---|---|',
    '| 1 | 2 |',
    '',
    '- read(2); what it is: a system call, of which there are as',
    '  many as bytes, or one',
    '',
    '[picture: A flame graph of stage 1',
    '(../profiles/stage1/flamegraph.svg)]',
    '',
    '(The answers are folded away in docs/x.md.)',
  ])
})
