/** The checks of the pages find what is wrong with small ones. */
import { expect, it } from 'vitest'
import { stages } from '../stages.ts'
import { anatomyProblems, type ChangedFile, headingsOf } from './anatomy.ts'
import { type CommandHelp, optionsIn } from './command-help.ts'
import { commandProblems } from './commands.ts'
import { linkProblems } from './links.ts'
import { figuresIn, measuredProblems } from './measured.ts'

it.each([
  ['[a](measuring.md#comparisons) [b](../src/flame/roles.ts#L3) [c](#a-heading)\n# A heading!', []],
  ['[a](nope.md)', ['nope.md: there is no docs/nope.md']],
  ['![a](pictures/stage1.svg) ![b](pictures/stage0.svg)', ['pictures/stage0.svg: there is no ']],
  [
    '[a](../README.md#nope) [b](#nope)\n# One\n# One',
    [
      '#nope: docs/page.md has the headings #one, #one-1',
      '../README.md#nope: README.md has the headings #',
    ],
  ],
  [
    '[a](../src/flame/roles.ts#L99999)',
    ['../src/flame/roles.ts#L99999: src/flame/roles.ts has the lines'],
  ],
  ['[a](../../elsewhere)', ['../../elsewhere: it leads out of the checkout']],
  [
    '[a](../profiles/local/x)',
    ['../profiles/local/x: profiles/local/x is not there in a new checkout'],
  ],
  [
    'https://example.com/a [b](http://man7.org/)',
    ['http://man7.org/: pages', 'https://example.com/a: pages'],
  ],
  ['<img src="nope.svg">', ['nope.svg: there is no docs/nope.svg']],
  ['`[a](nope.md)`\n\n```\n[a](nope.md)\n```', []],
  ['<!-- code: a b -->\n[a](nope.md)\n<!-- end -->', ['nope.md: there is no docs/nope.md']],
])('links: %j', (text, wrong) => {
  const problems = linkProblems(text, 'docs/page.md')
    .map(({ text }) => text)
    .sort()
  expect(problems.map((one, at) => one.slice(0, wrong[at]?.length))).toEqual(wrong)
})

const help: CommandHelp = {
  names: ['stage', 'lie', 'start', 'compare'],
  options: (name) =>
    help.names.includes(name)
      ? optionsIn(
          'Options:\n  --quick        shorter\n  --requests N   how many\n  --json, --all  --no\n',
        )
      : undefined,
}

it.each([
  ['npm run stage 1', undefined],
  ['npm run stage stageN -- --requests 7 --quick   # why', undefined],
  ['npm run stag 1', 'there is no such script; near it: stage'],
  [`npm run stage ${stages.length + 1}`, `there is no ${stages.length + 1}; there are stage1`],
  ['npm run lie -- 6', undefined],
  ['npm run compare -- --requests stage1,stage8', 'there is no stage8'],
  ['npm run stage 1 --quick', 'npm keeps --quick for itself without a -- before it'],
  ['npm run stage 1 -- --quikc', 'it has no --quikc; near it: --quick'],
  ['npm run stage 1 -- --requests', '--requests needs a value'],
  ['npm run stage 1 -- --requests=9', undefined],
  ['npm start -- --rest', 'it has no --rest'],
  ['npm test -- src/docs', undefined],
  ['NO_COLOR=1 npm run stag 1', 'there is no such script; near it: stage'],
  ['npm test -- src/nope', 'there is no src/nope'],
  ['npm ci --offline --cache ../npm-cache', undefined],
])('command: %s', (command, wrong) => {
  const inText = `\`${command}\``
  const pages = [inText, `\`\`\`sh\n${command}\n\`\`\``]
  for (const page of pages) {
    const texts = commandProblems(page, 'docs/a.md', help).map(({ text }) => text)
    expect(texts).toEqual(wrong === undefined ? [] : [expect.stringContaining(`: ${wrong}`)])
  }
})

it('in a line of text, what begins like a command of the lab is one', () => {
  expect(commandProblems('`npm took --quick for itself` `npm run`', 'docs/a.md', help)).toEqual([])
  expect(commandProblems('```sh\nnpm install\n```', 'docs/a.md', help)).toHaveLength(1)
})

it('lines that go on are one command; other programs are not looked at', () => {
  const page =
    '```sh\nfor p in 1 2; do redis-cli ping | grep P; done\nnpm run stage 1 \\\n  --quick\n```\n```text\nnpm nope\n```'
  expect(commandProblems(page, 'docs/a.md', help)).toMatchObject([
    { line: 4, text: expect.stringContaining('npm keeps --quick') },
  ])
})

it.each([
  ['took 12.5 µs and 3 ms', ['12.5 µs', '3 ms']],
  ['17% or 17 percent, 5 to 8 %', ['17 %', '17 %', '5-8 %']],
  ['85,000 requests/s, 85,000 requests per second, 2 MB/s', ['85,000 /s', '85,000 /s', '2 MB/s']],
  ['6 times as fast, 1.8 x stage2', ['6 times as', '1.8 x']],
  [
    "46 reads, 16 SETs, 8 KiB, stage 1's, 2 x AMD, 3 min, 45-byte, in v8.s, 6 times, stage 2, % of it",
    [],
  ],
])('figures of %j', (text, found) => {
  expect(figuresIn(text)).toEqual(found)
})

it('a measured figure of ours is a problem; those of the article, of blocks and in code are not', () => {
  const page = [
    'The article: 75 % and 5 to 8 %, 235,294 requests/s, 0.127 ms, 15.76 s, an interval of 95 %.',
    'Ours: 84 %.',
    '<!-- figures: stage1 -->',
    '84 %',
    '<!-- end -->',
    '`9 ms` "46 times faster"',
    '```text',
    '9 ms',
    '```',
  ].join('\n')
  const problems = measuredProblems(page, 'docs/a.md')
  expect(problems.map(({ line }) => line)).toEqual([2, 8])
  expect(problems[0]!.text).toMatch(/^'84 %' looks measured: let a block bring it/)
})

const stage2 = stages[1]!
const files: ChangedFile[] = [
  { name: 'reader.ts', in: 'both', hunks: [1, 2].map((number) => ({ number, of: 2, after: 1 })) },
  { name: 'new.ts', in: 'later', hunks: [] },
]

function chapterOf(parts: Record<string, string[]>): string {
  const all = [
    '# Stage 2',
    ...headingsOf(stage2).flatMap((name) => [`## ${name}`, ...(parts[name] ?? ['Text.'])]),
  ]
  return all.join('\n\n')
}

function block(words: string): string {
  return `<!-- ${words} -->\n<!-- end -->`
}

const whole: Record<string, string[]> = {
  Predict: [block('predict: stage2')],
  Run: [block('output: stage stage2')],
  Look: [block('flamegraph: stage2'), block('chart: stage2')],
  'Read the diff': [
    ...[block('diff: stage1 stage2 reader.ts 1'), 'Why.'],
    ...[block('diff: stage1 stage2 reader.ts 2'), 'Why.'],
    ...[block('code: stages/stage2/new.ts start'), 'Why.'],
  ],
  'What it cost': [block('figures: stage2')],
  'Check yourself': [block('questions: stage2')],
  'Try it yourself': [block('task: stage2')],
}

function anatomy(text: string): string[] {
  return anatomyProblems(text, 'docs/stage2.md', stage2, files).map(({ text }) => text)
}

it('a whole chapter has no problem; `all` stands for every hunk', () => {
  expect(anatomy(chapterOf(whole))).toEqual([])
  const diff = whole['Read the diff']!
  const all = [block('diff: stage1 stage2 reader.ts all'), ...diff.slice(3)]
  expect(anatomy(chapterOf({ ...whole, 'Read the diff': all }))).toEqual([])
})

it('source that is longer than a screen is a problem, its place and the heads of hunks aside', () => {
  const diff = (lines: number) => {
    const filled = ['a place', '', '```diff', '@@ hunk 1 of 2 @@', ...Array(lines).fill('+'), '```']
    return block('diff: stage1 stage2 reader.ts 1').replace('\n', `\n${filled.join('\n')}\n`)
  }
  const rest = whole['Read the diff']!.slice(1)
  expect(anatomy(chapterOf({ ...whole, 'Read the diff': [diff(40), ...rest] }))).toEqual([])
  expect(anatomy(chapterOf({ ...whole, 'Read the diff': [diff(41), ...rest] }))).toEqual([
    'diff: stage1 stage2 reader.ts 1 has 41 lines, and at most 40 are shown at once',
  ])
})

it('what is missing in a chapter is named', () => {
  const silent = [block('diff: stage1 stage2 reader.ts 2')]
  expect(anatomy(chapterOf({ ...whole, 'Read the diff': silent, Predict: ['Text.'] }))).toEqual([
    "'## Predict' has no block <!-- predict: stage2 -->",
    'hunk 1 of 2 of reader.ts, line 1, is not shown: diff: stage1 stage2 reader.ts 1',
    'nothing of stages/stage2/new.ts, which is new, is shown: code: stages/stage2/new.ts NAME',
    'no paragraph follows diff: stage1 stage2 reader.ts 2',
  ])
  const swapped = chapterOf(whole)
    .replace('## Look', '## Look\n\nText.\n\n## Run\n\n')
    .replace('## Predict', '## Guess')
  expect(anatomy(swapped)).toEqual([
    "the heading '## Predict' is missing",
    "'## Run' comes before '## Look', once",
    "'## Predict' has no block <!-- predict: stage2 -->",
  ])
})
