import { ALIGN, SEGMENT } from './arena.ts'
import type { OwnStored } from './own-stored.ts'

/** Words of a bucket, which is one line of the processor's cache. */
export const BUCKET = 16
/** Buckets of a piece, 1 MiB: the bits of a bucket's number that count within its piece. */
export const PIECE_SHIFT = 14
const PIECE = 1 << PIECE_SHIFT
const PIECE_BYTES = PIECE * BUCKET * 4
/** Pieces of a block, which has the size of an arena's segment: it is memory of its own. */
const PIECES = 32

const NONE = new Int32Array(0)

/**
 * The buckets of a table. A large table's lie in pieces, which are taken when the first bucket of them
 * comes into use and given back when the last has been moved. To free 64 MiB in one go is a pause of
 * 5 ms.
 */
export class Buckets {
  /** The piece of each bucket, by the bucket's number; empty ones are not in use. */
  readonly pieces: Int32Array[]
  readonly mask: number
  private readonly memory: Pieces
  private readonly stored: OwnStored

  /** @param count a power of two */
  constructor(count: number, memory: Pieces, stored: OwnStored) {
    this.mask = count - 1
    this.memory = memory
    this.stored = stored
    if (this.isSmall) {
      this.pieces = [wordsOf(count)]
      stored.bytes += count * BUCKET * 4
    } else {
      this.pieces = Array.from({ length: count / PIECE }, () => NONE)
    }
  }

  /** To be called before the buckets of another table move here, in order, with the number of each. */
  prepare(number: number, others: number): void {
    if ((number & (PIECE - 1)) !== 0 || this.isSmall) return
    for (let bucket = number & this.mask; bucket <= this.mask; bucket += others) {
      const at = bucket >>> PIECE_SHIFT
      if (this.pieces[at] === NONE) this.pieces[at] = this.memory.take()
    }
  }

  /** To be called when a bucket has been moved, in order, and is empty. */
  leave(number: number): void {
    if ((number & (PIECE - 1)) !== PIECE - 1) return
    const at = number >>> PIECE_SHIFT
    this.memory.giveBack(this.pieces[at]!)
    this.pieces[at] = NONE
  }

  /** Gives back what does not lie in pieces: now, and not when the garbage collector comes by. */
  release(): void {
    if (!this.isSmall) return
    this.stored.bytes -= (this.mask + 1) * BUCKET * 4
    ;(this.pieces[0]!.buffer as ArrayBuffer).transfer(0)
  }

  private get isSmall(): boolean {
    return this.mask < PIECE - 1
  }
}

/** Where a bucket begins in its piece, in words. */
export function startOf(bucket: number): number {
  return (bucket & (PIECE - 1)) * BUCKET
}

/** Memory for so many buckets, each in one line of the cache if the memory begins at a page. */
export function wordsOf(buckets: number): Int32Array {
  const bytes = buckets * BUCKET * 4
  return new Int32Array(new ArrayBuffer(bytes + ALIGN), ALIGN, buckets * BUCKET)
}

interface Block {
  readonly memory: ArrayBuffer
  /** How many pieces were ever taken from it, and how many are in use. */
  cut: number
  used: number
  readonly free: Int32Array[]
}

/**
 * The pieces of a table. While it grows, those that it leaves are at once those that it needs: no
 * memory goes back to the system then, and none is cleared.
 */
export class Pieces {
  private blocks: Block[] = []
  private readonly stored: OwnStored

  constructor(stored: OwnStored) {
    this.stored = stored
  }

  /** A piece that is zero. */
  take(): Int32Array {
    const block = this.blocks.find((one) => one.free.length > 0 || one.cut < PIECES) ?? this.add()
    block.used++
    const free = block.free.pop()
    if (free !== undefined) return free
    this.stored.bytes += PIECE_BYTES
    const start = ALIGN + block.cut++ * PIECE_BYTES
    return new Int32Array(block.memory, start, PIECE * BUCKET)
  }

  /** @param piece must be zero */
  giveBack(piece: Int32Array): void {
    const block = this.blocks.find(({ memory }) => memory === piece.buffer)!
    block.free.push(piece)
    if (--block.used > 0) return
    this.blocks = this.blocks.filter((one) => one !== block)
    this.free(block)
  }

  /** Gives all of it back to the system. */
  release(): void {
    for (const block of this.blocks) this.free(block)
    this.blocks = []
  }

  private add(): Block {
    const block = { memory: new ArrayBuffer(SEGMENT), cut: 0, used: 0, free: [] }
    this.blocks.push(block)
    return block
  }

  private free(block: Block): void {
    this.stored.bytes -= block.cut * PIECE_BYTES
    block.memory.transfer(0)
  }
}
