import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { beginCommand } from './clock.ts'
import { MapDatabase } from './map-database.ts'

/** Scans to the end, with what `between` does after each step. */
function scanAll(database: MapDatabase, count: number, between: () => void = () => {}): string[] {
  const found: string[] = []
  let cursor = 0
  do {
    const step = database.scan(cursor, count)
    found.push(...step.keys)
    cursor = step.next
    between()
  } while (cursor !== 0)
  return found
}

describe('scan', () => {
  it('returns each key that stays exactly once, whatever comes and goes meanwhile', () => {
    const action = fc.record({ insert: fc.boolean(), key: fc.nat(50) })
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        (actions, count) => {
          const database = new MapDatabase()
          for (let n = 0; n < 100; n++) database.set(`stays:${n}`, 'v')
          for (let n = 0; n < 50; n += 2) database.set(`goes:${n}`, 'v')
          const left = [...actions]
          const found = scanAll(database, count, () => {
            const next = left.pop()
            if (next?.insert) database.set(`goes:${next.key}`, 'v')
            else if (next) database.delete(`goes:${next.key}`)
          })
          const stayed = found.filter((key) => key.startsWith('stays:'))
          expect(stayed).toHaveLength(100)
          expect(new Set(stayed).size).toBe(100)
        },
      ),
    )
  })

  it('ends on an empty database, and on one that was emptied', () => {
    const database = new MapDatabase()
    expect(scanAll(database, 10)).toEqual([])
    for (let n = 0; n < 1000; n++) database.set(String(n), 'v')
    for (let n = 0; n < 999; n++) database.delete(String(n))
    expect(scanAll(database, 10)).toEqual(['999'])
    expect(database.randomKey()).toBe('999')
    database.delete('999')
    expect(database.randomKey()).toBeUndefined()
    expect(database.size).toBe(0)
  })
})

it('gives no key at random much more often than another, whatever was deleted', () => {
  const database = new MapDatabase()
  for (let n = 0; n < 1000; n++) database.set(String(n), 'v')
  for (let n = 0; n < 900; n++) database.delete(String(n))
  const times = new Map<string, number>()
  for (let n = 0; n < 10_000; n++) {
    const key = database.randomKey()!
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  expect(times.size).toBe(100)
  expect(Math.max(...times.values())).toBeLessThan(250)
})

describe('deadlines', () => {
  beforeEach(beginCommand)

  it('hide a key that is past its own, before anything removes it', () => {
    const database = new MapDatabase()
    database.set('k', 'v')
    database.setDeadline('k', Date.now() - 1)
    expect(database.size).toBe(1)
    expect(database.get('k')).toBeUndefined()
    expect(database.size).toBe(0)
  })

  it('go with the key: one that takes over its slot has none', () => {
    const database = new MapDatabase()
    database.set('other', 'v')
    database.set('old', 'v')
    database.setDeadline('old', Date.now() + 1e6)
    database.delete('old')
    database.set('new', 'v')
    expect(database.deadline('new')).toBeNull()
  })

  it('are swept without anybody asking for the key', () => {
    const database = new MapDatabase()
    for (let n = 0; n < 1000; n++) {
      database.set(String(n), 'v')
      database.setDeadline(String(n), n % 2 === 0 ? Date.now() - 1 : Date.now() + 1e6)
    }
    let removed = 0
    for (let round = 0; round < 12; round++) removed += database.removeExpired(Date.now(), 100)
    expect(removed).toBe(500)
    expect(database.size).toBe(500)
    expect(database.sizeWithDeadline).toBe(500)
  })
})
