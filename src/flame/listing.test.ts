import { expect, test } from 'vitest'
import { listingsOf } from './listing.ts'
import { type Frame, growTree } from './tree.ts'

const at = (name: string, line: number, at: number | undefined): Frame => ({
  ...{ name, kind: 'js', file: 'server.ts', line },
  ...(at === undefined ? {} : { at }),
})
const clone: Frame = {
  name: 'structuredClone',
  kind: 'js',
  file: 'node:internal/x',
  line: 1,
  at: 9,
}
const source = 'const a = 1\nfunction list() {\n  copy()\n  send()\n}\nother()\n'
const sourceOf = async (file: string) => (file === 'server.ts' ? source : undefined)

test('the lines of a function with their own time and what they called', async () => {
  const root = growTree([
    { frames: [at('list', 2, 3), clone], count: 60 },
    { frames: [at('list', 2, 3)], count: 10 },
    { frames: [at('list', 2, 4)], count: 5 },
    { frames: [at('list', 2, undefined)], count: 20 },
    { frames: [{ name: 'emit', kind: 'js', file: 'node:events', line: 1, at: 3 }], count: 5 },
  ])
  expect(await listingsOf({ root }, sourceOf, () => 5)).toEqual([
    {
      ...{ name: 'list', file: 'server.ts', line: 2, self: 35, total: 95, located: 75 },
      lines: [
        { line: 2, text: 'function list() {', self: 0, total: 0 },
        { line: 3, text: '  copy()', self: 10, total: 70 },
        { line: 4, text: '  send()', self: 5, total: 5 },
        { line: 5, text: '}', self: 0, total: 0 },
      ],
    },
  ])
})

test('a function that calls itself counts once, with the line of its outermost call', async () => {
  const root = growTree([{ frames: [at('list', 2, 3), at('list', 2, 4)], count: 10 }])
  const [listing] = await listingsOf({ root }, sourceOf)
  expect(listing).toMatchObject({ self: 10, total: 10, located: 10 })
  expect(listing!.lines.map(({ self, total }) => [self, total])).toEqual([
    [0, 0],
    [0, 10],
    [10, 0],
    [0, 0],
  ])
})

test('of a long function the lines around the hottest', async () => {
  const long = Array.from({ length: 500 }, (_, line) => `line ${line + 1}`).join('\n')
  const root = growTree([{ frames: [at('list', 2, 300)], count: 10 }])
  const [listing] = await listingsOf(
    { root },
    async () => long,
    () => 480,
  )
  expect(listing!.lines).toHaveLength(60)
  expect(listing!.lines.map(({ line }) => line)).toContain(300)
})

test('no listing of a file that is not there, or is another than it was, or of unknown lines', async () => {
  const list = (frame: Frame, text: string | undefined) =>
    listingsOf({ root: growTree([{ frames: [frame], count: 10 }]) }, async () => text)
  expect(await list(at('list', 2, 3), undefined)).toEqual([])
  expect(await list(at('list', 2, 99), source)).toEqual([])
  expect(await list(at('list', 2, undefined), source)).toEqual([])
})

test('a line of a minified bundle is cut', async () => {
  const root = growTree([{ frames: [at('list', 1, 1)], count: 10 }])
  const [listing] = await listingsOf({ root }, async () => `var list=${'x'.repeat(40_000)}`)
  expect(listing!.lines[0]!.text).toMatch(/^var list=x{100,300}…$/)
})
