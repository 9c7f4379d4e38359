import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { everyWay } from '../conformance/servers.ts'
import type { Counted } from '../measure/counted.ts'
import { LabError } from '../run/lab-error.ts'
import { startStage } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { sourceNames } from '../source/sources.ts'
import { withoutSwitches } from '../source/switches.ts'
import { type Stage, stages } from '../stages.ts'
import { type CheckOptions, type CheckReport, checkCopy } from './check.ts'
import { checkConformance } from './conformance.ts'
import { type CounterName, type Counters, countAll } from './counters.ts'
import { checkScreen } from './screen.ts'
import { judgeSteps, taskOf } from './tasks.ts'
import { copyOf, edit, put, removeCopies, solve, solveStep } from './test-copies.ts'

// A check that everything passes proves nothing: correct copies must pass here, broken ones must not,
// and each failure must say why.

afterAll(removeCopies)

const silent = () => {}

/** The part of the suite that concerns reader and parser. */
const parsing = { only: ['protocol'] }

/** A check that is quick: no race, and a few commands of the suite. */
async function check(
  copy: Stage,
  stage: string,
  options: Partial<CheckOptions> = {},
): Promise<CheckReport> {
  const seed = Math.floor(Math.random() * 2 ** 31)
  const parts = { only: ['server'], count: [], against: [] }
  return await checkCopy(copy, stage, { seed, race: null, ...parts, ...options }, silent)
}

/** A server that does not answer within this, ms, does not after ten seconds either. */
const quick = { timeoutMs: 1000 }

/** What the screen says, in one line: where it is broken does not matter. */
function said(report: CheckReport): string {
  return checkScreen(report).replace(/\s+/g, ' ')
}

/** A copy of a stage with a change in one of its files. */
function changed(stage: string, file: string, ...changes: [from: string, to: string][]): Stage {
  const copy = copyOf(stage)
  edit(copy, file, changes)
  return copy
}

const here = stages.filter((stage) => unsupportedReason(stage) === undefined)

/** Each count is of thousands of requests to a new server; this only ends one that hangs, ms. */
const timeout = 240_000

describe.concurrent.each(here)('the task of $id', { timeout }, (stage) => {
  const task = taskOf(stage.id)
  const { steps } = task
  const count = [
    ...task.limits.map(({ counter }) => counter),
    ...steps.flatMap(({ found }) => Object.keys(found) as CounterName[]),
  ]
  const canCount = process.platform === 'linux' || !count.some((name) => /reads|writes/i.test(name))

  it.skipIf(!canCount)('is reached step by step, and each step conforms', async () => {
    const copy = copyOf(stage.id)
    const reached = (counters: Counters) => judgeSteps(task, counters).map((step) => step.reached)
    let before = await countAll(copy.id, count)
    expect(reached(before)).toEqual(steps.map(() => false))
    for (const [at, step] of steps.entries()) {
      solveStep(copy, stage.id, step)
      const after = await countAll(copy.id, count)
      expect(reached(after), step.id).toEqual(steps.map((_, other) => other <= at))
      for (const [name, [from, to]] of Object.entries(step.found)) {
        expectNear(before[name as CounterName], from, `${name} before ${step.id}`)
        expectNear(after[name as CounterName], to, `${name} after ${step.id}`)
      }
      before = after
      // The suite takes as long as the counting: `npm run test:conformance` runs it between the steps,
      // and on a copy that has become the next stage, which has it in `src/conformance`.
      const isNext = 'nextStage' in step.solution && step.solution.nextStage === 'all'
      if (!everyWay && (at < steps.length - 1 || isNext)) continue
      const server = await startStage(copy)
      try {
        const only = everyWay ? ['protocol', 'inline', 'strings'] : ['protocol']
        const texts = new Set<string>()
        const onProgress = (_: number, text: string) => texts.add(text)
        const { failures } = await checkConformance(server, { seed: 1, only, onProgress })
        expect(failures, step.id).toEqual([])
        expect(texts).toContain('the conformance suite: each request at once')
      } finally {
        await server.stop()
      }
    }
  })
})

/** The kernel’s helpers add a call now and then, and a large value comes in pieces of any size. */
function expectNear(counted: Counted<number>, figure: number, what: string): void {
  if ('missing' in counted) throw new Error(`${what}: ${counted.missing}`)
  expect(Math.abs(counted.value - figure), `${what}: ${counted.value}`).toBeLessThan(
    0.5 + figure * 0.05,
  )
}

it('what a reader is shown of a stage, without its switches, is that stage', async () => {
  const copy = copyOf('stage4')
  for (const name of sourceNames(copy.id)) {
    const { lines } = withoutSwitches(readFileSync(join(copy.id, name), 'utf8'))
    put(copy, name, lines.join('\n'))
  }
  const count: CounterName[] = ['reads', 'batchReads', 'batchWrites', 'copied', 'strings']
  const report = await check(copy, 'stage4', { ...parsing, count })
  expect(report.conforms).toBe(true)
  const original = await countAll('stage4', count)
  for (const name of count) {
    const [own, other] = [report.counters![copy.id]![name], original[name]]
    // A thread of V8 may add a call, in one of a hundred requests.
    if (/reads|writes/i.test(name) && 'value' in own && 'value' in other) {
      expect(own.value, name).toBeCloseTo(other.value, 1)
    } else expect(own, name).toEqual(other)
  }
})

describe.concurrent('a copy that is as it should be', () => {
  it('conforms, and has not reached the goal', async () => {
    const report = await check(copyOf('stage2'), 'stage2', { ...parsing, count: ['copied'] })
    expect(report.conforms).toBe(true)
    expect(report.steps!.map(({ reached }) => reached)).toEqual([false, false, false])
    expect(said(report)).toMatch(
      /✓ conformance: .* ✗ step 1 of 3, an argument is a view: not reached: bytes copied per SET: 35.* Next: an argument is a view .*Begin in \S+parser.ts, at Parser.parseBulk/,
    )
  })

  it('conforms, and has', async () => {
    const copy = copyOf('stage2')
    solve(copy, 'stage2')
    const report = await check(copy, 'stage2', { count: ['copied', 'strings', 'buffers'] })
    expect(report.conforms).toBe(true)
    expect(said(report)).toMatch(
      /✓ step 1 of 3, .* reached ✓ step 2 .*✓ all steps are reached.*npm run diff -- 2 3/,
    )
  })
})

describe.concurrent('a copy that is broken', () => {
  it('loses a byte between two reads', async () => {
    const copy = changed('stage2', 'reader.ts', [
      'this.pending.append(this.buffer, this.position, this.end)',
      'this.pending.append(this.buffer, this.position, this.end - 1)',
    ])
    const report = await check(copy, 'stage2', quick)
    expect(report.conforms).toBe(false)
    expect(report.conformance.failures[0]).toMatchObject({ phase: 'byte by byte' })
    expect(said(report)).toContain('loses its place between two reads')
    expect(report.counters).toBeNull()
  })

  it('throws in the middle', async () => {
    const copy = changed('stage2', 'parser.ts', [
      'const bulk = Buffer.from(payload.subarray(0, this.bulkLength))',
      'const bulk = Buffer.from((undefined as unknown as Buffer).subarray(0, this.bulkLength))',
    ])
    expect(said(await check(copy, 'stage2'))).toMatch(
      /Error output: TypeError: Cannot read .* \(mine\/stage2\/parser\.ts:\d+\)/,
    )
  })

  it('writes into memory that is still being sent', async () => {
    const copy = changed('stage4', 'replies.ts', [
      'if (!isFree || !REUSE) slab = Buffer.allocUnsafeSlow(SLAB)',
      'if (!isFree && !REUSE) slab = Buffer.allocUnsafeSlow(SLAB)',
    ])
    const report = await check(copy, 'stage4')
    expect(report.conforms).toBe(false)
    expect(said(report)).toContain('while Node still sends from it')
  })

  it('ends in the middle', async () => {
    const copy = changed('stage2', 'reader.ts', [
      'this.position = 0\n    this.end = bytesRead',
      'this.position = 0\n    this.end = bytesRead\n    if (bytesRead > 100) process.exit(7)',
    ])
    const report = await check(copy, 'stage2')
    expect(report.conforms).toBe(false)
    expect(said(report)).toContain('→ It has ended')
    expect(said(report)).toContain('It ended by itself: exit code 7')
    expect(said(report)).not.toMatch(/endless|waits for more/)
  })

  // What is most often done first: more room for the kernel, and still one byte taken.
  const moreRoom: [string, string] = ['Buffer.alloc(1)', 'Buffer.alloc(8192)']

  it('takes one byte of what a read brought, and waits', async () => {
    const report = await check(changed('stage1', 'reader.ts', moreRoom), 'stage1', quick)
    expect(report.conformance.ended).toBeNull()
    expect(said(report)).toContain('did the reader use all the bytes that a read brought?')
    expect(said(report)).not.toMatch(/endless|ended/)
  })

  it('waits in a loop for what only the next read can bring', async () => {
    const copy = changed('stage1', 'reader.ts', moreRoom, [
      'const byte = this.buffer[0]!',
      'const byte = this.buffer[0]!\n    while (this.arrived);',
    ])
    const report = await check(copy, 'stage1', quick)
    expect(report.conformance.ended).toBeNull()
    expect(said(report)).toContain('An endless loop: it keeps a core busy')
    expect(said(report)).not.toMatch(/waits for more|has ended/)
  })

  it.each([
    ['const', 'a bracket, a comma or a quote is missing', /mine\/stage1\/reader\.ts:\d+/],
    ["import './nothing.ts'", 'an import names a file that is not there', /nothing\.ts/],
    ['enum Colour { Red }', 'Node only strips types', /mine\/stage1\/reader\.ts:\d+/],
    ['nothing()', 'a name is used that is declared nowhere', /mine\/stage1\/reader\.ts:\d+/],
  ])('does not start: %s', async (line, means, place) => {
    const copy = changed('stage1', 'reader.ts', [
      'export class Reader {',
      `${line}\nexport class Reader {`,
    ])
    const failure = await check(copy, 'stage1').catch((thrown: unknown) => thrown)
    expect(failure).toBeInstanceOf(LabError)
    expect((failure as LabError).message).toMatch(place)
    expect((failure as LabError).means).toContain(means)
    expect((failure as LabError).next).toMatch(/^npx node \S*main\.ts --port 0/)
  })
})

describe.concurrent('a copy that only seems to work', () => {
  const beforeExecute = 'execute(args, replies, session)'

  it('answers without storing what the suite does not ask for', async () => {
    const copy = changed('stage2', 'connection.ts', [
      beforeExecute,
      `const length = args.count === 3 ? args.text(1).length : 0
      if (length > 12 && length < 40) replies.text('+OK\\r\\n')
      else ${beforeExecute}`,
    ])
    const report = await check(copy, 'stage2')
    expect(report.conforms).toBe(false)
    expect(said(report)).toContain('It does not store what it was sent')
  })

  it('knows the benchmark’s keys, and one value for all of them', async () => {
    const copy = changed('stage2', 'connection.ts', [
      beforeExecute,
      `const isKnown = args.count > 1 && args.text(1).startsWith('key:')
      if (isKnown && args.count === 3) {
        Object.assign(session.keyspace, { cached: args.text(2) })
        replies.text('+OK\\r\\n')
      } else if (isKnown && args.word(0) === 'GET') {
        replies.bulk((session.keyspace as unknown as { cached: string }).cached ?? 'xxx')
      } else ${beforeExecute}`,
    ])
    const report = await check(copy, 'stage2')
    expect(report.conforms).toBe(false)
    expect(report.fresh?.trial).toContain('load')
  })

  it('keeps the store of each connection apart', async () => {
    const copy = changed(
      'stage2',
      'connection.ts',
      [
        'const reader = new Reader()',
        'session.database = new MapDatabase()\n  const reader = new Reader()',
      ],
      [
        "import { Parser } from './parser.ts'",
        "import { MapDatabase } from '../../src/server/map-database.ts'\nimport { Parser } from './parser.ts'",
      ],
    )
    expect(said(await check(copy, 'stage2'))).toContain(
      'stored over one connection and read over others',
    )
  })

  const refuse = 'if (!(length >= 0 && length <= MAX_BULK)) throw invalidBulkLength()'

  it('skips the protocol’s checks', async () => {
    const copy = changed('stage2', 'parser.ts', [
      refuse,
      'if (!(length >= 0 && length <= MAX_BULK)) return Buffer.alloc(0)',
    ])
    const report = await check(copy, 'stage2', parsing)
    expect(report.conforms).toBe(false)
    expect(report.conformance.failures[0]!.seen).toMatch(/invalid bulk length: .*wrong reply/)
  })

  it('checks what the suite sends, and nothing else', async () => {
    const copy = changed('stage2', 'parser.ts', [
      refuse,
      `if (length < -1 && length !== -10 && length > -1e7) return Buffer.alloc(0)\n${refuse}`,
    ])
    const report = await check(copy, 'stage2', parsing)
    expect(report.conformance.failures).toEqual([])
    expect(report.fresh?.trial).toBe('mistakes in the protocol')
    expect(said(report)).toContain('A check of the protocol is missing')
  })

  it('stops storing once the load has begun', async () => {
    const copy = changed('stage2', 'connection.ts', [
      beforeExecute,
      `const state = session.keyspace as unknown as { seen?: number }
      const isSet = args.count === 3 && args.word(0) === 'SET'
      const isLoad = isSet && args.text(1).startsWith('key:')
      if (isLoad) state.seen = (state.seen ?? 0) + 1
      if (isSet && !isLoad && (state.seen ?? 0) > 3000) replies.text('+OK\\r\\n')
      else ${beforeExecute}`,
    ])
    const report = await check(copy, 'stage2')
    expect(report.conforms).toBe(false)
    expect(report.fresh?.trial).toMatch(/after a load$/)
  })
})
