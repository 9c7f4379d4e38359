/**
 * HalfSipHash-1-3: a keyed hash of 32 bits. With a seed of its own in each process, no client can make
 * up keys that all fall into one bucket.
 */
export class Hash {
  private readonly seed0: number
  private readonly seed1: number

  /** @param seed eight bytes; random ones outside of tests */
  constructor(seed: Uint8Array) {
    const view = new DataView(seed.buffer, seed.byteOffset)
    this.seed0 = view.getInt32(0, true)
    this.seed1 = view.getInt32(4, true)
  }

  /** The hash of `length` bytes from `start` on. */
  of(view: DataView, start: number, length: number): number {
    let v0 = this.seed0
    let v1 = this.seed1
    let v2 = 0x6c796765 ^ v0
    let v3 = 0x74656462 ^ v1
    const whole = (start + (length & ~3)) | 0
    for (let at = start | 0; at < whole; at = (at + 4) | 0) {
      const word = view.getInt32(at, true)
      v3 ^= word
      v0 = (v0 + v1) | 0
      v2 = (v2 + v3) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v1) | 0
      v0 = (v0 + v3) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 << 16) | (v2 >>> 16)
      v0 ^= word
    }
    const last = lastWord(view, whole, length)
    v3 ^= last
    // The round of the last word, and the three that end it.
    for (let round = 0; round < 4; round++) {
      v0 = (v0 + v1) | 0
      v2 = (v2 + v3) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v1) | 0
      v0 = (v0 + v3) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 << 16) | (v2 >>> 16)
      if (round > 0) continue
      v0 ^= last
      v2 ^= 0xff
    }
    return v1 ^ v3
  }
}

/** The bytes that are left, and the length. */
function lastWord(view: DataView, at: number, length: number): number {
  let word = length << 24
  const left = length & 3
  if (left > 2) word |= view.getUint8(at + 2) << 16
  if (left > 1) word |= view.getUint8(at + 1) << 8
  if (left > 0) word |= view.getUint8(at)
  return word
}
