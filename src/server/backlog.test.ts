import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Backlog, release } from './backlog.ts'
import { BLOCK, blockBytes, freeUnused } from './blocks.ts'

const size = fc.oneof(fc.nat(20), fc.nat(BLOCK), fc.integer({ min: BLOCK, max: 3 * BLOCK }))
const step = fc.oneof(
  fc.record({ push: size }),
  fc.record({ take: fc.boolean(), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
)

it('returns the bytes in their order, whatever comes and goes; and frees all memory', () => {
  freeUnused(1)
  // What others hold in this process, if they do.
  const before = blockBytes()
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const backlogs = [new Backlog(), new Backlog()]
      let written = 0
      let read = 0
      const take = (part: number) => {
        const piece = backlogs[0]!.shift()
        if (piece === undefined) return false
        const gone = Math.ceil(piece.length * part)
        for (let at = 0; at < gone; at++) if (piece[at] !== read++ % 251) return expect.fail()
        if (gone < piece.length) backlogs[0]!.putFirst(piece.subarray(gone))
        else release(piece)
        return true
      }
      for (const one of steps) {
        if ('push' in one) {
          const bytes = Buffer.from(Array.from({ length: one.push }, () => written++ % 251))
          for (const backlog of backlogs) backlog.push(bytes)
        } else {
          take(one.part)
        }
        expect(backlogs[0]!.length).toBe(written - read)
      }
      while (take(1));
      expect(read).toBe(written)
      expect(backlogs[1]!.length).toBe(written)
      backlogs[1]!.clear()
      freeUnused(1)
      expect(blockBytes()).toBe(before)
    }),
    { numRuns: 50 },
  )
})

it('a million small pieces take little more than their bytes', () => {
  const backlog = new Backlog()
  freeUnused(1)
  const before = blockBytes()
  const pong = Buffer.from('+PONG\r\n')
  for (let at = 0; at < 1_000_000; at++) backlog.push(pong)
  expect(backlog.length).toBe(7_000_000)
  let pieces = 0
  for (let piece = backlog.shift(); piece !== undefined; piece = backlog.shift()) {
    pieces++
    release(piece)
  }
  expect(pieces).toBe(Math.ceil(7_000_000 / BLOCK))
  freeUnused(1)
  expect(blockBytes()).toBe(before)
})
