/**
 * The values that are stored, and what is remembered of them.
 *
 * A value depends on its key, on the seed of this load process and on the generation that last
 * wrote it. So a server that answers +OK and stores nothing, that knows a benchmark's keys by
 * heart, or that gives every key the same value, gives itself away at the first GET.
 *
 * Every run that writes uses one generation for all it writes. Several clients may then set the
 * same key at the same time: whichever comes last, the value is the same.
 */

const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')

/** Characters of a value that are computed; the rest is copied from a block of random letters. */
const tagLength = 5

/** A prime, so that a value which lost or gained some bytes cannot line up again by chance. */
const blockLength = 65521

/** Generations fit in a byte, so that 100 million keys cost 100 MB. 0 means never written. */
const lastGeneration = 255

export interface Values {
  /** Writes the value of `key` in `generation` into `target` at `at`: exactly `payload` bytes. */
  write(target: Buffer, at: number, key: number, generation: number): void
}

/** @param payload length of every value, in bytes */
export function createValues(seed: number, payload: number): Values {
  const tag = Math.min(payload, tagLength)
  const block = randomLetters(seed, payload > tagLength ? blockLength : 0)
  return {
    write(target, at, key, generation) {
      let mixed = mix(key ^ seed) + Math.imul(generation, 0x9e3779b1)
      const start = (mixed >>> 0) % blockLength
      // Six bits a character, the lowest first: neighbouring generations differ in the first one.
      for (let i = 0; i < tag; i++) {
        target[at + i] = alphabet[mixed & 63]!
        mixed >>>= 6
      }
      for (let done = tag, from = start; done < payload; from = 0) {
        const length = Math.min(payload - done, blockLength - from)
        block.copy(target, at + done, from, from + length)
        done += length
      }
    },
  }
}

/** Which generation wrote each key last. One byte a key. */
export interface Generations {
  readonly ofKey: Uint8Array
  /** The generation of the run that wrote last, or is writing. */
  current(): number
  /** Begins a new generation; call once before each run that writes. */
  next(): number
}

export function createGenerations(keyspace: number): Generations {
  let current = 0
  return {
    ofKey: new Uint8Array(keyspace),
    current: () => current,
    next: () => {
      current = (current % lastGeneration) + 1
      return current
    },
  }
}

/** A 32-bit number in which every bit of `n` has left its mark (the finishing step of MurmurHash3). */
export function mix(n: number): number {
  n = Math.imul(n ^ (n >>> 16), 0x85ebca6b)
  n = Math.imul(n ^ (n >>> 13), 0xc2b2ae35)
  return n ^ (n >>> 16)
}

function randomLetters(seed: number, length: number): Buffer {
  const letters = Buffer.allocUnsafeSlow(length)
  for (let i = 0; i < length; i++) letters[i] = alphabet[mix(seed + i) & 63]!
  return letters
}
