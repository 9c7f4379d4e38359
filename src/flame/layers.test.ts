import { expect, test } from 'vitest'
import { legend } from './caption.ts'
import { subtract } from './difference.ts'
import { groupColour, groupMeaning } from './groups.ts'
import { byLayers, isOwnCode, layerOf, packageColour, packageOf } from './layers.ts'
import { flameText } from './text.ts'
import { type Frame, type FrameTree, growTree, noFaults } from './tree.ts'

test.each([
  ['node_modules/fastify/lib/route.js', 'fastify'],
  ['node_modules/@hono/node-server/dist/index.mjs', '@hono/node-server'],
  ['node_modules/a/node_modules/b/index.js', 'b'],
  ['node_modules/.pnpm/fastify@5.1.0/node_modules/fastify/lib/route.js', 'fastify'],
  [
    'node_modules/.pnpm/@hono+node-server@1.0.0/node_modules/@hono/node-server/a.js',
    '@hono/node-server',
  ],
  ['.yarn/cache/fastify-npm-5.1.0-0.zip/node_modules/fastify/lib/route.js', 'fastify'],
  ['../app/node_modules/fastify/lib/route.js', 'fastify'],
  ['my_node_modules/x/y.js', undefined],
  ['src/server.ts', undefined],
  ['node:http', undefined],
  [undefined, undefined],
])('the package of %s is %s', (file, name) => {
  expect(packageOf(file)).toBe(name)
})

const js = (name: string, file?: string): Frame =>
  file === undefined ? { name, kind: 'js' } : { name, kind: 'js', file, line: 3 }

test('kind and file of a frame are its layer', () => {
  const layer = (kind: Frame['kind'], file?: string) =>
    layerOf(file === undefined ? { kind } : { kind, file }, 'fastify')
  expect(layer('js', 'server.ts')).toBe('your code')
  expect(layer('js', 'node_modules/hono/a.js')).toBe('hono')
  expect(layer('js', 'node:_http_server')).toBe("Node's JavaScript")
  expect(layer('builtin', 'v8')).toBe('V8')
  expect(layer('native', 'v8')).toBe('V8')
  expect(layer('native', 'libuv')).toBe('libuv and C++')
  expect(layer('native', 'better_sqlite3.node')).toBe('libuv and C++')
  expect(layer('kernel', 'kernel')).toBe('kernel')
  expect(layer('gc', 'v8')).toBe('GC')
  expect(layer('unseen')).toBe('not seen')
  // Code that a package made of a string has no file.
  expect(layer('js')).toBe('fastify')
  expect(layer('js', 'node_modules/kernel/a.js')).toBe('kernel (package)')
})

test('own code is neither of Node nor of a package', () => {
  expect(isOwnCode(js('a', 'server.ts'))).toBe(true)
  expect(isOwnCode(js('a', 'node:fs'))).toBe(false)
  expect(isOwnCode(js('a', 'node_modules/x/a.js'))).toBe(false)
  expect(isOwnCode({ kind: 'native', file: 'node' })).toBe(false)
})

const treeOf = (stacks: [number, ...Frame[]][]): FrameTree => ({
  format: 1,
  source: 'perf',
  method: '',
  unit: { counts: 'samples', worth: 2000, of: 'µs' },
  windowSeconds: 1,
  samples: 100,
  requests: 10,
  blind: [],
  quality: noFaults(),
  root: growTree(stacks.map(([count, ...frames]) => ({ frames, count }))),
})

const layered = byLayers(
  treeOf([
    [10, js('emit', 'node:events'), js('list', 'server.ts')],
    [50, js('emit', 'node:events'), js('list', 'server.ts'), js('copy', 'node_modules/z/a.js')],
    [20, js('emit', 'node:events'), js('copy', 'node_modules/a/a.js')],
    [15, js('emit', 'node:events')],
    [5, { name: 'write', kind: 'kernel', file: 'kernel' }],
  ]),
)

test('a tree by layers: your code, packages by share, then downwards', () => {
  expect(legend(layered)).toEqual([
    { role: 'your code', share: 0.1 },
    { role: 'z', share: 0.5 },
    { role: 'a', share: 0.2 },
    { role: "Node's JavaScript", share: 0.15 },
    { role: 'kernel', share: 0.05 },
  ])
  const text = flameText(layered, 'server.ts')
  expect(text).toContain('frame [layer]')
  expect(text).toContain('list server.ts:3 [your code]')
  expect(text).toContain('copy node_modules/z/a.js:3 [z]')
})

test('the difference of two is by layers if one of them is', () => {
  const plain = treeOf([[40, js('emit', 'node:events'), js('list', 'server.ts')]])
  expect(plain.grouping).toBeUndefined()
  const difference = subtract({ name: 'a', tree: plain }, { name: 'b', tree: layered })
  expect(difference.grouping).toBe('layers')
  expect(difference.root.children[0]!.children[0]).toMatchObject({
    name: 'list',
    role: 'your code',
  })
})

test('every layer has a colour and a meaning, a package always the same one', () => {
  expect(groupColour('fastify')).toBe(packageColour('fastify'))
  expect(groupColour('your code')).toMatch(/^#[\da-f]{6}$/)
  expect(groupMeaning('fastify')).toContain('the package fastify')
  expect(groupMeaning('parse')).toContain('bytes to a command')
})
