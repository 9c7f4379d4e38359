import { describe, expect, test } from 'vitest'
import { compareInstructions, leastInstructions } from './instruction-ratio.ts'

describe('instructions of two targets', () => {
  test('the least window counts: collections of garbage only add to the others', () => {
    const starts = [
      [8100, 8050, 19_000],
      [8200, 8060, 8150],
    ]
    expect(leastInstructions({ starts })).toBe(8050)
  })

  test('3 % more are found', () => {
    const more = compareInstructions(counted(8240, 8260, 8300), counted(8000, 8030, 8060))
    expect(more).toMatchObject({ ratio: 1.03, floor: 0.015, verdict: 'more' })
    const fewer = compareInstructions(counted(8000, 8030, 8060), counted(8240, 8260, 8300))
    expect(fewer.verdict).toBe('fewer')
  })

  test('1 % is no more than what two starts differ by', () => {
    const { verdict } = compareInstructions(counted(8080, 8100, 8120), counted(8000, 8030, 8060))
    expect(verdict).toBe('inconclusive')
  })

  test('starts that lie far apart raise the floor; one bad start does not', () => {
    const base = counted(8000, 8030, 8060)
    expect(compareInstructions(counted(8240, 8300, 9900), base).verdict).toBe('more')
    const apart = compareInstructions(counted(8240, 8900, 9900), base)
    expect(apart.verdict).toBe('inconclusive')
    expect(apart.floor).toBeCloseTo(0.08, 3)
  })
})

/** Three starts, of two windows each. */
function counted(...least: number[]) {
  return { starts: least.map((count) => [count, count * 1.05]) }
}
