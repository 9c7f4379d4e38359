/** The pages to print: one file each, which loads nothing. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { labRoot } from '../run/server.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { handoutPage, slidesPage } from './print-pages.ts'

const workshop = join(labRoot, 'docs', 'workshop')
const here = join(workshop, 'page.md')

it.each([
  ['handout.md', handoutPage],
  ['slides.md', slidesPage],
] as const)('%s becomes one file that loads nothing', (name, how) => {
  const file = join(workshop, name)
  const page = how(readFileSync(file, 'utf8'), file)
  expect(page).toMatch(/^<!doctype html>[\s\S]*<title>How a Redis clone gets fast<\/title>/)
  expect(page).toMatch(/<\/html>\n$/)
  expect(fetchedBy(page)).toEqual([])
  expect(page).not.toMatch(/<script|<!--/)
  expect(page).toContain('@media print')
})

it('there is one slide per section, with a heading', () => {
  const markdown = readFileSync(join(workshop, 'slides.md'), 'utf8')
  const page = slidesPage(markdown, join(workshop, 'slides.md'))
  const rules = markdown.split('\n').filter((line) => line === '---')
  const slides = page.match(/<section>[\s\S]*?<\/section>/g)!
  expect(slides).toHaveLength(rules.length + 1)
  // A rule right below a line of text makes a heading of it.
  for (const slide of slides) expect(slide.match(/<h[12]>/g)).toHaveLength(1)
  expect(slides[0]).toContain('<h1>How a Redis clone gets fast</h1>')
  expect(slides.at(-1)).toContain(`${slides.length} / ${slides.length}`)
})

it('a rule in a code block does not end a slide; an empty section is not a slide', () => {
  const page = slidesPage('# A\n\n```text\n---\n```\n\n---\n\n---\n\n## B\n', here)
  expect(page.match(/<section>/g)).toHaveLength(2)
})

it('pictures go into the page; a missing one is an error', () => {
  const page = handoutPage('![a graph](../../profiles/stage1/flamegraph.svg)', here)
  const data = /<img src="data:image\/svg\+xml;base64,([^"]+)" alt="a graph">/.exec(page)![1]!
  const picture = readFileSync(join(labRoot, 'profiles/stage1/flamegraph.svg'))
  expect(Buffer.from(data, 'base64').equals(picture)).toBe(true)
  expect(() => handoutPage('![x](no.svg)', here)).toThrow(/no\.svg cannot be read/)
  expect(() => handoutPage('![x](page.md)', here)).toThrow(/cannot be read/)
  expect(() => handoutPage('![x](https://example.org/x.png)', here)).toThrow(/is not a file/)
})

it('links to other files become plain words', () => {
  const page = handoutPage('[stage 1](../stage1.md) and [Node](https://nodejs.org)', here)
  expect(page).toContain(
    '<p>stage 1 and <a href="https://nodejs.org" target="_blank" rel="noreferrer">Node</a></p>',
  )
})

it('every page of the workshop is linked from its README', () => {
  const first = readFileSync(join(workshop, 'README.md'), 'utf8')
  for (const name of readdirSync(workshop)) {
    if (name !== 'README.md') expect(first).toContain(`](${name})`)
  }
})
