/** Numbers that look random and follow from a seed, so that every case can be made again. */
export interface Random {
  /** From 0 up to but not including `limit`. */
  int(limit: number): number
  /** True with a probability from 0 to 1. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** Any bytes, one character a byte. */
  bytes(length: number): string
}

/**
 * The numbers of one case: the seed names the run, the index the case in it. The generator is
 * Mulberry32: 32 bits of state are plenty for the few thousand numbers that a case takes.
 */
export function randomFor(seed: number, index: number): Random {
  let state = mix(mix(seed | 0) ^ (index | 0))
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    return mix(state) / 2 ** 32
  }
  const int = (limit: number) => Math.floor(next() * limit)
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (list) => list[int(list.length)]!,
    bytes: (length) => String.fromCharCode(...Array.from({ length }, () => int(256))),
  }
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), 1 | value)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return (mixed ^ (mixed >>> 14)) >>> 0
}
