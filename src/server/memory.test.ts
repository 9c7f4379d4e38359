import { totalmem } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { MapDatabase } from './map-database.ts'
import { StoredBytes } from './map-size.ts'
import { defaultMaxMemory, Memory } from './memory.ts'
import { parseServerOptions } from './options.ts'
import { append } from './value.ts'

function store() {
  const databases: MapDatabase[] = []
  const stored = new StoredBytes(databases)
  databases.push(new MapDatabase(stored), new MapDatabase(stored))
  return { stored, databases, memory: new Memory(stored) }
}

it('is full as soon as too much is stored, and no more when that is deleted', () => {
  const { memory, databases } = store()
  memory.begin(0)
  const base = memory.used()
  memory.setLimit(base + 100_000)
  expect(memory.isFull()).toBe(false)
  databases[0]!.set('k', Buffer.alloc(50_000))
  databases[1]!.set('k', 'x'.repeat(50_000))
  expect(memory.isFull()).toBe(true)
  databases[0]!.set('k', 'short')
  expect(memory.isFull()).toBe(false)
  databases[0]!.replace('k', 'x'.repeat(60_000))
  expect(memory.isFull()).toBe(true)
  databases[0]!.clear()
  expect(memory.isFull()).toBe(false)
  databases[1]!.set('other', '')
  databases[1]!.delete('k')
  databases[1]!.delete('other')
  expect(memory.used()).toBe(base)
})

it('does not count while V8 holds far less than the limit; garbage is never taken for keys', () => {
  const { stored, memory, databases } = store()
  memory.begin(1e12)
  expect(stored.counting).toBe(false)
  databases[0]!.set('k', 'v')
  expect(memory.isFull()).toBe(false)
  memory.setLimit(1)
  expect(stored.counting).toBe(true)
  expect(memory.isFull()).toBe(true)
  memory.setLimit(0)
  expect(stored.counting).toBe(false)
  expect(memory.isFull()).toBe(false)
  expect(memory.used()).toBeGreaterThan(0) // INFO asks, and it counts until the next look
  expect(memory.isFull()).toBe(false)
  memory.look()
  expect(stored.counting).toBe(false)
})

it('what is counted on the way is what is counted afresh', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'long-key')
  const value = fc.oneof(
    fc.string({ maxLength: 300 }),
    fc.integer({ min: 0, max: 100_000 }).map((size) => Buffer.allocUnsafeSlow(size)),
  )
  const step = fc.oneof(
    fc.record({ does: fc.constantFrom('set', 'replace'), key, value }),
    fc.record({ does: fc.constantFrom('delete', 'clear', 'scan'), key }),
    fc.record({
      does: fc.constant('deadline'),
      key,
      deadline: fc.constantFrom(null, 1, Number.MAX_SAFE_INTEGER), // 1: gone when a command looks
    }),
  )
  const run = fc.property(fc.array(step), (steps) => {
    const { stored, memory, databases } = store()
    const database = databases[0]!
    memory.used() // counts from here on
    for (const one of steps) {
      if ('value' in one) database[one.does as 'set' | 'replace'](one.key, one.value)
      else if (one.does === 'delete') database.delete(one.key)
      else if (one.does === 'clear') database.clear()
      else if ('deadline' in one) database.setDeadline(one.key, one.deadline)
    }
    database.scan(0, 10)
    const counted = stored.bytes
    stored.counting = false
    memory.used()
    expect(stored.bytes).toBe(counted)
  })
  fc.assert(run)
})

it('takes a quarter of the machine, or of a container that has less', () => {
  const constrained = vi.spyOn(process, 'constrainedMemory')
  constrained.mockReturnValue(0)
  expect(defaultMaxMemory()).toBe(Math.floor(totalmem() / 4))
  constrained.mockReturnValue(2 ** 64)
  expect(defaultMaxMemory()).toBe(Math.floor(totalmem() / 4))
  constrained.mockReturnValue(4e6)
  expect(defaultMaxMemory()).toBe(1e6)
  constrained.mockRestore()
})

it('reads sizes as Redis does', () => {
  const read = (...argv: string[]) => parseServerOptions(argv).maxMemory
  expect(read()).toBe(defaultMaxMemory())
  expect(read('--maxmemory', '0')).toBe(0)
  expect(read('--maxmemory', '100mb')).toBe(100 * 1024 * 1024)
  expect(read('--maxmemory', '1G')).toBe(1e9)
  expect(() => read('--maxmemory', '1x')).toThrow(
    "--maxmemory must be a number of bytes, such as 100mb, not '1x'",
  )
  expect(() => read('--maxmemory', '')).toThrow('--maxmemory must be')
  expect(parseServerOptions(['--output-limit', '1kb']).outputLimit).toBe(1024)
})

it('counts what a value really takes that was built up byte by byte', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const database = new MapDatabase()
  const count = 5000
  const build = (from: number, to: number) => {
    for (let length = from; length < to; length++) {
      for (let n = 0; n < count; n++) {
        const key = `key:${n}`
        database.replace(key, append(database.get(key) ?? '', 'x'))
      }
    }
  }
  build(0, 20)
  collect()
  const before = process.memoryUsage().heapUsed
  build(20, 300)
  collect()
  // 280 bytes more each; joined with `+` it would be 32 bytes for each byte.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(count * 280 * 1.5)
  expect(database.size).toBe(count)
})
