import { expect, it } from 'vitest'
import { nameJavaScript } from './inspector-names.ts'
import { type Frame, growTree, labelOf, type Stack, walk } from './tree.ts'

const js = (name: string): Frame => ({ name, kind: 'js', file: 'server.ts', line: 1 })
const native = (name: string): Frame => ({ name, kind: 'native', file: 'node' })
const builtin = (name: string): Frame => ({ name, kind: 'builtin', file: 'v8' })
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })
const gc: Frame = { name: 'garbage collection', kind: 'gc', file: 'v8' }
const unknown: Frame = { name: '(unknown)', kind: 'unknown' }
const loop = native('uv_run')

/** A sample of perf's, with JavaScript that has no name. */
const below = (...called: Frame[]) => [
  loop,
  native('MakeCallback'),
  builtin('JSEntry'),
  unknown,
  ...called,
]

const named: Stack[] = [
  { frames: [js('handle'), js('clone')], count: 6 },
  { frames: [js('handle')], count: 2 },
  { frames: [js('handle'), js('clone'), builtin('stringify')], count: 4 },
  { frames: [js('send'), builtin('writeUtf8String')], count: 1 },
  { frames: [js('handle'), js('clone'), gc], count: 1 },
  { frames: [native("Node's C++ and V8, outside JavaScript")], count: 90 },
]

function totals(stacks: readonly Stack[]): Record<string, number> {
  const sums: Record<string, number> = {}
  walk(growTree(stacks), (node) => {
    const label = labelOf(node).split(' ')[0]!
    sums[label] = (sums[label] ?? 0) + node.total
  })
  return sums
}

it('leaves what runs no JavaScript as perf saw it', () => {
  const reading = [loop, native('uv__read'), kernel('sys_read')]
  expect(nameJavaScript([reading], named)).toEqual({
    stacks: [{ frames: reading, count: 1 }],
    unnamed: 0,
  })
})

it('divides JavaScript as V8 saw it, and leaves out functions with native code', () => {
  const eight = Array.from({ length: 8 }, () => below())
  const four = Array.from({ length: 4 }, () => below(native('v8::internal::Builtin_JsonStringify')))
  const { stacks } = nameJavaScript([...eight, ...four], named)
  const sums = totals(stacks)
  expect(sums.all).toBeCloseTo(12)
  expect(sums.clone).toBeCloseTo(6 + 4)
  expect(sums['v8::internal::Builtin_JsonStringify']).toBeCloseTo(4)
  expect(sums.send).toBeUndefined()
})

it('gives the collector and writing to the functions that were seen in them', () => {
  const collecting = below(native('v8::internal::Runtime_Allocate'), gc)
  const writing = below(
    native('node::LibuvStreamWrap::DoTryWrite'),
    native('uv_try_write'),
    kernel('sys_write'),
  )
  const sums = totals(nameJavaScript([collecting, writing], named).stacks)
  expect(sums.clone).toBeCloseTo(1)
  expect(sums.garbage).toBeCloseTo(1)
  expect(sums.send).toBeCloseTo(1)
  expect(sums.sys_write).toBeCloseTo(1)
})

it('shows what the sampling itself costs as a separate tower', () => {
  const inHandler = below(kernel('arch_do_signal_or_restart'), kernel('setup_rt_frame'))
  const sums = totals(nameJavaScript([inHandler], named).stacks)
  expect(sums["V8's"]).toBe(1)
  expect(sums.clone).toBeUndefined()
})

it('says so if V8 saw no function at all', () => {
  const { stacks, unnamed } = nameJavaScript([below()], [])
  expect(unnamed).toBe(1)
  expect(totals(stacks).JavaScript).toBe(1)
})
