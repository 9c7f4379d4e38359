import { expect, test, vi } from 'vitest'
import { labRoot } from '../../run/server.ts'
import { copiedPerByte, countCopied, quickPlan } from './bench.ts'
import { checkReading, checkRefusing, hostile } from './check.ts'
import { runParserBench } from './run-parser-bench.ts'
import { largeSet, makeStream, manyCommands, type Stream } from './streams.ts'
import { loadTargets, type ParserTarget, type ParserTargets, type Reading } from './targets.ts'

// A process is started, which may take long on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const KiB = 1024

function whole({ pieces }: Stream): string {
  return Buffer.concat(pieces).toString('latin1')
}

test('the small SETs are what redis-benchmark sends', () => {
  const sets = manyCommands().find(({ name }) => name === 'small SETs')!
  const text = whole(sets)
  expect(text.slice(0, 90)).toMatch(
    /^(\*3\r\n\$3\r\nSET\r\n\$16\r\nkey:\d{12}\r\n\$3\r\nxxx\r\n){2}$/,
  )
  expect(text.length).toBe(sets.commands * 45)
  expect(sets.args).toBe(sets.commands * 3)
})

test.each(manyCommands())('$name: whole commands in pieces of one length', (stream) => {
  const { pieces, piece, bytes, commands } = stream
  expect(pieces.slice(0, -1).every(({ length }) => length === piece)).toBe(true)
  expect(whole(stream).length).toBe(bytes)
  expect(whole(stream).match(/\*\d+\r\n\$/g)?.length).toBe(commands)
})

test.each([1, 7, 37, 1000, 64 * KiB])('a large SET in pieces of %i is the same', (piece) => {
  for (const value of [1, 30, 1000, 64 * KiB, 150_001]) {
    const stream = largeSet(value, piece)
    const [, key, text] = stream.expected(0)
    expect(text!.length).toBe(value)
    const wanted = `*3\r\n$3\r\nSET\r\n$16\r\n${key}\r\n$${value}\r\n${text}\r\n`
    expect(whole(stream) === wanted, `${value} in ${piece}`).toBe(true)
    expect(stream.bytes).toBe(wanted.length)
  }
})

let loaded: Promise<ParserTargets> | undefined
/** All parsers, in the test's own process, which times nothing. */
function targets(): Promise<ParserTargets> {
  loaded ??= loadTargets()
  return loaded
}

async function target(name: string): Promise<ParserTarget> {
  const { list } = await targets()
  return list.find((one) => one.name === name)!
}

test('a stage is there or a note says why not; both libraries are, with either result', async () => {
  const { list, notes } = await targets()
  const names = list.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['stage1', 'stage2', 'stage3', 'stage4']))
  expect(names.slice(-5)).toEqual([
    'redis-parser, Buffers',
    'node-redis, Buffers',
    'redis-parser, strings',
    'node-redis, strings',
    'no parser',
  ])
  for (const note of notes) expect(note).toMatch(/^stage\d is left out: \S/)
  expect((await target('redis-parser, Buffers')).what).toBe('3.0.0')
})

test('every parser reads commands that are cut anywhere', async () => {
  const { list } = await targets()
  const commands = [['SET', 'k', ''], ['GET', 'key'], ['PING'], ['SET', 'k', '\r\n$3\r\n']]
  for (const piece of [2, 3, 5, 11, 64]) {
    const stream = makeStream('odd', 40, piece, (index) => commands[index % 4]!)
    for (const one of list.filter(({ kind }) => kind !== 'no parser')) checkReading(one, stream)
  }
})

const three = makeStream('three', 3, 64, (index) => ['SET', `key${index}`, 'xxx'])

/** Stage 4's parser, with changed results. */
async function faultyParser(
  change: (args: string[], at: number) => string[][],
): Promise<ParserTarget> {
  const honest = await target('stage4')
  const start = (): Reading => {
    const reading = honest.start()
    let at = 0
    return {
      read: reading.read,
      readAll(pieces, onCommand) {
        reading.readAll(pieces, (args) => {
          for (const changed of change(args, at++)) onCommand(changed)
        })
      },
    }
  }
  return { ...honest, name: 'faulty', start }
}

test.each<[string, (args: string[], at: number) => string[][], RegExp]>([
  ['changes a byte', ([a, b]) => [[a!, b!, 'xxy']], /command 1 is .*"xxx"\), not .*"xxy"\)/],
  ['drops a command', (args, at) => (at === 1 ? [] : [args]), /command 2 is .*"key1"/],
  ['drops the last', (args, at) => (at % 3 === 2 ? [] : [args]), /2 commands of 3|command 3/],
  ['drops an argument', (args) => [args.slice(0, 2)], /3 arguments .* not 2 arguments/],
  ['adds one', (args) => [[...args, '']], /3 arguments .* not 4 arguments/],
  ['repeats itself', (args, at) => (at === 2 ? [args, args] : [args]), /more than 3 commands/],
  ['forgets the second pass', (args, at) => (at < 3 ? [args] : []), /0 commands of 3/],
])('a parser that %s is refused', async (_name, change, says) => {
  const faulty = await faultyParser(change)
  expect(() => checkReading(faulty, three)).toThrow(says)
  expect(() => checkReading(faulty, three)).toThrow(/^faulty reads three wrongly/)
})

test('every stage refuses what Redis refuses; a parser that does not is an error', async () => {
  const { list } = await targets()
  const inStages = list.filter(({ kind }) => kind.includes('stage'))
  for (const stage of inStages) checkRefusing(stage)
  const trusting = {
    ...inStages[0]!,
    name: 'trusting',
    start: () => ({ read: () => 0, readAll() {} }),
  }
  expect(() => checkRefusing(trusting)).toThrow(`trusting accepts ${JSON.stringify(hostile[0])}`)
})

test('copies are counted, and the functions of Node are restored', () => {
  const [from, to] = [Buffer.alloc(100), Buffer.alloc(100)]
  const before = [Buffer.from, Buffer.concat, Buffer.prototype.copy, to.set]
  const copied = countCopied(() => {
    from.copy(to, 0, 10, 20)
    to.set(from.subarray(0, 5))
    Buffer.from(from.subarray(0, 3))
    Buffer.concat([from, to])
    Buffer.from(from.buffer, 0, 50)
  })
  expect(copied).toBe(10 + 5 + 3 + 200)
  expect([Buffer.from, Buffer.concat, Buffer.prototype.copy, to.set]).toEqual(before)
  expect(Object.hasOwn(Uint8Array.prototype, 'set')).toBe(false)
  expect(() => countCopied(() => expect.fail('on purpose'))).toThrow('on purpose')
  expect(Buffer.from).toBe(before[0])
})

test('a byte of a large value is copied a few times at most, however it arrives', async () => {
  const { list } = await targets()
  for (const stage of list.filter(({ kind }) => kind.includes('stage'))) {
    // The others copy it to a pending buffer and from there, and twice more as that grows, at most.
    const most = stage.kind === 'zero-copy stage' ? 2 : 4
    for (const value of [KiB * KiB, 4 * KiB * KiB]) {
      if (stage.name === 'stage1' && value > KiB * KiB) continue // a call for every byte
      for (const piece of [64 * KiB, 16 * KiB, 4 * KiB, KiB, 100]) {
        const copied = copiedPerByte(stage, largeSet(value, piece))
        expect(copied, `${stage.name}, ${value} in ${piece}`).toBeLessThanOrEqual(most + 0.02)
      }
    }
  }
})

test('a short run, in a separate process, has figures of all targets', async () => {
  const steps: string[] = []
  const plan = { ...quickPlan, rounds: 1, sliceMs: 0.1, values: [KiB * KiB], pieces: [KiB] }
  const result = await runParserBench(plan, (text) => steps.push(text))
  const { list, notes } = await targets()
  const names = list.map(({ name }) => name)
  expect(result.targets.map(({ name }) => name)).toEqual(names)
  expect(result.notes).toEqual(notes)
  expect(result.streams.map(({ name }) => name)).toEqual(manyCommands().map(({ name }) => name))
  for (const { timed } of result.streams) {
    expect(timed.map(({ target }) => target)).toEqual(names)
    for (const { nanoseconds } of timed) {
      expect(nanoseconds.length).toBe(1)
      expect(Math.min(...nanoseconds)).toBeGreaterThan(0)
    }
  }
  const zeroCopy = list.filter(({ kind }) => kind === 'zero-copy stage').map(({ name }) => name)
  expect(result.large.map(({ target }) => target)).toEqual(zeroCopy)
  expect(steps.at(-1)).toBe('large values, round 1 of 1')
  expect(JSON.stringify(result)).not.toContain(labRoot)
})

test('a process that fails is an error that says so', async () => {
  const none = runParserBench(null as never, () => {})
  await expect(none).rejects.toThrow(/^the parsers' process ended \(exit code 1\): .*TypeError/s)
})
