import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { labRoot } from '../run/server.ts'
import { rolesOfStages } from '../stages.ts'
import { type Role, roleOf, shares } from './roles.ts'
import { addToRoot, type Frame, growTree } from './tree.ts'

const js = (file: string, name = 'f'): Frame => ({ name, kind: 'js', file })
const native = (file: string, name: string): Frame => ({ name, kind: 'native', file })
const kernel = (name: string): Frame => ({ name, kind: 'kernel', file: 'kernel' })

const intoJs = [
  native('libuv', 'uv_run'),
  native('libuv', 'uv__io_poll'),
  native('libuv', 'uv__stream_io'),
  native('node', 'node::LibuvStreamWrap::OnUvRead'),
  native('v8', 'v8::internal::Invoke'),
  js('node:internal/stream_base_commons', 'onStreamRead'),
]
const inCallback = [...intoJs, js('stages/stage1/connection.ts', 'onRead')]
const writing = [
  ...inCallback,
  js('stages/stage1/replies.ts', 'send'),
  js('node:internal/streams/writable', 'Writable.write'),
  js('node:net', 'Socket._writeGeneric'),
]

test.each<[Role, Frame[]]>([
  ['event loop', [native('libuv', 'uv_run')]],
  [
    'event loop',
    [
      native('libuv', 'uv_run'),
      native('libuv', 'uv__io_poll'),
      native('libc', 'epoll_pwait'),
      kernel('do_epoll_wait'),
    ],
  ],
  [
    'event loop',
    [
      native('libuv', 'uv_run'),
      native('node', 'node::Environment::RunTimers'),
      js('node:internal/timers', 'processTimers'),
    ],
  ],
  ['read', [...intoJs.slice(0, 3)]],
  [
    'read',
    [...intoJs.slice(0, 3), native('libc', 'read'), kernel('ksys_read'), kernel('tcp_recvmsg')],
  ],
  ['entering JS', intoJs.slice(0, 4)],
  ['entering JS', [...intoJs.slice(0, 4), native('v8', 'v8::Context::Enter')]],
  ['entering JS', intoJs],
  ['parse', inCallback],
  ['parse', [...inCallback, js('stages/stage1/parser.ts'), js('stages/stage1/reader.ts')]],
  [
    'parse',
    [
      ...inCallback,
      js('stages/stage3/parser.ts'),
      js('node:buffer', 'Buffer.from'),
      native('libc', 'memcpy'),
    ],
  ],
  ['parse', [...inCallback, js('src/server/execute.ts'), js('stages/stage4/arguments.ts')]],
  ['parse', [...inCallback, js('mine/stage1/reader.ts')]],
  ['parse', [...inCallback, js('src/server/inline.ts')]],
  ['parse', [...inCallback, js('stages/stage2/parser.ts'), js('src/server/numbers.ts')]],
  ['execute', [...inCallback, js('src/server/commands/strings.ts'), js('src/server/numbers.ts')]],
  ['execute', [...inCallback, js('src/server/execute.ts')]],
  [
    'execute',
    [
      ...inCallback,
      js('src/server/commands/strings.ts'),
      { name: 'MapPrototypeGet', kind: 'builtin', file: 'v8' },
    ],
  ],
  ['reply', [...inCallback, js('src/server/execute.ts'), js('src/server/replies.ts')]],
  ['reply', [...inCallback, js('src/server/output.ts')]],
  ['reply', [...inCallback, js('stages/stage1/replies.ts')]],
  ['reply', writing],
  [
    'reply',
    [
      ...writing,
      native('node', 'node::StreamBase::WriteString'),
      native('libuv', 'uv_try_write'),
      native('libc', 'write'),
      kernel('tcp_sendmsg'),
    ],
  ],
  [
    'reply',
    [native('libuv', 'uv_run'), native('libuv', 'uv__stream_io'), native('libuv', 'uv__write')],
  ],
  [
    'GC',
    [
      ...inCallback,
      js('stages/stage1/parser.ts'),
      { name: 'garbage collection', kind: 'gc' },
      kernel('madvise'),
    ],
  ],
  ['other', [kernel('asm_sysvec_apic_timer_interrupt')]],
  ['unseen', [{ name: 'not seen', kind: 'unseen' }]],
])('%s', (expected, stack) => {
  expect(stack.reduce<Role>((role, frame) => roleOf(frame, role, rolesOfStages), 'other')).toBe(
    expected,
  )
})

test("a function may have another role than its file, a copy has its stage's", () => {
  const byStage = new Map([
    ['stage7', { 'loop.ts': 'event loop', 'loop.ts read': 'read' } as const],
  ])
  const role = (file: string, name?: string) => roleOf(js(file, name), 'other', byStage)
  expect(role('stages/stage7/loop.ts')).toBe('event loop')
  expect(role('stages/stage7/loop.ts', 'read')).toBe('read')
  expect(role('mine/stage7-faster/loop.ts')).toBe('event loop')
  expect(role('stages/stage7/helper.ts')).toBe('other')
  expect(role('stages/stage8/loop.ts')).toBe('other')
})

test('shares add up to 1, the kernel is shown inside its role, the article is beside', () => {
  const read = [...intoJs.slice(0, 3), native('libc', 'read')]
  const root = growTree(
    [
      { frames: [...read, kernel('tcp_recvmsg')], count: 40 },
      { frames: read, count: 10 },
      { frames: intoJs, count: 20 },
      { frames: inCallback, count: 5 },
      { frames: writing, count: 15 },
      { frames: [...inCallback, { name: 'garbage collection', kind: 'gc' }], count: 10 },
    ],
    rolesOfStages,
  )
  const result = shares({ root })
  expect(Object.values(result.byRole).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9)
  expect(result.byRole).toMatchObject({
    read: 0.5,
    'entering JS': 0.2,
    parse: 0.05,
    reply: 0.15,
    GC: 0.1,
  })
  expect(result.kernelByRole.read).toBeCloseTo(0.4)
  expect(result.kernel).toBeCloseTo(0.4)
  expect(result.certain).toBe(true)
  expect(result.grouped.map(({ label, share, article }) => [label, share, article.share])).toEqual([
    ['getting a command in', 0.75, 0.75],
    ['executing and replying', 0.15, 0.13],
    ['releasing memory', 0.1, 0.08],
  ])
})

test('shares of a profile that missed much are not certain', () => {
  const root = growTree([{ frames: inCallback, count: 40 }])
  addToRoot(root, { name: 'not seen by this profiler', kind: 'unseen' }, 60)
  const result = shares({ root })
  expect(result.byRole.unseen).toBeCloseTo(0.6)
  expect(result.certain).toBe(false)
})

test('an empty tree has no shares', () => {
  expect(Object.values(shares({ root: growTree([]) }).byRole).every((share) => share === 0)).toBe(
    true,
  )
})

test('every file of src/server that a rule names is there', () => {
  const source = readFileSync(join(labRoot, 'src/flame/roles.ts'), 'utf8')
  const named = [...source.matchAll(/src\\\/server\\\/(?:\(([\w|-]+)\)|(\w+))\\\.ts/g)]
  const files = named.flatMap(([, list, one]) => (list ?? one!).split('|'))
  expect(files.length).toBeGreaterThan(5)
  expect(files.filter((file) => !existsSync(join(labRoot, `src/server/${file}.ts`)))).toEqual([])
})
