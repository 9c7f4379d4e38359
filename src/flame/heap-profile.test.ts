import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { amountOf, besideArticle, provenance } from './caption.ts'
import { type HeapNode, type HeapProfile, heapTree, inspectorFrame } from './heap-profile.ts'
import { writePage } from './page.ts'
import { shares } from './roles.ts'
import { flameSvg } from './svg.ts'
import { walk } from './tree.ts'

const at = (functionName: string, url: string, lineNumber: number) => ({
  callFrame: { functionName, url, lineNumber, columnNumber: 6 },
})
const node = (
  frame: Pick<HeapNode, 'callFrame'>,
  selfSize: number,
  children: HeapNode[] = [],
): HeapNode => ({ ...frame, selfSize, children })

/** Cut out of a recording of stage 3: half a second, 10 clients, SET and GET. */
const recorded: HeapProfile = {
  samples: Array.from({ length: 815 }),
  head: node(at('(root)', '', -1), 0, [
    node(at('onStreamRead', 'node:internal/stream_base_commons', 170), 16_640, [
      node(at('onRead', 'file:///checkout/stages/stage3/connection.ts', 32), 0, [
        node(at('executeAll', 'file:///checkout/stages/stage3/connection.ts', 45), 0, [
          node(at('parseCommand', 'file:///checkout/stages/stage3/parser.ts', 55), 344_416),
          node(at('bulk', 'file:///checkout/stages/stage3/replies.ts', 20), 98_376, [
            node(at('push', '', -1), 444_752),
          ]),
        ]),
      ]),
    ]),
    node(at('(V8 API)', '', -1), 4096),
  ]),
}

const tree = {
  ...heapTree(recorded, { windowSeconds: 0.5, checkout: '/checkout' }),
  requests: 1000,
}

test('bytes by function: relative paths, lines from 1, builtins by their name', () => {
  expect(tree.unit).toEqual({ counts: 'bytes', worth: 1, of: 'bytes' })
  expect(tree.samples).toBe(815)
  expect(tree.root.total).toBe(16_640 + 344_416 + 98_376 + 444_752 + 4096)
  const found: [string, string | undefined, number | undefined, number][] = []
  walk(tree.root, ({ name, file, line, self }) => {
    if (self > 0) found.push([name, file, line, self])
  })
  expect(found).toEqual([
    ['onStreamRead', 'node:internal/stream_base_commons', 171, 16_640],
    ['bulk', 'stages/stage3/replies.ts', 21, 98_376],
    ['push', 'v8', undefined, 444_752],
    ['parseCommand', 'stages/stage3/parser.ts', 56, 344_416],
    ["Node's C++, by V8's API", 'node', undefined, 4096],
  ])
})

test('shares by role are shares of bytes', () => {
  const { byRole } = shares(tree)
  expect(byRole.reply).toBeCloseTo((98_376 + 444_752) / tree.root.total, 9)
  expect(byRole.parse).toBeCloseTo(344_416 / tree.root.total, 9)
  expect(Object.values(byRole).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
})

test('is shown in bytes a request, and not beside the article’s times', () => {
  expect(amountOf(tree, 344_416)).toBe('344 bytes a request')
  expect(amountOf(tree, 1200)).toBe('1.2 bytes a request')
  const caption = { title: 'stage3', workload: 'SET' }
  expect(provenance(tree, caption)).toBe(
    'inspector: 815 samples, 908 bytes a request allocated in 0.5 s · SET',
  )
  expect(besideArticle(tree)).toBe('')
  expect(flameSvg(tree, caption)).toContain('908 bytes a request')
})

test('is drawn on 0x’s page, which counts bytes then', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'heap-profile-'))
  try {
    const file = join(directory, 'page.html')
    await writePage(tree, { title: 'stage3', workload: 'SET' }, file)
    const page = readFileSync(file, 'utf8')
    expect(page).toContain('stage3: 908 bytes a request')
    expect(page).toContain('parse · js · 344 bytes a request')
    expect(page).not.toContain("allSamples + ' samples)")
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('a function without a name, and one that is no function', () => {
  const place = (path: string) => path.replace('file:///checkout/', '')
  const { callFrame } = at('', 'file:///checkout/stages/stage1/main.ts', 4)
  expect(inspectorFrame(callFrame, place)).toMatchObject({
    name: '(anonymous)',
    kind: 'js',
    file: 'stages/stage1/main.ts',
    line: 5,
  })
  expect(inspectorFrame(at('(idle)', '', -1).callFrame, place).kind).toBe('unseen')
  expect(inspectorFrame(at('(garbage collector)', '', -1).callFrame, place).kind).toBe('gc')
})
