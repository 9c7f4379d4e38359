/** Files that other programs have recorded, made here by those programs. */
import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeScratch, type Scratch } from '../../run/scratch.ts'
import { type FrameNode, type FrameTree, walk } from '../tree.ts'
import { cpuTimeFixture, encodePprof } from './pprof-fixture.ts'
import { readProfileFile } from './profile-file.ts'
import type { ReadOptions } from './read-profile.ts'

const run = promisify(execFile)

let scratch: Scratch
beforeAll(async () => {
  scratch = await makeScratch()
  await writeFile(join(scratch.dir, 'hot.cjs'), program)
})
afterAll(() => scratch.remove())

/** Most of its time is in one function, whatever records it. */
const program = `
function hot(until) { let sum = 0; while (process.cpuUsage().user < until) for (let i = 0; i < 1e4; i++) sum += Math.sqrt(i); return sum }
globalThis.kept = []
function allocate() { for (let i = 0; i < 2e5; i++) kept.push({ i }) }
allocate()
hot(process.cpuUsage().user + 400_000)
`

const inScratch = (name: string) => join(scratch.dir, name)

async function write(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(inScratch(name), content)
  return inScratch(name)
}

async function readText(name: string, content: string | Uint8Array, options?: ReadOptions) {
  return await readProfileFile(await write(name, content), options)
}

/** The share of a function's total, its own calls counted once. */
function shareOf(tree: FrameTree, name: string): number {
  const share = (node: FrameNode): number =>
    node.name === name ? node.total : node.children.reduce((sum, child) => sum + share(child), 0)
  return share(tree.root) / tree.root.total
}

function frameNamed(tree: FrameTree, name: string): FrameNode | undefined {
  let found: FrameNode | undefined
  walk(tree.root, (node) => {
    if (node.name === name) found ??= node
  })
  return found
}

describe('by Node', () => {
  const node = (...words: string[]) =>
    run(process.execPath, words, { cwd: scratch.dir, timeout: 60_000 })

  it('--cpu-prof', async () => {
    await node('--cpu-prof', '--cpu-prof-name=x.cpuprofile', 'hot.cjs')
    const tree = await readProfileFile(inScratch('x.cpuprofile'))
    expect(tree).toMatchObject({ source: 'cpu-prof', grouping: 'layers', unit: { of: 'µs' } })
    expect(shareOf(tree, 'hot')).toBeGreaterThan(0.4)
    expect(frameNamed(tree, 'hot')).toMatchObject({ file: 'hot.cjs', line: 2, role: 'your code' })
  })

  it('--heap-prof', async () => {
    await node(
      '--heap-prof',
      '--heap-prof-name=x.heapprofile',
      '--heap-prof-interval=16384',
      'hot.cjs',
    )
    const tree = await readProfileFile(inScratch('x.heapprofile'))
    expect(tree.unit).toMatchObject({ counts: 'bytes', of: 'bytes' })
    expect(shareOf(tree, 'allocate')).toBeGreaterThan(0.5)
  })

  it('--prof', async () => {
    await node('--prof', '--logfile=v8.log', '--no-logfile-per-isolate', 'hot.cjs')
    const tree = await readProfileFile(inScratch('v8.log'))
    expect(tree.unit).toMatchObject({ worth: 1000, of: 'µs' })
    expect(shareOf(tree, 'hot')).toBeGreaterThan(0.4)
    expect(frameNamed(tree, 'hot')).toMatchObject({ file: 'hot.cjs', line: 2 })
  })
})

describe('what 0x leaves beside its page', () => {
  const work = { name: 'work file:///srv/app/a.ts:3:7', type: 'JS', kind: 'Opt' }
  const read = { name: 'read@@GLIBC_2.2.5', type: 'CPP' }
  const main = { name: ' file:///srv/app/main.ts:1:1', type: 'JS', kind: 'Unopt' }
  const expected = [
    ['(module)', 'main.ts', 3],
    ['work', 'a.ts', 2],
    ['read', 'libc', 1],
  ]
  const named = (tree: FrameTree) =>
    expected.map(([name]) => {
      const found = frameNamed(tree, String(name))
      return [found?.name, found?.file, found?.total]
    })

  it('V8’s log as V8’s own tool has read it: offsets after each function, the one on top first', async () => {
    const ticks = [
      { tm: 1, vm: 0, s: [1, 8, 0, 4, 2, 9] },
      { tm: 2, vm: 0, s: [0, 4, -1, 99, 2, 9] },
      { tm: 3, vm: 1, s: [2, 9] },
    ]
    const file = JSON.stringify({ code: [work, read, main], functions: [], ticks })
    const tree = await readText('isolate.log.json', file)
    expect(named(tree)).toEqual(expected)
    expect(frameNamed(tree, 'garbage collection')?.total).toBe(1)
  })

  it('its ticks', async () => {
    const tree = await readText(
      'ticks.json',
      JSON.stringify([[], [main, work, read], [main, work], [main]]),
    )
    expect(named(tree)).toEqual(expected)
    expect(tree.samples).toBe(4)
  })

  it('the tree of its page', async () => {
    const merged = {
      ...{ name: 'all stacks', value: 3, top: 0 },
      children: [
        {
          ...{ name: '(anonymous) file:///srv/app/main.ts:1:1 [INIT]', value: 3, top: 1 },
          children: [
            {
              ...{ name: 'work file:///srv/app/a.ts:3:7 [JS:Opt]', value: 2, top: 1 },
              children: [{ name: 'read@@GLIBC_2.2.5 [CPP]', value: 1, top: 1 }],
            },
          ],
        },
      ],
    }
    expect(named(await readText('stacks.7.json', JSON.stringify({ merged })))).toEqual(expected)
  })
})

describe('by perf', () => {
  const sample = (name: string, period: number, symbols: readonly string[], event = 'cpu-clock') =>
    `${name} 9/10 [001] 12.${period}: ${period} ${event}: \n${symbols.map((one) => `\t  16a4971 ${one}\n`).join('')}\n`
  const text = [
    sample('node', 1_000_000, [
      'JS:*hot /srv/app/hot.js:3:5 (/tmp/perf-9.map)',
      'uv_run (/opt/node)',
    ]),
    sample('node', 3_000_000, [
      'LazyCompile:o~hot /srv/app/hot.js:3 (/tmp/perf-9.map)',
      'uv_run (/opt/node)',
    ]),
    sample('node', 1_000_000, [
      'tcp_sendmsg ([kernel.kallsyms])',
      '__libc_write (/usr/lib/libc.so.6)',
      'main (/opt/node)',
    ]),
    sample('V8Worker 2', 1_000_000, ['v8::internal::Scavenger::Process(int) (/opt/node)']),
    sample('node', 1, ['main (/opt/node)'], 'page-faults'),
  ].join('')

  it('a sample counts one, below the name of its thread', async () => {
    const tree = await readText('perf.txt', text)
    expect(tree).toMatchObject({ source: 'perf', samples: 4, unit: { of: 'samples', worth: 1 } })
    expect(tree.root.children.map(({ name, total }) => [name, total])).toEqual([
      ['node', 3],
      ['V8Worker 2', 1],
    ])
    expect(frameNamed(tree, 'hot')).toMatchObject({ kind: 'js', file: 'hot.js', line: 3, total: 2 })
    expect(frameNamed(tree, 'tcp_sendmsg')?.kind).toBe('kernel')
    expect(frameNamed(tree, 'garbage collection')?.total).toBe(1)
    expect(tree.blind.join()).toMatch(/1 sample of other events than cpu-clock/)
  })

  it('or its period, if that is asked for', async () => {
    const tree = await readText('perf.txt', text, { periods: true })
    expect(tree.unit.of).toBe('µs')
    expect(tree.root.total * tree.unit.worth).toBeCloseTo(6000)
    expect(shareOf(tree, 'hot')).toBeCloseTo(4 / 6)
  })

  it('without time, period or call graph', async () => {
    const bare = 'node-v011 31912 cpu-clock: \n\t dd777 v8::Function::Call(int) (/tmp/node)\n\n'
    expect(frameNamed(await readText('perf.txt', bare), 'v8::Function::Call')?.total).toBe(1)
    const flat = 'node  7 [000]  1.5:  2004 cpu-clock:   16a4971 uv_run+0x1c (/opt/node)\n'.repeat(
      3,
    )
    expect(frameNamed(await readText('perf.txt', flat), 'uv_run')?.total).toBe(3)
  })

  it('its own recording is no text: the next command makes one', async () => {
    await expect(readText('perf.data', 'PERFILE2\0\0\0')).rejects.toMatchObject({
      message: "perf.data is perf's own recording",
      next: expect.stringContaining('perf script'),
    })
  })
})

describe('collapsed stacks', () => {
  it('with what FlameGraph adds, and lines that are no stacks', async () => {
    const text = `# a comment
main;LazyCompile:*tick /srv/app/a.js:39_[j];tcp_sendmsg_[k] 2
main;Builtin:ArrayMap_[j] 1.5

main 3\r
no stack
`
    const tree = await readText('out.folded', text)
    expect(tree.root.total).toBe(6.5)
    expect(frameNamed(tree, 'tick')).toMatchObject({ kind: 'js', file: 'a.js', line: 39 })
    expect(frameNamed(tree, 'tcp_sendmsg')?.kind).toBe('kernel')
    expect(frameNamed(tree, 'ArrayMap')?.kind).toBe('builtin')
    expect(tree.blind).toContain('1 line that is no stack')
  })

  it('in UTF-16, as PowerShell writes it, and packed', async () => {
    const utf16 = Buffer.from('\ufeffmain;handle 12\r\nmain 1\r\n', 'utf16le')
    expect((await readText('x.txt', utf16)).root.total).toBe(13)
    expect((await readText('x.txt.gz', gzipSync('main;handle 12\n'))).root.total).toBe(12)
  })
})

describe('speedscope', () => {
  const frames = [{ name: 'main' }, { name: 'work', file: '/srv/app/a.ts', line: 3 }]
  const file = (profile: object, more: object = {}) =>
    JSON.stringify({ profiles: [profile], shared: { frames }, ...more })

  it('sampled, in seconds; the profile that is shown first', async () => {
    const profile = {
      type: 'sampled',
      name: 'one',
      unit: 'seconds',
      samples: [[0, 1], [0]],
      weights: [3, 1],
    }
    const tree = await readText(
      'x.json',
      file({}, { activeProfileIndex: 1, profiles: [{}, profile] }),
    )
    expect(tree.root.total * tree.unit.worth).toBeCloseTo(4e6)
    expect(shareOf(tree, 'work')).toBeCloseTo(0.75)
    expect(frameNamed(tree, 'work')).toMatchObject({ file: 'a.ts', line: 3, role: 'your code' })
    expect(tree.blind.join()).toContain('1 more profile of the file')
  })

  it('evented: what is open between two events is a stack', async () => {
    const events = [
      { type: 'O', frame: 0, at: 10 },
      { type: 'O', frame: 1, at: 12 },
      { type: 'C', frame: 1, at: 15 },
      { type: 'C', frame: 0, at: 20 },
    ]
    const tree = await readText(
      'x.json',
      file({ type: 'evented', name: '', unit: 'bytes', startValue: 10, events }),
    )
    expect(tree.root.total).toBe(10)
    expect(shareOf(tree, 'work')).toBeCloseTo(0.3)
  })
})

describe('pprof', () => {
  it('the values that pprof shows, functions that were inlined, and lines', async () => {
    for (const pack of [gzipSync, (bytes: Uint8Array) => bytes]) {
      const tree = await readText('x.pb', pack(encodePprof(cpuTimeFixture)))
      expect(tree).toMatchObject({
        source: 'pprof',
        samples: 4,
        windowSeconds: 2,
        unit: { of: 'µs' },
      })
      expect(tree.root.total * tree.unit.worth).toBeCloseTo(40_000)
      expect(shareOf(tree, 'work')).toBeCloseTo(0.75)
      expect(frameNamed(tree, 'inner')).toMatchObject({ file: 'src/b.ts', line: 9, self: 3 })
      expect(frameNamed(tree, 'garbage collection')?.role).toBe('GC')
    }
  })
})

it('old .cpuprofile: a tree, and the time of each sample', async () => {
  const at = (id: number, functionName: string, url: string, children: object[] = []) => ({
    ...{ id, functionName, url, lineNumber: 4, hitCount: 0, children },
  })
  const head = at(1, '(root)', '', [
    at(2, 'emit', 'events.js', [at(3, 'work', '/srv/a.js')]),
    at(4, '(program)', ''),
  ])
  const old = {
    head,
    startTime: 1,
    endTime: 1,
    samples: [3, 3, 2],
    timestamps: [1e6, 1e6 + 10, 1e6 + 30, 1e6 + 60],
  }
  const tree = await readText('x.cpuprofile', JSON.stringify(old))
  expect(tree.root.total * tree.unit.worth).toBeCloseTo(60)
  expect(shareOf(tree, 'work')).toBeCloseTo(0.5)
  expect(frameNamed(tree, 'emit')?.role).toBe("Node's JavaScript")
})

it('without samples the hits of the nodes count', async () => {
  const node = (id: number, functionName: string, hitCount: number, children: number[] = []) => ({
    ...{ id, hitCount, children, callFrame: { functionName, url: '/a.js', lineNumber: 1 } },
  })
  const nodes = [node(1, '(root)', 0, [2]), node(2, 'work', 3, [3]), node(3, 'deeper', 1)]
  const tree = await readText('x.cpuprofile', JSON.stringify({ nodes, startTime: 0, endTime: 400 }))
  expect(shareOf(tree, 'deeper')).toBeCloseTo(0.25)
})

it('the directory of the program and the lab’s checkout are taken off, node_modules is not', async () => {
  const text =
    'a /home/me/app/server.ts:1;b /home/me/app/lib/b.ts:2;c /home/me/app/node_modules/hono/dist/x.js:3 1\n'
  const files: (string | undefined)[] = []
  walk((await readText('x.folded', text)).root, ({ file }) => files.push(file))
  expect(files).toEqual([undefined, 'server.ts', 'lib/b.ts', 'node_modules/hono/dist/x.js'])
})

it('no reader leaves anything behind', async () => {
  expect((await readdir(scratch.dir)).filter((name) => name.startsWith('.'))).toEqual([])
  expect((await readFile(inScratch('hot.cjs'), 'utf8')).length).toBe(program.length)
})
