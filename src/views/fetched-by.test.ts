import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labRoot } from '../run/server.ts'
import { fetchedBy } from './fetched-by.ts'

test.each([
  '<script src="https://cdn.example/d3.js"></script>',
  '<link rel=stylesheet href=style.css>',
  "<img alt='x' src='http://example.org/a.png'>",
  '<image xlink:href="//example.org/a.svg"/>',
  '<meta http-equiv="refresh" content="0; url=https://example.org">',
  '<style>@import "https://fonts.example/css";</style>',
  '<style>a { background: url(https://example.org/x.png) }</style>',
  "<script>fetch('https://example.org/count')</script>",
  '<script>new WebSocket("wss://example.org")</script>',
  "<script>x.open('GET', 'https://example.org')</script>",
])('%s is seen', (page) => {
  expect(fetchedBy(page).length).toBeGreaterThan(0)
})

test('a link to click on, a place in the page, data and a name space are nothing to fetch', () => {
  const page = `<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>
<a href="https://example.org">read</a><img src="data:image/png;base64,AAAA">
<style>a { fill: url(#gradient) }</style><script>/* see https://d3js.org */</script>`
  expect(fetchedBy(page)).toEqual([])
})

test('the pictures in profiles/ request nothing', () => {
  const profiles = join(labRoot, 'profiles')
  const recorded = readdirSync(profiles).filter((name) => /^stage\d$/.test(name))
  expect(recorded.length).toBeGreaterThan(0)
  for (const id of recorded) {
    const directory = join(profiles, id)
    const pages = readdirSync(directory).filter((name) => /\.svg$/.test(name))
    expect(pages).toHaveLength(1)
    for (const name of pages) {
      expect([name, fetchedBy(readFileSync(join(directory, name), 'utf8'))]).toEqual([name, []])
    }
  }
})
