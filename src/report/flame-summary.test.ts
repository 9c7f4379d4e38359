import { expect, test } from 'vitest'
import { byLayers } from '../flame/layers.ts'
import { type Frame, type FrameTree, growTree, noFaults } from '../flame/tree.ts'
import { flameSummary } from './flame-summary.ts'

const js = (name: string, file: string, line = 1): Frame => ({ name, kind: 'js', file, line })
const kernel: Frame = { name: 'sys_write', kind: 'kernel', file: 'kernel' }
const write: Frame = { name: 'write', kind: 'native', file: 'libc' }
const walk = js('walk', 'src/a_b.ts', 7)

const tree: FrameTree = byLayers({
  format: 1,
  source: 'perf',
  method: '',
  unit: { counts: 'samples', worth: 2000, of: 'µs' },
  windowSeconds: 2,
  samples: 1000,
  requests: 100,
  blind: ['helper threads'],
  quality: noFaults(),
  root: growTree([
    { frames: [js('emit', 'node:events'), walk, walk, write, kernel], count: 600 },
    { frames: [js('emit', 'node:events'), walk], count: 100 },
    { frames: [js('emit', 'node:events'), js('copy', 'node_modules/z/a.js')], count: 300 },
  ]),
})

test('sentences, shares and functions with file, line, layer and interval', () => {
  const sentences = [{ text: 'walk takes <70 %>.', next: 'npm run explain -- a walk' }]
  const caption = { title: 'src/a_b.ts', workload: 'GET http://127.0.0.1:1/' }
  const lines = flameSummary({ ...tree, sentences }, caption, ['It was busy.']).split('\n')
  expect(lines[0]).toBe('# src/a\\_b.ts')
  expect(lines[2]).toContain('1000 samples, 2.0 s of processor time in 2.0 s')
  expect(lines).toContain('- walk takes \\<70 %\\>.  ')
  expect(lines).toContain('  `npm run explain -- a walk`')
  expect(lines).toContain('| your code | 10 % ± 2 |')
  // A function that calls itself is counted once, and what the kernel did is of libc's write.
  expect(lines).toContain('| `walk src/a_b.ts:7` | your code | 10 % ± 2 | 70 % ± 3 |')
  expect(lines).toContain('| `copy node_modules/z/a.js:1` | z | 30 % ± 3 | 30 % ± 3 |')
  expect(lines).toContain('| `write libc` | libuv and C++ | 60 % ± 3 | 60 % ± 3 |')
  expect(lines).toContain('> Not seen: helper threads')
  expect(lines).toContain('> It was busy.')
})

test('it is said that nothing is said, and bytes have no interval of time', () => {
  const bytes = { ...tree, unit: { counts: 'bytes', worth: 1, of: 'bytes' } } as const
  const text = flameSummary({ ...bytes, sentences: [] }, { title: 'a', workload: '' })
  expect(text).toContain('No rule of the lab has anything to say of it.')
  expect(text).toContain(
    '| `walk src/a_b.ts:7` | your code | 10 % | 70 % | 7.0 bytes per request |',
  )
})
