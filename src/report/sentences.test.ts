import { expect, test } from 'vitest'
import { byLayers } from '../flame/layers.ts'
import { type Frame, type FrameTree, growTree, noFaults } from '../flame/tree.ts'
import { type Evidence, sentencesOf } from './sentences.ts'

const js = (name: string, file: string, line = 1): Frame => ({ name, kind: 'js', file, line })
const builtin = (name: string): Frame => ({ name, kind: 'builtin', file: 'v8' })
const native = (name: string, file = 'node'): Frame => ({ name, kind: 'native', file })
const gc: Frame = { name: 'garbage collection', kind: 'gc', file: 'v8' }
const kernel: Frame = { name: 'sys_write', kind: 'kernel', file: 'kernel' }
const emit = js('emit', 'node:events')
const handler = js('handle', 'server.ts', 40)
const end = js('end', 'node:_http_outgoing')

/** A recording of so many samples of each stack, with `rest` of them in Node's own work. */
function recording(stacks: [number, ...Frame[]][], more: Partial<FrameTree> = {}): FrameTree {
  const all = stacks.map(([count, ...frames]) => ({ frames, count }))
  return byLayers({
    format: 1,
    source: 'perf',
    method: '',
    unit: { counts: 'samples', worth: 2000, of: 'µs' },
    windowSeconds: 10,
    samples: stacks.reduce((sum, [count]) => sum + count, 0),
    requests: 1000,
    blind: [],
    quality: noFaults(),
    root: growTree(all),
    ...more,
  })
}

const none = { count: 0, totalMs: 0, longestMs: 0 }
const rules = (evidence: Evidence) => sentencesOf(evidence).map(({ rule }) => rule)
const texts = (evidence: Evidence) => sentencesOf(evidence).map(({ text }) => text)

test('a server that does its work says nothing', () => {
  const tree = recording([
    [300, emit, handler, end, native('write', 'libc'), kernel],
    [500, emit],
    [150, emit, handler, builtin('JsonStringify')],
    [50, emit, gc],
  ])
  expect(
    sentencesOf({
      tree,
      cpu: { user: 5e6, system: 1e6 },
      delays: { windowMs: 10_000, count: 1, totalMs: 60, longestMs: 60, busy: none },
      latency: { p50: 3, p99: 9 },
      words: 'server.ts',
    }),
  ).toEqual([])
})

test('an operation with all of its interval above the threshold, with its caller and the listing', () => {
  const tree = (cloning: number) =>
    recording([
      [
        cloning,
        emit,
        handler,
        js('list', 'orders.ts', 7),
        js('structuredClone', 'node:internal/x'),
      ],
      [1000 - cloning, emit],
    ])
  expect(sentencesOf({ tree: tree(440), words: 'server.ts --http URL' })).toEqual([
    {
      rule: 'operation',
      text: '44 % of the time is below structuredClone (a deep copy), called from list orders.ts:7.',
      next: 'npm run explain -- server.ts list',
    },
  ])
  // 42 % of 1000 samples may as well be 39 %.
  expect(sentencesOf({ tree: tree(420) })).toEqual([])
})

test.each([
  ['a regular expression', [builtin('RegExpPrototypeTest'), builtin('RegExp ^(a+)+$')]],
  ['JSON.stringify', [native('v8::internal::Builtin_JsonStringify', 'v8')]],
  ['JSON.parse', [builtin('JsonParse')]],
  ['pbkdf2Sync', [js('pbkdf2Sync', 'node:internal/crypto/pbkdf2'), native('ncrypto::pbkdf2')]],
  ['readFileSync', [js('readFileSync', 'node:fs'), kernel]],
  ['hashing', [js('Hash.update', 'node:internal/crypto/hash')]],
  ['cloneDeep of the package lodash', [js('cloneDeep', 'node_modules/lodash/cloneDeep.js')]],
])('%s is called what it is', (name, frames) => {
  const tree = recording([
    [600, emit, handler, ...(frames as Frame[])],
    [400, emit],
  ])
  const [sentence] = sentencesOf({ tree })
  expect(sentence).toMatchObject({ rule: 'operation' })
  expect(sentence!.text).toContain(`below ${name}`)
  expect(sentence!.text).toContain('called from handle server.ts:40')
})

test("Node's own work for a reply is no hot spot of a package, and a package's own is", () => {
  const reply = js('send', 'node_modules/fastify/lib/reply.js')
  const below = (...frames: Frame[]) =>
    rules({
      tree: recording([
        [700, emit, handler, reply, ...frames],
        [300, emit],
      ]),
    })
  expect(below(end, kernel)).toEqual(['kernel'])
  expect(below(js('serialize', 'node_modules/fast/index.js'))).toEqual(['operation'])
})

test('the own function to look at: the deepest that nearly all of the work is in', () => {
  const sum = js('sumUp', 'report.ts', 27)
  const tree = recording([
    [200, emit, handler, sum, builtin('ArrayMap'), js('(anonymous)', 'report.ts', 32)],
    [200, emit, handler, sum, builtin('ArrayMap'), js('(anonymous)', 'report.ts', 33)],
    [100, emit, handler, sum, builtin('ObjectGroupBy')],
    [500, emit],
  ])
  expect(texts({ tree })).toEqual([
    'sumUp report.ts:27 takes 50 % of the time together with what it calls: 1.0 ms per request; 0 % is in its own lines.',
  ])
})

test('a function that calls itself is counted once', () => {
  const copy = js('copy', 'a.ts', 3)
  const tree = recording([
    [500, emit, copy, copy, copy],
    [100, emit, copy],
    [400, emit],
  ])
  expect(texts({ tree })[0]).toContain('copy a.ts:3 takes 60 % of the time')
  expect(texts({ tree })[0]).toContain('60 % is in its own lines')
})

test('collection above the threshold, and not around it', () => {
  const tree = (count: number) =>
    recording([
      [count, emit, gc],
      [1000 - count, emit],
    ])
  expect(sentencesOf({ tree: tree(70), words: 'server.ts --http URL' })).toEqual([
    {
      rule: 'GC',
      text: expect.stringContaining('Garbage collection takes 7 % of the time'),
      next: 'npm run flame -- server.ts --http URL --alloc',
    },
  ])
  expect(rules({ tree: tree(60) })).toEqual([])
  // A script has no such recording.
  const [whole] = sentencesOf({ tree: tree(70), words: 'script.js', whole: true })
  expect(whole!.text).toMatch(/soon thrown away\.$/)
  expect(whole).not.toHaveProperty('next')
})

test('who allocates is said of a recording of bytes', () => {
  const tree = recording(
    [
      [600, emit, js('sumUp', 'report.ts', 27)],
      [400, emit],
    ],
    {
      unit: { counts: 'bytes', worth: 1, of: 'bytes' },
      source: 'heap-prof',
      requests: 10,
    },
  )
  expect(texts({ tree })).toEqual([
    'sumUp report.ts:27 allocates 60 % of the bytes: 60 bytes per request.',
  ])
})

test('the kernel, with the call that leads there', () => {
  const tree = (count: number) =>
    recording([
      [count, emit, native('writev', 'libc'), kernel],
      [1000 - count, emit],
    ])
  const [sentence] = sentencesOf({ tree: tree(650) })
  expect(sentence).toMatchObject({ rule: 'kernel', next: 'npm run explain -- writev' })
  expect(sentence!.text).toContain('most of it for writev (65 %)')
  expect(rules({ tree: tree(620) })).toEqual([])
})

test('processors without work are no time in the kernel; a call that is not known has no command', () => {
  const idle = recording([
    [750, native('swapper', 'process'), kernel],
    [250, native('app', 'process'), emit],
  ])
  expect(texts({ tree: idle })).toEqual([
    '75 % of the samples are of idle processors (swapper): the whole machine was recorded. For shares of one program, record it alone: perf record -p PID.',
  ])
  const thread = recording([
    [750, native('kworker/0:1', 'process'), kernel],
    [250, emit],
  ])
  const [sentence] = sentencesOf({ tree: thread })
  expect(sentence!.text).toContain('75 % of the time is in the kernel, most of it for kworker/0:1')
  expect(sentence).not.toHaveProperty('next')
})

test('an idle program waits: bubbleprof, and no word of few samples', () => {
  const tree = recording([[100, emit]])
  const cpu = (seconds: number) => ({ user: seconds * 1e6, system: 0 })
  expect(
    sentencesOf({
      ...{ tree, cpu: cpu(0.7), latency: { p50: 85, p99: 120 } },
      words: 'server.ts --http :3000',
    }),
  ).toEqual([
    {
      rule: 'idle',
      text: 'The program was idle for 93 % of the time, while half of the requests took 85 ms or more. If that is too slow, it is waiting and not work, and a flame graph cannot show for what.',
      next: 'npm run clinic -- bubbleprof server.ts --http :3000',
    },
  ])
  // Clinic takes neither a program without a load nor another Node.
  for (const words of ['server.ts', 'server.ts --http :3000 --node node']) {
    expect(sentencesOf({ tree, cpu: cpu(0.7), words })[0]).not.toHaveProperty('next')
  }
  // 34.9 % of a core are 35 % and more, by the steps of the clock.
  expect(rules({ tree, cpu: cpu(3.49) })).toEqual(['samples'])
  // It wanted a core for all of the time and had one for a tenth.
  expect(rules({ tree, cpu: cpu(0.7), coreShare: 0.1 })).toEqual(['samples'])
  expect(rules({ tree })).toEqual(['samples'])
})

test('a main thread is not said to wait if its children or workers do the work', () => {
  const evidence = { tree: recording([[100, emit]]), cpu: { user: 0.3e6, system: 0 } }
  const [children] = sentencesOf({
    ...{ ...evidence, words: 'cluster.js' },
    beside: { workers: 0, otherThreads: 0, children: 2.7e6 },
  })
  expect(children).toEqual({
    rule: 'idle',
    text: 'The main thread was idle for 97 % of the time: the work is done by child processes, which took 90 % of the CPU time and are not sampled. To see it, record one of them by --pid, or the file that it runs.',
  })
  const beside = { workers: 2.7e6, otherThreads: 0, children: 0 }
  expect(texts({ ...evidence, beside })[0]).toContain('is done by worker threads')
  const little = { workers: 0.2e6, otherThreads: 1e6, children: 0 }
  expect(texts({ ...evidence, beside: little })[0]).toContain('it is waiting')
})

test('the advice of few samples can be followed: of a whole program, and before its arguments', () => {
  const tree = recording([[30, emit]])
  expect(sentencesOf({ tree, words: 'app.js -- --port 80' })[0]!.next).toBe(
    'npm run flame -- app.js --seconds 30 -- --port 80',
  )
  const { grouping: _, ...ofStage } = tree
  expect(sentencesOf({ tree: ofStage, words: 'stage3' })[0]).toMatchObject({
    text: expect.stringContaining('without --quick'),
    next: 'npm run flame -- stage3',
  })
  const [whole] = sentencesOf({ tree, words: 'app.js', whole: true })
  expect(whole!.text).toContain('give it more to do')
  expect(whole).not.toHaveProperty('next')
})

test('the listing of a process is asked for as it was saved, and a path as it was typed', () => {
  const tree = recording([
    [900, emit, handler],
    [100, emit],
  ])
  const next = (words: string) => sentencesOf({ tree, words })[0]!.next
  expect(next('--pid 1234 --http :3000')).toBe('npm run explain -- pid-1234 handle')
  expect(next("'my app/server.ts' --http :3000")).toBe(
    "npm run explain -- 'my app/server.ts' handle",
  )
})

test('a blocked event loop, with the tail of the latency and the cause', () => {
  const tree = recording([
    [150, emit, handler, builtin('RegExpPrototypeTest')],
    [850, emit],
  ])
  const blocks = { count: 8, totalMs: 800, longestMs: 104 }
  const delays = { windowMs: 10_000, ...blocks, busy: none }
  const latency = { p50: 2, p99: 110 }
  expect(sentencesOf({ tree, delays, latency, words: 'server.ts --http :3000' })).toEqual([
    {
      rule: 'blocked',
      text: 'The event loop was blocked 8 times for 50 ms or longer, at most for 104 ms: no other request is served meanwhile. The median of the requests took 2.0 ms, one of a hundred 110 ms or more. Most likely by a regular expression in handle server.ts:40.',
      next: 'npm run clinic -- doctor server.ts --http :3000',
    },
  ])
  const fast = { p50: 0, p99: 110 }
  expect(texts({ tree, delays, latency: fast })[0]).toContain(
    'The median of the requests took under 1 ms',
  )
  const but = (more: Partial<Evidence>) => rules({ tree, delays, latency, ...more })
  expect(but({ delays: { ...delays, count: 2 } })).toEqual([])
  expect(but({ delays: { ...delays, totalMs: 480 } })).toEqual([])
  expect(but({ latency: { p50: 60, p99: 110 } })).toEqual([])
  // It had to wait for a core: only what it computed meanwhile counts.
  expect(but({ coreShare: 0.6 })).toEqual([])
  expect(but({ coreShare: 0.6, delays: { ...delays, busy: blocks } })).toEqual(['blocked'])
  expect(but({ delays: undefined })).toEqual([])
})

test('code that V8 does not optimize', () => {
  const slow = { ...js('a', 'a.ts'), tier: 'interpreter' }
  const tree = (count: number) =>
    recording([
      [count, emit, slow],
      [1000 - count, emit],
    ])
  expect(rules({ tree: tree(240) })).toEqual(['interpreted'])
  expect(rules({ tree: tree(210) })).toEqual([])
})

test('too few samples', () => {
  expect(rules({ tree: recording([[199, emit]]) })).toEqual(['samples'])
  expect(rules({ tree: recording([[200, emit]]) })).toEqual([])
  expect(sentencesOf({ tree: recording([]) })).toEqual([])
})

test('what an operation calls back is not counted for it, and said so', () => {
  const compare = js('(anonymous)', 'server.ts', 44)
  const tree = recording([
    [600, emit, handler, builtin('ArrayPrototypeSort')],
    [300, emit, handler, builtin('ArrayPrototypeSort'), compare],
    [100, emit],
  ])
  expect(texts({ tree })[0]).toBe(
    '60 % of the time is below sorting, called from handle server.ts:40; what it calls back is not counted.',
  )
})
