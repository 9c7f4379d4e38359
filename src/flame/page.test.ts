import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { labRoot } from '../run/server.ts'
import { replaceOnce, writePage } from './page.ts'
import { flameSvg } from './svg.ts'
import { addToRoot, type FrameTree, growTree } from './tree.ts'

const root = growTree([
  {
    frames: [
      { name: 'uv_run', kind: 'native', file: 'libuv' },
      { name: 'read', kind: 'native', file: 'libc' },
      { name: 'ksys_read', kind: 'kernel', file: 'kernel' },
    ],
    count: 700,
  },
  {
    frames: [
      { name: 'take', kind: 'js', file: 'stages/stage1/reader.ts', line: 48, tier: 'maglev' },
    ],
    count: 100,
  },
  {
    frames: [{ name: '</script><b>"&', kind: 'js', file: 'stages/stage1/parser.ts', line: 7 }],
    count: 99,
  },
  { frames: [{ name: 'garbage collection', kind: 'gc', file: 'v8' }], count: 100 },
  { frames: [{ name: 'narrow', kind: 'js', file: 'src/server/execute.ts', line: 1 }], count: 1 },
])
addToRoot(root, { name: 'not seen by this profiler (9 %)', kind: 'unseen' }, 99.6)
const tree: FrameTree = {
  format: 1,
  source: 'perf',
  method: 'a test',
  unit: { counts: 'samples', worth: 2004, of: 'µs' },
  windowSeconds: 3,
  samples: 1000,
  blind: ['the <dark> side'],
  quality: { broken: 0, unnamed: 0, lost: 0, repaired: 0 },
  root,
}
const caption = { title: 'stage1, one byte at a time', workload: 'SET and GET, 50 clients' }

describe("0x's page", () => {
  let dir: string
  let page: string
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'lab page '))
    await writePage(tree, caption, join(dir, 'flamegraph.html'))
    page = readFileSync(join(dir, 'flamegraph.html'), 'utf8')
  })
  afterAll(() => rmSync(dir, { recursive: true }))

  test('is one whole file, and nothing else was left', () => {
    expect(readdirSync(dir)).toEqual(['flamegraph.html'])
    expect(page.trimEnd().endsWith('</html>')).toBe(true)
  })

  test('names the stage, the source and the load', () => {
    expect(page).toContain('<title>stage1, one byte at a time · perf</title>')
    expect(page).toContain('1000 samples')
    expect(page).toContain('SET and GET, 50 clients')
    expect(page).toContain('the &lt;dark&gt; side')
  })

  test('holds every frame, by name and line, with its role and colour', () => {
    const line = page.split('\n').find((text) => text.includes('const labTree = '))!
    const data = JSON.parse(line.slice(line.indexOf('{')))
    expect(data).toMatchObject({ value: 1100, top: 0 })
    const take = data.children.find(({ name }: { name: string }) => name.startsWith('take'))
    expect(take).toMatchObject({
      name: 'take stages/stage1/reader.ts:48',
      value: 100,
      top: 100,
      type: 'app',
      note: 'parse · js · maglev 100',
    })
    const types = data.children.map(({ type }: { type: string }) => type)
    expect(types).toEqual(expect.arrayContaining(['cpp', 'app', 'gc', 'unseen']))
  })

  test('hides nothing by default', () => {
    expect(page).toContain('const exclude = new Set()')
  })

  test('a name cannot end the script', () => {
    expect(page).not.toContain('</script><b>')
  })

  test('asks nothing of a network, and has no path of this machine', () => {
    expect(page).not.toMatch(/<(script|link|img)[^>]*(src|href)=/)
    for (const path of [labRoot, homedir(), tmpdir()]) {
      // As a path: the home directory may be as short as `/root`.
      expect(page.includes(`${path}/`)).toBe(false)
    }
  })

  test('a directory that is not there is an error, and leaves nothing', async () => {
    await expect(writePage(tree, caption, join(dir, 'no', 'page.html'))).rejects.toThrow(/ENOENT/)
  })
})

describe('mending', () => {
  test('wants exactly one match', () => {
    expect(replaceOnce('a.b', 'x', '.', '$&')).toBe('a$&b')
    expect(replaceOnce('aXb', 'x', /[A-Z]/, '$1')).toBe('a$1b')
    expect(() => replaceOnce('ab', 'the colours', '.', '')).toThrow(/the colours was found 0 times/)
    expect(() => replaceOnce('a..b', 'the colours', '.', '')).toThrow(/found 2 times/)
  })
})

describe('the still picture', () => {
  const svg = flameSvg(tree, caption)

  test('shows names, shares and the legend, without a script', () => {
    expect(svg).toContain('take stages/stage1/reader.ts:48')
    expect(svg).toContain('>read 64 %<')
    expect(svg).toContain('not seen by this profiler')
    expect(svg).not.toContain('<script')
    expect(svg).toContain('&lt;/script&gt;&lt;b&gt;&quot;&amp;')
  })

  test('leaves out what is too narrow to be seen, and is small', () => {
    expect(svg).not.toContain('narrow')
    expect(flameSvg(tree, caption, { narrowest: 0 })).toContain('narrow')
    expect(svg.length).toBeLessThan(8000)
  })
})
