/** Files that are broken, huge, or made to hurt: each is one clear error, and never a wait without end. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../../run/lab-error.ts'
import { makeScratch, type Scratch } from '../../run/scratch.ts'
import { type FrameTree, walk } from '../tree.ts'
import { cpuTimeFixture, encodePprof } from './pprof-fixture.ts'
import { readProfileFile } from './profile-file.ts'
import type { ReadOptions } from './read-profile.ts'

let scratch: Scratch
beforeAll(async () => {
  scratch = await makeScratch()
})
afterAll(() => scratch.remove())

async function read(
  content: string | Uint8Array | object,
  options?: ReadOptions,
): Promise<FrameTree> {
  const file = join(scratch.dir, 'x')
  const isPlain = typeof content === 'string' || content instanceof Uint8Array
  writeFileSync(file, isPlain ? content : JSON.stringify(content))
  return await readProfileFile(file, options)
}

/** What the file is refused with; fails the test if it is read. */
async function refusalOf(
  content: string | Uint8Array | object,
  options?: ReadOptions,
): Promise<LabError> {
  const failure = await read(content, options).then(
    () => undefined,
    (failure: unknown) => failure,
  )
  expect(failure).toBeInstanceOf(LabError)
  expect((failure as LabError).next).toBeTruthy()
  return failure as LabError
}

const node = (id: number, children: unknown[] = [], more: object = {}) => ({
  ...{
    id,
    hitCount: 1,
    children,
    callFrame: { functionName: `f${id}`, url: '/a.js', lineNumber: id },
  },
  ...more,
})
const cpu = (nodes: unknown[], more: object = {}) => ({
  ...{ nodes, startTime: 0, endTime: 20, samples: [1, 2], timeDeltas: [0, 10] },
  ...more,
})
const scope = (profile: object) => ({
  ...{ shared: { frames: [{ name: 'a' }] } },
  profiles: [{ type: 'sampled', unit: 'none', samples: [[0]], weights: [1], ...profile }],
})
const heap = (node: object) => ({
  head: {
    ...{ callFrame: { functionName: '', url: '', lineNumber: -1 }, selfSize: 0 },
    children: [node],
  },
})
const recording = (root: object, more: object = {}) => ({
  ...{ format: 1, source: 'perf', samples: 1, windowSeconds: 1, blind: [] },
  unit: { counts: 'samples', worth: 1, of: 'µs' },
  root: { name: 'all', kind: 'native', role: 'other', self: 1, total: 1, children: [], ...root },
  ...more,
})

describe('what is no profile', () => {
  it.each([
    ['nothing', '', /is empty/],
    ['prose', 'It was a dark and stormy night.\nThe end.\n', /is no profile/],
    ['other JSON', { name: 'my-app', version: '1.0.0' }, /is no profile/],
    ['a list', [1, 2, 3], /is no profile/],
    ['JSON that ends early', '{"nodes":[{"id":1', /is a damaged JSON file/],
    ['garbage', Uint8Array.from({ length: 50_000 }, (_, at) => (at * 7919) % 256), /is no profile/],
    ['zeros', new Uint8Array(50_000), /is no profile/],
    ['a page', '<!doctype html><title>flame</title>', /is a page or a picture/],
    ['a trace', { traceEvents: [] }, /is a trace of events/],
    [
      'a gzip file that ends early',
      gzipSync('a;b 1\n'.repeat(1000)).subarray(0, 20),
      /damaged gzip file: \w/,
    ],
    ['gzip in gzip', gzipSync(gzipSync('a;b 1\n')), /is packed twice/],
  ])('%s', async (_, content, message) => {
    expect((await refusalOf(content)).message).toMatch(message)
  })

  it('a directory, a pipe that nothing is written to, a device, no file', async () => {
    const directory = join(scratch.dir, 'directory')
    mkdirSync(directory)
    const pipe = join(scratch.dir, 'pipe')
    execFileSync('mkfifo', [pipe])
    await expect(readProfileFile(directory)).rejects.toThrow(/is a directory/)
    await expect(readProfileFile(pipe)).rejects.toThrow(/is a pipe or a device/)
    await expect(readProfileFile('/dev/zero')).rejects.toThrow(/is a pipe or a device/)
    await expect(readProfileFile(join(scratch.dir, 'none'))).rejects.toThrow(
      /there is no such file/,
    )
  })
})

describe('what is damaged', () => {
  it.each([
    ['a child that is missing', cpu([node(1, [2, 3]), node(2)]), /there is no node 3/],
    ['a circle', cpu([node(1), node(2, [3]), node(3, [2])]), /in a circle/],
    ['its own caller', cpu([node(1), node(2, [2])]), /in a circle/],
    ['two callers', cpu([node(1, [3]), node(2, [3]), node(3)]), /node 3 has two callers/],
    ['one id twice', cpu([node(1), node(1)]), /two nodes have one id/],
    ['ids that are text', cpu([node(1), { ...node(2), id: '__proto__' }]), /no id/],
    ['a sample of no node', cpu([node(1)]), /sample 1 is of no node/],
    ['times that are text', cpu([node(1), node(2)], { timeDeltas: [0, 'x'] }), /time of sample 1/],
    ['too few times', cpu([node(1), node(2)], { timeDeltas: [0] }), /not equally many/],
    ['no end', cpu([node(1), node(2)], { endTime: null }), /began and ended/],
    ['an end before the beginning', cpu([node(1), node(2)], { endTime: -1 }), /ends before it/],
    [
      'no sum',
      cpu([node(1), node(2)], { timeDeltas: [1e308, 1e308], endTime: 1e308 }),
      /holds no samples|beyond all bounds|counts/,
    ],
    ['a negative weight', scope({ weights: [-1] }), /counts -1/],
    ['a weight that is text', scope({ weights: ['NaN'] }), /no weight/],
    ['a frame that is missing', scope({ samples: [[7]] }), /there is no frame 7/],
    ['a frame by a name', scope({ samples: [['constructor']] }), /there is no frame constructor/],
    ['an unknown unit', scope({ unit: 'constructor' }), /unit/],
    [
      'time that goes back',
      scope({
        type: 'evented',
        events: [
          { type: 'O', frame: 0, at: 5 },
          { type: 'C', frame: 0, at: 1 },
        ],
      }),
      /goes back in time/,
    ],
    [
      'a frame closed twice',
      scope({ type: 'evented', events: [{ type: 'C', frame: 0, at: 1 }] }),
      /closes a frame/,
    ],
    ['bytes below zero', heap({ callFrame: {}, selfSize: -5, children: [] }), /has no size/],
    ['no function', heap({ selfSize: 5, children: [] }), /no function/],
    ['a kind of no frame', recording({ kind: 'toString' }), /no name, kind/],
    ['a role of no stage', recording({ role: '__proto__' }), /the role of all/],
    ['time that is null', recording({ total: null }), /the time of all/],
    ['children that are null', recording({ children: [null] }), /a frame is no object/],
    ['no samples at all', scope({ weights: [0] }), /holds no samples/],
  ])('%s', async (_, content, message) => {
    expect((await refusalOf(content)).message).toMatch(message)
  })

  it('pprof: cut off, with a location that is missing, and the difference of two', async () => {
    const bytes = encodePprof(cpuTimeFixture)
    expect((await refusalOf(bytes.subarray(0, bytes.length - 3))).message).toMatch(
      /damaged pprof file/,
    )
    const missing = { ...cpuTimeFixture, samples: [{ locations: [99], values: [1, 1] }] }
    expect((await refusalOf(encodePprof(missing))).message).toMatch(/there is no location 99/)
    const difference = { ...cpuTimeFixture, samples: [{ locations: [1], values: [1, -5] }] }
    expect((await refusalOf(encodePprof(difference))).message).toMatch(/less than nothing/)
  })

  it('a log of V8 with code of impossible sizes', async () => {
    const log = [
      'v8-version,14,6,202,34,-node.40,0',
      'code-creation,JS,10,50,0x1000,99999999999999999999, f file:///a.js:1:1,0x10,~',
      'code-creation,JS,10,50,-0x1000,1e300, f file:///a.js:1:1,0x10,~',
      'code-creation,JS,10,50,0x2000,64,g file:///a.js:2:1,0x20,~',
      'tick,0x2008,60,0,0x0,0,0x2010,overflow,x',
      'tick,nonsense',
    ]
    const tree = await read(log.join('\n'))
    expect(tree.samples).toBe(1)
    expect(tree.root.children[0]!.name).toBe('g')
  })
})

describe('limits', () => {
  it('of bytes, also of what gzip makes of a few', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 'a;b 1\n'))
    expect(bomb.length).toBeLessThan(200_000)
    const limits = { bytes: 1_000_000, wholeBytes: 1_000_000 }
    expect((await refusalOf(bomb, { limits })).message).toMatch(/up to 1,000,000 bytes/)
    const json = gzipSync(`{"nodes":[${' '.repeat(5_000_000)}]}`)
    expect((await refusalOf(json, { limits })).message).toMatch(/up to 1,000,000 bytes/)
    expect((await refusalOf('a;b 1\n'.repeat(1e6), { limits })).message).toMatch(
      /up to 1,000,000 bytes/,
    )
  })

  it('of frames, of all stacks together and of different ones', async () => {
    const many = Array.from({ length: 3000 }, (_, at) => `a;f${at} 1\n`).join('')
    expect((await refusalOf(many, { limits: { frames: 1000 } })).message).toMatch(
      /1,000 different frames/,
    )
    expect((await refusalOf(many, { limits: { steps: 1000 } })).message).toMatch(
      /1,000 frames in its stacks/,
    )
    const chain = Array.from({ length: 3000 }, (_, at) => node(at + 1, at < 2999 ? [at + 2] : []))
    expect((await refusalOf(cpu(chain), { limits: { frames: 1000 } })).message).toMatch(
      /1,000 nodes/,
    )
  })

  it('of depth: what is above is counted for the last frame, and that is said', async () => {
    const depth = 20_000
    const chain = Array.from({ length: depth }, (_, at) =>
      node(at + 1, at < depth - 1 ? [at + 2] : []),
    )
    const deep = [
      `${'f;'.repeat(depth)}g 5\nf 1\n`,
      cpu(chain, { samples: [1, depth], timeDeltas: [0, 10] }),
      deepHeap(depth),
    ]
    for (const [at, content] of deep.entries()) {
      const tree = await read(content)
      let deepest = 0
      walk(tree.root, (_, path) => {
        deepest = Math.max(deepest, path.length)
      })
      expect(deepest).toBeLessThanOrEqual(1002)
      if (at < 2) expect(tree.blind.join()).toMatch(/above 1,000 frames/)
    }
  })

  it('a line without an end', async () => {
    expect((await refusalOf('a'.repeat(3_000_000))).message).toMatch(/is no profile/)
    expect((await refusalOf('node 1 '.repeat(500_000))).message).toMatch(/is no profile/)
  })
})

/** Nested as deep as JSON can be read, but not written. */
function deepHeap(depth: number): string {
  const open = '{"callFrame":{"functionName":"f","url":"","lineNumber":1},"selfSize":1,"children":['
  return `{"head":${open.repeat(depth)}${']}'.repeat(depth)}}`
}

const red = '\u001b[31m'
const backwards = '\u202e'

it('no name can move the cursor, colour the terminal or turn the direction of writing', async () => {
  const callFrame = {
    functionName: `f${red}`,
    url: `file:///srv/node_modules/a${red}/a${backwards}.js`,
    lineNumber: 1,
  }
  const tree = await read(cpu([node(1, [2]), node(2, [], { callFrame })]))
  const recorded = recording({ name: `g${red}` }, { method: red, blind: [`not${backwards}`] })
  const all = JSON.stringify([tree, await read(recorded)])
  expect(all).toContain('node_modules/a [31m/a .js')
  // JSON writes a control character as its number.
  expect(all).not.toMatch(/\\u00|\p{Cf}/u)
  const refused = await refusalOf(scope({ samples: [[`${red}7`]] }))
  expect(refused.message).not.toMatch(/\p{Cc}/u)
})

it('a name of a hundred thousand letters is cut: no table could show it', async () => {
  const tree = await read(`${'f'.repeat(100_000)};g 1\n`)
  expect(tree.root.children[0]!.name).toBe(`${'f'.repeat(400)}…`)
})

it('names that mean something to JavaScript are names', async () => {
  const tree = await read('__proto__;constructor;hasOwnProperty;toString 3\n__proto__;valueOf 1\n')
  const names: string[] = []
  walk(tree.root, ({ name }) => names.push(name))
  expect(names).toEqual([
    'all',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    'toString',
    'valueOf',
  ])
  expect(({} as Record<string, unknown>).self).toBeUndefined()
})
