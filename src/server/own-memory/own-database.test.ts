/** The database beside a Map: whatever is done to both, both hold the same. */
import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { beginCommand } from '../clock.ts'
import { textOf } from '../value.ts'
import { ByteRange } from './byte-range.ts'
import { Hash } from './hash.ts'
import { OwnDatabase, ownStore } from './own-database.ts'
import { OwnStored } from './own-stored.ts'

const SEED = Buffer.from('8 bytes!')

/** A key or value in the middle of other bytes, as in a receive buffer. */
function range(text: string): ByteRange {
  const bytes = Buffer.from(`..${text}.`, 'latin1')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return new ByteRange().fill(bytes, view, 2, bytes.length - 1)
}

interface Known {
  value: string
  deadline: number | null
}

/** Does the same to a database and to a Map, and compares what both say. */
class Twin {
  readonly stored = new OwnStored()
  readonly database = new OwnDatabase(new Hash(SEED), this.stored)
  readonly model = new Map<string, Known>()
  now = 0

  constructor() {
    this.pass(1_000_000)
  }

  known(key: string): Known | undefined {
    const known = this.model.get(key)
    if (known === undefined || known.deadline === null || known.deadline >= this.now) return known
    this.model.delete(key)
    return undefined
  }

  set(key: string, value: string, keepDeadline = false): void {
    const deadline = keepDeadline ? (this.known(key)?.deadline ?? null) : null
    if (keepDeadline) this.database.replace(range(key), range(value))
    else this.database.set(range(key), range(value))
    this.model.set(key, { value, deadline })
  }

  expire(key: string, deadline: number | null): void {
    this.database.setDeadline(range(key), deadline)
    const known = this.model.get(key)
    if (known !== undefined) known.deadline = deadline
  }

  overwrite(key: string, offset: number, patch: string): void {
    const known = this.known(key)
    const before = known?.value ?? ''
    const value =
      before.slice(0, offset).padEnd(offset, '\0') + patch + before.slice(offset + patch.length)
    expect(this.database.overwrite(range(key), offset, range(patch))).toBe(value.length)
    this.model.set(key, { value, deadline: known?.deadline ?? null })
  }

  increment(key: string): void {
    const known = this.known(key)
    const before = known?.value ?? '0'
    const isNumber = before.length <= 15 && /^(?:0|-?[1-9][0-9]*)$/.test(before)
    const sum = isNumber ? Number(before) + 1 : undefined
    expect(this.database.increment(range(key), 1)).toBe(sum)
    if (sum !== undefined) {
      this.model.set(key, { value: String(sum), deadline: known?.deadline ?? null })
    }
  }

  drop(key: string): void {
    const had = this.known(key) !== undefined
    this.model.delete(key)
    expect(this.database.delete(range(key))).toBe(had)
  }

  look(key: string): void {
    const known = this.known(key)
    const value = this.database.read(range(key))
    expect(value === undefined ? undefined : textOf(value)).toBe(known?.value)
    expect(this.database.deadline(range(key))).toBe(known?.deadline)
  }

  pass(milliseconds: number): void {
    this.now += milliseconds
    vi.setSystemTime(this.now)
    beginCommand()
  }

  /** SCAN to the end finds all keys. */
  scanAll(): void {
    for (const key of this.model.keys()) this.known(key)
    const seen = new Set<string>()
    let cursor = 0
    do {
      const { keys, next } = this.database.scan(cursor, 100)
      for (const key of keys) seen.add(key)
      cursor = next
    } while (cursor !== 0)
    expect(seen.size).toBe(this.model.size)
    for (const key of seen) expect(this.model.has(key)).toBe(true)
  }

  compare(): void {
    for (const key of [...this.model.keys()]) this.look(key)
    this.scanAll()
    expect(this.database.size).toBe(this.model.size)
    expect(new Set(this.database.liveKeys())).toEqual(new Set(this.model.keys()))
    const withDeadline = [...this.model.values()].filter(({ deadline }) => deadline !== null)
    expect(this.database.sizeWithDeadline).toBe(withDeadline.length)
  }
}

const key = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 300 }).map((n) => `key:${n}`) },
  {
    weight: 2,
    arbitrary: fc.uint8Array({ maxLength: 40 }).map((b) => Buffer.from(b).toString('latin1')),
  },
  { weight: 1, arbitrary: fc.constantFrom(4096, 4097, 9000, 70_000).map((n) => 'k'.repeat(n)) },
)
const text = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.integer({ min: -200, max: 2000 }).map(String),
  fc.nat(20_000).map((length) => 'v'.repeat(length)),
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ set: key, text, keep: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ drop: key }) },
  { weight: 2, arbitrary: fc.record({ look: key }) },
  { weight: 2, arbitrary: fc.record({ expire: key, after: fc.option(fc.nat(2000)) }) },
  { weight: 3, arbitrary: fc.record({ over: key, offset: fc.nat(400), text }) },
  { weight: 2, arbitrary: fc.record({ increment: key }) },
  { weight: 1, arbitrary: fc.record({ fill: fc.nat(3000), size: fc.nat(60) }) },
  { weight: 1, arbitrary: fc.record({ empty: fc.nat(3000) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.nat(1000) }) },
  { weight: 1, arbitrary: fc.constantFrom({ scan: true }, { sweep: true }) },
  { weight: 1, arbitrary: fc.constant({ clear: true }) },
)

/** A million operations with `LAB_LONG=1`, else some 200,000. */
const LONG = process.env.LAB_LONG === '1'
const RUNS = LONG ? 800 : 80
if (LONG) vi.setConfig({ testTimeout: 600_000 })

beforeEach(() => {
  vi.useFakeTimers()
  return () => {
    vi.useRealTimers()
    beginCommand()
  }
})

describe('beside a Map', () => {
  it('holds the same, while it grows and shrinks, keys expire, and SCAN goes on', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const twin = new Twin()
        for (const one of steps) {
          if ('set' in one) twin.set(one.set, one.text, one.keep)
          else if ('drop' in one) twin.drop(one.drop)
          else if ('look' in one) twin.look(one.look)
          else if ('expire' in one) {
            if (twin.known(one.expire) !== undefined) {
              twin.expire(one.expire, one.after === null ? null : twin.now + one.after)
            }
          } else if ('over' in one) twin.overwrite(one.over, one.offset, one.text)
          else if ('increment' in one) twin.increment(one.increment)
          else if ('fill' in one) {
            for (let n = 0; n < one.fill; n++) twin.set(`fill:${n}`, 'v'.repeat(one.size + (n % 9)))
          } else if ('empty' in one) for (let n = 0; n < one.empty; n++) twin.drop(`fill:${n}`)
          else if ('pass' in one) twin.pass(one.pass)
          else if ('scan' in one) twin.scanAll()
          else if ('sweep' in one) {
            twin.database.removeExpired(twin.now, 10_000)
            for (const name of [...twin.model.keys()]) twin.known(name)
            expect(twin.database.size).toBe(twin.model.size)
          } else {
            twin.database.clear()
            twin.model.clear()
          }
        }
        twin.compare()
        twin.database.clear()
        expect(twin.stored.bytes).toBeLessThan(10_000)
      }),
      { numRuns: RUNS },
    )
  })

  it('SCAN finds every key that is there all the time, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4000, max: 4000 }), { maxLength: 30 }), (changes) => {
        const twin = new Twin()
        for (let n = 0; n < 500; n++) twin.set(`stays:${n}`, 'x')
        const seen = new Set<string>()
        let cursor = 0
        let at = 0
        do {
          const { keys, next } = twin.database.scan(cursor, 1)
          for (const one of keys) seen.add(one)
          cursor = next
          const change = changes[at++] ?? 0
          for (let n = 0; n < change; n++) twin.set(`other:${n}`, 'y')
          for (let n = 0; n < -change; n++)
            if (twin.model.has(`other:${n}`)) twin.drop(`other:${n}`)
        } while (cursor !== 0)
        for (let n = 0; n < 500; n++) expect(seen.has(`stays:${n}`)).toBe(true)
      }),
      { numRuns: RUNS / 4 },
    )
  })
})

describe('memory', () => {
  it('is within 1.3 times of keys and values after overwrites of 1 to 200 bytes', () => {
    const { databases, stored } = ownStore(1)
    const [database] = databases
    const keys = 50_000
    const live = new Int32Array(keys)
    for (let n = 0; n < keys; n++) database!.set(range(`key:${n}`.padEnd(16, '.')), 'xxx')
    let random = 1
    for (let n = 0; n < 10 * keys; n++) {
      random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
      const length = 1 + ((random >>> 8) % 200)
      const number = (random >>> 3) % keys
      live[number] = length
      database!.set(range(`key:${number}`.padEnd(16, '.')), 'v'.repeat(length))
    }
    const bytes = live.reduce((sum, length) => sum + 16 + Math.max(3, length), 0)
    // The sizes of blocks have two pages each in any case, 3 MB.
    expect((stored.bytes - 26 * 2 * 65_536) / bytes).toBeLessThan(1.3)
  })

  it('goes back when everything is deleted, or flushed', () => {
    const { databases, stored } = ownStore(2)
    const before = stored.bytes
    for (const database of databases) {
      for (let n = 0; n < 20_000; n++) database.set(range(`key:${n}`), 'v'.repeat(n % 300))
      database.set(range('large'), 'v'.repeat(100_000))
    }
    expect(stored.bytes).toBeGreaterThan(before + 2 * 20_000 * 160)
    databases[0]!.clear()
    for (let n = 0; n < 20_000; n++) databases[1]!.delete(range(`key:${n}`))
    databases[1]!.delete(range('large'))
    expect(stored.bytes).toBe(before)
  })
})

describe('other commands', () => {
  it('a deadline beyond what a double holds is exact', () => {
    const { database } = new Twin()
    database.set(range('k'), 'v')
    database.setDeadline(range('k'), 2n ** 62n + 1n)
    expect(database.deadline(range('k'))).toBe(2n ** 62n + 1n)
    database.setDeadline(range('k'), 2 ** 52 + 1)
    expect(database.deadline(range('k'))).toBe(2 ** 52 + 1)
  })

  it('RANDOMKEY names each key now and then', () => {
    const twin = new Twin()
    expect(twin.database.randomKey()).toBe(undefined)
    for (let n = 0; n < 20; n++) twin.set(`key:${n}`, 'v')
    const seen = new Set<string | undefined>()
    for (let n = 0; n < 2000; n++) seen.add(twin.database.randomKey())
    expect(seen).toEqual(new Set(twin.model.keys()))
  })

  it('says for how long a key was not used', () => {
    const { database } = new Twin()
    database.set(range('k'), 'v')
    database.now = 5
    expect(database.idleTime(range('k'))).toBe(5)
    database.read(range('k'))
    expect(database.idleTime(range('k'))).toBe(0)
    expect(textOf(database.read(range('k'))!)).toBe('v')
  })
})
