import { expect, test } from 'vitest'
import { rolesOfStages } from '../stages.ts'
import { subtract } from './difference.ts'
import { amount, differenceText, flameText, signed } from './text.ts'
import { type Frame, type FrameTree, growTree } from './tree.ts'

const native = (name: string, file: string): Frame => ({ name, kind: 'native', file })
const js = (name: string, file: string, line: number): Frame => ({ name, kind: 'js', file, line })
const loop = [native('uv_run', 'libuv'), native('uv__io_poll', 'libuv')]
const onRead = [...loop, js('onRead', 'stages/stage1/connection.ts', 33)]
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })
const deep = Array.from({ length: 40 }, (_, at) => native(`v8::internal::VeryLongName${at}`, 'v8'))

const tree = (parsing: number): FrameTree => {
  const root = growTree(
    [
      {
        frames: [...loop, native('read', 'libc'), kernel('ksys_read'), kernel('vfs_read')],
        count: 50,
      },
      { frames: [...onRead, js('parse', 'stages/stage1/parser.ts', 40)], count: parsing },
      { frames: [...onRead, ...deep], count: 10 },
      { frames: [...onRead, js('tiny', 'stages/stage1/parser.ts', 90)], count: 0.9 },
      { frames: [...onRead, js('small', 'stages/stage1/parser.ts', 95)], count: 0.8 },
      { frames: [...onRead, js('least', 'stages/stage1/parser.ts', 99)], count: 0.4 },
    ],
    rolesOfStages,
  )
  return {
    format: 1,
    source: 'perf',
    method: '',
    unit: { counts: 'samples', worth: 2000, of: 'µs' },
    windowSeconds: 1,
    samples: 100,
    requests: 1000,
    blind: [],
    quality: { broken: 0, unnamed: 0, lost: 0, restored: 0 },
    root,
  }
}

test('an indented tree with shares in words', () => {
  const lines = flameText(tree(37.9), 'stage1').split('\n')
  expect(lines.slice(0, 10)).toEqual([
    'stage1: 200 µs of CPU per request in this profile',
    ' total    self   µs/req  frame [role]   >: called by the line above',
    '                         no >: called by the nearest line indented less',
    ' 100 %     0 %      200  all',
    ' 100 %     0 %      200  > uv_run libuv [event loop]',
    ' 100 %     0 %      200  > uv__io_poll libuv',
    '  50 %     0 %      100    read libc [read]',
    '  50 %    50 %      100    > ksys_read kernel',
    '  50 %     0 %      100    onRead stages/stage1/connection.ts:33 [parse]',
    '  38 %    38 %     75.8      parse stages/stage1/parser.ts:40',
  ])
})

test('stays within its columns however deep and long, and sums up what is too small', () => {
  const lines = flameText(tree(37.9), 'stage1').split('\n')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  expect(lines.at(-1)).toMatch(/^ +and 3 more below 1 %, together 2\.1 %$/)
  expect(lines.join('\n')).not.toContain('tiny')
  // The second kernel frame is left out unless it is asked for.
  expect(lines.join('\n')).not.toContain('vfs_read')
  expect(flameText(tree(37.9), 'stage1', { kernelDepth: 2 })).toContain('vfs_read')
})

test('a difference: before, after, change', () => {
  const difference = subtract({ name: 'a', tree: tree(37.9) }, { name: 'b', tree: tree(7.9) })
  const lines = differenceText(difference).split('\n')
  expect(lines.slice(0, 4)).toEqual([
    'a to b, µs of CPU per request, each in its own profile',
    '  before    after   change  frame [role]   >: called by the line above',
    '                            no >: called by the nearest line indented less',
    '     200      140    -60.0  all',
  ])
  expect(lines).toContain('    75.8     15.8    -60.0      parse stages/…/parser.ts')
  expect(lines.filter((line) => line.length > 80)).toEqual([])
})

test('figures', () => {
  expect([0, 0.123, 3.0401, 31.23, 123.4, 1234.5].map(amount)).toEqual([
    '0.00',
    '0.12',
    '3.04',
    '31.2',
    '123',
    '1,235',
  ])
  expect([1.5, -1.5, 0, -0.001].map(signed)).toEqual(['+1.50', '-1.50', '0.00', '0.00'])
})
