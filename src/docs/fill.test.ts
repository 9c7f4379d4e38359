/** Pages are filled block by block; every error names its place and what there is instead. */
import { expect, it } from 'vitest'
import { problemText } from '../course/blocks.ts'
import { fillPage } from './fill.ts'
import { type Fillers, fillers } from './fillers.ts'
import { NoRecording, openMaterial } from './material.ts'

const material = openMaterial()

const small: Fillers = {
  echo: (words) => words.join('\n'),
  fail: () => {
    throw new Error('no such thing')
  },
}

async function filled(lines: readonly string[], kinds: Fillers = small, file = 'docs/a.md') {
  const { text, problems, stale } = await fillPage(lines.join('\n'), file, kinds, material)
  return {
    lines: text.split('\n'),
    problems: problems.map(problemText),
    stale: stale.map(problemText),
  }
}

it('fills every block, leaves all else as it is, and finds nothing to do the second time', async () => {
  const page = ['# A', '', '<!-- echo: one two -->', 'old', '<!-- end -->', 'text <!-- b -->', '']
  const once = await filled(page)
  expect(once.lines).toEqual([...page.slice(0, 3), 'one', 'two', ...page.slice(4)])
  expect(once.stale).toEqual(['docs/a.md:3: <!-- echo: one two --> is not up to date'])
  expect(await filled(once.lines)).toEqual({ lines: once.lines, problems: [], stale: [] })
})

it('writes the comment in its one form', async () => {
  const { lines, stale } = await filled(['  <!--echo:  a-->', 'a', '<!-- end -->'])
  expect(lines).toEqual(['<!-- echo: a -->', 'a', '<!-- end -->'])
  expect(stale).toHaveLength(1)
})

it('a block that fails stays as it was, and hides no other', async () => {
  const page = ['<!-- fail -->', 'old', '<!-- end -->', '<!-- ecko: a -->', '<!-- end -->']
  const { lines, problems } = await filled([...page, '<!-- echo: a -->', '<!-- end -->'])
  expect(lines).toEqual([...page, '<!-- echo: a -->', 'a', '<!-- end -->'])
  expect(problems).toEqual([
    'docs/a.md:1: <!-- fail -->: no such thing',
    "docs/a.md:4: <!-- ecko: a -->: there is no block 'ecko'; near it: echo",
  ])
})

it('a block of a stage without a recording says so, and is no problem', async () => {
  const kinds = {
    echo: () => {
      throw new NoRecording('stage9')
    },
  }
  const { lines, problems } = await filled(['<!-- echo -->', '<!-- end -->'], kinds)
  expect(lines[1]).toBe('*There is no recording of stage9 yet; `npm run profiles` makes one.*')
  expect(problems).toEqual([])
})

it('names a block that is not closed, one in another one, and an end without a block', async () => {
  const page = ['<!-- echo: a -->', 'old', '<!-- echo: b -->', '<!-- end -->', '<!-- end -->']
  const { lines, problems } = await filled([...page, '', '<!-- echo: c -->', 'text'])
  expect(lines).toEqual([
    ...page.slice(0, 3),
    'b',
    ...page.slice(3),
    '',
    '<!-- echo: c -->',
    'text',
  ])
  expect(problems).toEqual([
    'docs/a.md:1: <!-- echo: a --> has no <!-- end --> before the block in line 3',
    'docs/a.md:5: <!-- end --> closes nothing: no block is open here',
    'docs/a.md:7: <!-- echo: c --> has no <!-- end -->',
  ])
})

it('what is in a fence is no block', async () => {
  const page = [
    '````md',
    '```',
    '<!-- echo: a -->',
    '<!-- end -->',
    '```',
    '````',
    '~~~',
    '<!-- x -->',
    '~~~',
  ]
  expect(await filled(page)).toEqual({ lines: page, problems: [], stale: [] })
})

it('every kind fills, from the real sources and references', async () => {
  const blocks = [
    ...['chapter: 2 how to read one', 'chapters', 'stages', 'redis'],
    ...['code: stages/stage1/reader.ts Reader.readByte', 'code: stages/stage4/young-generation.ts'],
    ...['diff: stage1 stage2 reader.ts 2', 'diff: stage1 stage2 reader.ts all'],
    ...['output: stage stage1', 'output: flame stage1', 'figures: stage3', 'findings', 'machine'],
    ...[
      'chart: stage1',
      'flamegraph: stage1',
      'picture: story',
      'lesson: four-boxes',
      'predict: stage1',
      'questions: stage1',
      'task: stage1',
      ...['counted: stage2 views', 'slider: receive-buffer'],
      ...['lie: 1', 'lie: 1 answer', 'sentences', 'tools: profiles/tools.json'],
    ],
  ]
  const page = blocks.flatMap((block) => [`<!-- ${block} -->`, '<!-- end -->', ''])
  const { lines, problems, stale } = await filled(page, fillers, 'docs/glossary.md')
  expect(problems).toEqual([])
  expect(stale).toHaveLength(blocks.length)
  expect(new Set(blocks.map((block) => block.split(':')[0]))).toEqual(new Set(Object.keys(fillers)))
  const text = lines.join('\n')
  expect(text).toContain('](../stages/stage1/reader.ts#L')
  expect(text).toContain('\n```ts\nprivate readByte(): number {\n')
  expect(text).toMatch(/\n```diff\n@@ hunk 2 of 3, line \d+ → \d+: received, unread, peek @@\n/)
  expect(text).toContain('](../profiles/stage1/flamegraph.svg)')
  expect(text).not.toContain('\x1b')
  expect((await filled(lines, fillers, 'docs/glossary.md')).stale).toEqual([])
})

it.each([
  ['code: stages/stage1/nope.ts x', /there is no file stages\/stage1\/nope\.ts/],
  [
    'code: stages/stage1/reader.ts Reader.readBit',
    /has no 'Reader\.readBit'; near it: .*Reader\.readByte/,
  ],
  ['code: stages/stage1/parser.ts', /has \d+ lines: name the piece/],
  ['code', /a file and a name are wanted/],
  ['diff: stage1 stage2 reader.ts 4', /reader\.ts has the hunks 1 to 3, no '4'/],
  ['diff: stage1 stage2 parser.ts 1', /parser\.ts is the same in both; what differs is reader\.ts/],
  ['diff: stage1 stage2 nope.ts 1', /there is no nope\.ts; what differs is reader\.ts/],
  ['diff: stage3 stage4 recent-strings.ts all', /is new in stage4: show it with code:/],
  ['diff: 1 stage2 reader.ts 1', /a stage is wanted, not '1'; write stage1/],
  ['diff: stage1 stage2 reader.ts', /two stages, a file and a hunk are wanted/],
  ['output: nope stage1', /there is no output 'nope'; there are stage and flame/],
  ['figures: stage9', /a stage is wanted, not 'stage9'; there are stage1, /],
  ['chart: stage1 stage2', /one stage is wanted, not 'stage1 stage2'/],
  ['counted: stage2 nope', /a stage and a step are wanted: counted: stage2 views, digits, /],
  ['machine: stage1', /it takes no words/],
  ['chapter', /a place and a few words are wanted/],
])('%s: says what is wrong and what there is', async (block, says) => {
  const { problems } = await filled([`<!-- ${block} -->`, '<!-- end -->'], fillers)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(says)
})
