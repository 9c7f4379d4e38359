import { BLOCK, giveBackBlock, takeBlock } from './blocks.ts'
import { lend, takeBack } from './value.ts'

/**
 * Bytes that wait, in order, for a client that reads slower than it asks. Small pieces are joined:
 * a Buffer for each reply of 7 bytes would cost twenty times that, on V8's heap.
 */
export class Backlog {
  /** How many bytes wait. */
  length = 0
  private pieces: Buffer[] = []
  /** The block that is being filled; it comes after all pieces. */
  private block: Buffer | undefined
  private filled = 0

  /** Up to a block's size is copied. What is larger stays as it is: a value, or the caller's own. */
  push(bytes: Buffer): void {
    this.length += bytes.length
    if (bytes.length > BLOCK) {
      lend(bytes)
      this.closeBlock()
      this.pieces.push(bytes)
      return
    }
    let at = 0
    while (at < bytes.length) {
      if (this.block === undefined) {
        this.block = takeBlock()
        this.filled = 0
      }
      const copied = bytes.copy(this.block, this.filled, at)
      at += copied
      this.filled += copied
      if (this.filled === BLOCK) this.closeBlock()
    }
  }

  private closeBlock(): void {
    if (this.block === undefined) return
    this.pieces.push(this.block.subarray(0, this.filled))
    this.block = undefined
  }

  /** Puts a piece, or what is left of it, before all others. It is not copied. */
  putFirst(piece: Buffer): void {
    this.length += piece.length
    this.pieces.unshift(piece)
  }

  /** The next piece, which the caller passes to `release` when it has gone; undefined if there is none. */
  shift(): Buffer | undefined {
    if (this.pieces.length === 0) this.closeBlock()
    const piece = this.pieces.shift()
    if (piece !== undefined) this.length -= piece.length
    return piece
  }

  /** Forgets all of it. */
  clear(): void {
    for (let piece = this.shift(); piece !== undefined; piece = this.shift()) release(piece)
  }
}

/** A piece of a backlog has gone. */
export function release(piece: Buffer): void {
  if (!giveBackBlock(piece) && piece.length > 0) takeBack(piece)
}
