/** The pages of the project themselves: nothing in them is out of date, leads nowhere, or was typed by hand. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Problem, problemText } from '../course/blocks.ts'
import { chapterFile } from '../course/chapters.ts'
import { labRoot } from '../run/server.ts'
import { stageDifference } from '../source/difference.ts'
import { stages } from '../stages.ts'
import { anatomyProblems } from './anatomy.ts'
import { readCommandHelp } from './command-help.ts'
import { commandProblems } from './commands.ts'
import { allPages, docsState } from './fill.ts'
import { linkProblems } from './links.ts'
import { measuredProblems } from './measured.ts'

const pages = allPages().map((file) => ({
  file,
  text: readFileSync(join(labRoot, file), 'utf8'),
}))

function texts(problems: readonly Problem[]): string[] {
  return problems.map(problemText)
}

it('every block and chart is what `npm run docs` makes of it', async () => {
  const { problems, stale } = await docsState()
  expect(texts([...problems, ...stale])).toEqual([])
})

it('every link and picture leads somewhere', () => {
  expect(texts(pages.flatMap(({ text, file }) => linkProblems(text, file)))).toEqual([])
})

it('every command of the pages can be typed, and says in --help how it is used', async () => {
  const help = await readCommandHelp()
  expect(texts(pages.flatMap(({ text, file }) => commandProblems(text, file, help)))).toEqual([])
  expect(help.texts.size).toBeGreaterThan(20)
  for (const [name, text] of help.texts) {
    expect(text).toMatch(new RegExp(`^Usage: npm (run )?${name} `))
    expect(text.split('\n').filter((line) => line.length > 100)).toEqual([])
  }
})

it('no measured figure was typed by hand', () => {
  expect(texts(pages.flatMap(({ text, file }) => measuredProblems(text, file)))).toEqual([])
})

it.each(stages)('$id has a chapter with all its parts, and a word on every change', (stage) => {
  const file = chapterFile(stage.id)
  expect(existsSync(join(labRoot, file)), `${file} is missing`).toBe(true)
  const before = stages.find(({ number }) => number === stage.number - 1)
  const files = before === undefined ? [] : stageDifference(before, stage)
  const text = readFileSync(join(labRoot, file), 'utf8')
  expect(texts(anatomyProblems(text, file, stage, files))).toEqual([])
})

it('the page of commands has every script, and names no other', () => {
  const { scripts } = JSON.parse(readFileSync(join(labRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const page = readFileSync(join(labRoot, 'docs/commands.md'), 'utf8')
  const named = [...page.matchAll(/npm run ([a-z]+(?::[a-z]+)?)|npm (test|start)/g)].map(
    (match) => match[1] ?? match[2]!,
  )
  const forDevelopers = ['typecheck', 'lint', 'format']
  const wanted = Object.keys(scripts).filter((name) => !forDevelopers.includes(name))
  expect([...new Set(named)].sort()).toEqual(wanted.sort())
})

it('the README shows its pictures in both themes, and holds no other HTML', () => {
  const text = readFileSync(join(labRoot, 'README.md'), 'utf8')
  const sources = [...text.matchAll(/<(?:source|img)[^>]* src(?:set)?="([^"]+)"/g)]
  expect(sources.map(([, file]) => file)).toEqual(
    ['story-dark', 'story-light', 'redis-dark', 'redis-light'].map(
      (name) => `docs/pictures/${name}.svg`,
    ),
  )
  const tags = [...text.replace(/<!--.*?-->/g, '').matchAll(/<\/?([a-z]+)/g)].map(([, tag]) => tag)
  expect(new Set(tags)).toEqual(new Set(['picture', 'source', 'img']))
})
