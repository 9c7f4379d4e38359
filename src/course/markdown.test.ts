import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { cutAtRules, plainText, titleOf, toHtml, toText } from './markdown.ts'

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
  const lines = toText(page, 60, 'docs/x.md').map(stripVTControlCharacters)
  expect(lines).toEqual([
    '# A title',
    '',
    '`reader.ts` (../stages/stage1/reader.ts#L9) is a file &',
    'more, a < b; and these words go on until the line is full.',
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
    '- `read(2)`; what it is: a system call, of which there are',
    '  as many as bytes, or one',
    '',
    '[picture: A flame graph of stage 1',
    '(../profiles/stage1/flamegraph.svg)]',
    '',
    '(The answers are folded away in docs/x.md.)',
  ])
})

it.each([
  ['a _b_ *c* **d** __e__ f', 'a b c d e f'],
  ['snake_case_name 2 * 3 * 4', 'snake_case_name 2 * 3 * 4'],
  ['[`code`](a.md) ![p](b.svg)<br>', '`code` '],
])('%j as a line of plain text', (markdown, text) => {
  expect(plainText(markdown)).toBe(text)
})

it('as HTML: links and pictures lead where they are said to, folds stay, comments go', () => {
  const html = toHtml(
    '<!-- chart: stage1 -->\n![a graph](g.svg) ![none](n.svg) [b](c.md) [d](x)\n\n<details>\n<summary>Why</summary>\n\nSo.\n\n</details>\n\n```ts\nconst a = 1\n```\n',
    {
      link: (href) => (href === 'x' ? undefined : `#/${href}`),
      picture: (href) => (href === 'n.svg' ? undefined : `/p/${href}`),
    },
  )
  expect(html).toContain(
    '<img src="/p/g.svg" alt="a graph" loading="lazy"> none <a href="#/c.md">b</a> d',
  )
  expect(html).toContain('<summary>Why</summary>')
  expect(html).toContain('<span class="hljs-keyword">const</span>')
  expect(html).not.toContain('<!--')
})

it('no line of HTML breaks between a figure and its unit; code stays as it is', () => {
  const places = { link: () => undefined, picture: () => undefined }
  expect(toHtml('9.6 %, 3 ms of *83 % & more*, 5 servers, `7 %`', places)).toBe(
    '<p>9.6\u00a0%, 3\u00a0ms of <em>83\u00a0% &amp; more</em>, 5 servers, <code>7 %</code></p>\n',
  )
})

it('is cut into slides at its rules; the title is the first heading', () => {
  const slides = ['# One `a`\n\n```\n---\n```\n\n', '<!-- note -->\n\n', 'Two\n']
  expect(cutAtRules(slides.join('---\n\n'))).toHaveLength(2)
  expect(titleOf(slides[0]!)).toBe('One `a`')
})
