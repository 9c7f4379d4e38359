import { expect, test } from 'vitest'
import { createCounters, createGenerations, createValues, keyedBatches } from './batches.ts'
import { endOfReply, replyAround, sameBytes, showBytes } from './reply-bytes.ts'
import { templateOf } from './requests.ts'

const bytes = (text: string) => Buffer.from(text, 'latin1')

test.for([3, 5, 47, 48, 49, 200])('sameBytes sees a difference at any of %i bytes', (length) => {
  const got = Buffer.alloc(length, 'a')
  const expected = Buffer.concat([bytes('zz'), got, bytes('zz')])
  expect(sameBytes(got, length, expected, 2)).toBe(true)
  for (let i = 0; i < length; i++) {
    got[i]!++
    expect(sameBytes(got, length, expected, 2)).toBe(false)
    expect(sameBytes(got, i, expected, 2)).toBe(true)
    got[i]!--
  }
})

test('replies are found in a row of them', () => {
  const row = bytes('+OK\r\n$3\r\nab\n\r\n*2\r\n$1\r\nx\r\n$-1\r\n:12\r\n')
  const ends = []
  for (let at = 0; at < row.length; at = endOfReply(row, at)) ends.push(endOfReply(row, at))
  expect(ends).toEqual([5, 14, 30, 35])
  expect(replyAround(row, 12)).toEqual({ index: 1, start: 5, end: 14 })
  expect(replyAround(row, 34)).toEqual({ index: 3, start: 30, end: 35 })
  expect(endOfReply(bytes('$30\r\nabc'), 0)).toBe(8)
  expect(endOfReply(bytes('no reply at all'), 0)).toBe(15)
})

test('bytes are shown escaped, and cut around what matters', () => {
  expect(showBytes(bytes('+a"\\\r\n\0\xff'))).toBe('"+a\\"\\\\\\r\\n\\x00\\xff"')
  const long = Buffer.alloc(1000, 'x')
  long.write('HERE', 500)
  expect(showBytes(long, 500)).toMatch(/^"…x{16}HEREx{44}…" \(bytes 484 to 547 of 1000\)$/)
  expect(showBytes(long, 999)).toMatch(/^"…x{64}" \(bytes 936 to 999 of 1000\)$/)
})

test.for([1, 3, 5, 6, 200_000])(
  'values of %i bytes differ by key, generation and seed',
  (payload) => {
    const value = (seed: number, key: number, generation: number) => {
      const target = Buffer.alloc(payload + 2, '.')
      createValues(seed, payload).write(target, 1, key, generation)
      expect(target.toString('latin1')).toMatch(/^\.[\w-]+\.$/)
      return target.toString('latin1', 1, payload + 1)
    }
    expect(value(1, 2, 3)).toBe(value(1, 2, 3))
    for (let generation = 1; generation < 255; generation++) {
      expect(value(1, 2, generation)).not.toBe(value(1, 2, generation + 1))
    }
    const ofKeys = new Set(Array.from({ length: 60 }, (_, key) => value(7, key, 1)))
    expect(ofKeys.size).toBeGreaterThan(payload === 1 ? 20 : 58)
    if (payload > 1) expect(value(1, 2, 3)).not.toBe(value(2, 2, 3))
  },
)

test('generations come round and never say "not written"', () => {
  const generations = createGenerations(1)
  expect(generations.current()).toBe(0)
  const seen = Array.from({ length: 256 }, () => generations.next())
  expect(seen).not.toContain(0)
  expect([seen[0], seen[254], seen[255]]).toEqual([1, 255, 1])
})

test('keys are patched to the last digit', () => {
  let key = 0
  const picks = [0, 7, 99_999_999, 120, 5]
  const generations = createGenerations(100_000_000)
  const batches = keyedBatches(templateOf('get', 3), 5, 1, {
    keyspace: 100_000_000,
    pick: () => picks[key++]!,
    values: createValues(1, 3),
    generations,
  })
  batches.prepare(0, 5)
  const sent = batches.ofClient[0]!.request.toString('latin1')
  expect([...sent.matchAll(/key:(\d{12})/g)].map((match) => Number(match[1]))).toEqual(picks)
})

test("a client's counter goes on from batch to batch, and gains a digit", () => {
  const counters = createCounters(2, 3)
  const first = Number(/(\d+)\r\n$/.exec(counters.reset.request.toString('latin1'))![1])
  const batches = counters.batches(1000)
  const seen: string[] = []
  for (let n = 0; n < 101; n++) {
    batches.prepare(1, 1000)
    const { reply, replyLength } = batches.ofClient[1]!
    seen.push(reply.toString('latin1', 0, replyLength))
  }
  const numbers = Array.from({ length: 101_000 }, (_, i) => `:${first + 1 + i}\r\n`)
  expect(seen.join('')).toBe(numbers.join(''))
  expect(String(first + 101_000).length).toBeGreaterThan(String(first).length)
})
