import { expect, it } from 'vitest'
import { exact, leniencyFor, sameReplies } from './compare.ts'

const same = (a: string, b: string, leniency = {}) =>
  sameReplies(Buffer.from(a), Buffer.from(b), { ...exact, ...leniency })

it('is exact by default', () => {
  expect(same('+OK\r\n', '+OK\r\n')).toBe(true)
  expect(same('+OK\r\n', '+OK\r\n+OK\r\n')).toBe(false)
  expect(same(':1000001\r\n', ':1000002\r\n')).toBe(false)
  expect(same('*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\na\r\n')).toBe(false)
})

it('accepts strings in any order after KEYS, but not other strings', () => {
  const unordered = { unordered: true }
  expect(same('*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\na\r\n', unordered)).toBe(true)
  expect(same('*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\nb\r\n', unordered)).toBe(
    false,
  )
  expect(same('*2\r\n:1\r\n:2\r\n', '*2\r\n:2\r\n:1\r\n', unordered)).toBe(false)
})

it('accepts five seconds between times, and no other difference of numbers', () => {
  const timed = { timed: true }
  expect(same(':4102444800000\r\n', ':4102444801000\r\n', timed)).toBe(true)
  expect(same(':4102444800000\r\n', ':4102444806000\r\n', timed)).toBe(false)
  expect(same(':5\r\n', ':6\r\n', timed)).toBe(false)
  expect(same(':-1\r\n', ':-2\r\n', timed)).toBe(false)
})

it('accepts that POST drops more or fewer replies only if reads differ', () => {
  expect(leniencyFor(['PING\r\npost\r\n'], false).dropped).toBe(false)
  expect(leniencyFor(['PING\r\npost\r\n'], true).dropped).toBe(true)
  expect(leniencyFor([`${'x'.repeat(9000)}POST\r\n`], false).dropped).toBe(true)
  expect(same('', '+PONG\r\n', { dropped: true })).toBe(true)
  expect(same('-ERR\r\n', '+PONG\r\n', { dropped: true })).toBe(false)
})

it('accepts a part of a SCAN, and commands that only Redis has, but no other keys', () => {
  const scan = (cursor: number, ...keys: string[]) =>
    `*2\r\n$1\r\n${cursor}\r\n*${keys.length}\r\n${keys.map((key) => `$1\r\n${key}\r\n`).join('')}`
  const unordered = { unordered: true }
  expect(same(scan(2, 'a'), scan(0, 'a', 'b'), unordered)).toBe(true)
  expect(same(scan(0, 'a'), scan(0, 'b'), unordered)).toBe(false)
  expect(same(':1\r\n', "-ERR unknown command 'sadd', with args\r\n")).toBe(true)
  expect(same(':1\r\n', "-ERR unknown command 'incr', with args\r\n")).toBe(false)
})
