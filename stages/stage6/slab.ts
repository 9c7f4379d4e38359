import { addressOf } from './kernel.ts'

/** Memory that replies are written to, for all connections. */
export interface Slab {
  readonly bytes: Buffer
  readonly address: number
}

/** A slab's size, and the part of it that one batch of replies may take, in bytes. */
const SLAB = 1024 * 1024
export const BATCH = 64 * 1024
/** Slabs that are reserved for later turns. */
const KEEP = 4

/**
 * Slabs that are used again. The kernel reads the replies of a turn when the turn ends, and reports
 * what it did not take in the turn after: until then their slab is not written to. So there are two
 * in turns, and more if a turn has more to send.
 */
export class Slabs {
  private readonly free: Slab[] = []
  private before: Slab[] = []
  private now: Slab[] = []

  /** One that is free. */
  take(): Slab {
    const slab = this.free.pop() ?? allocate()
    this.now.push(slab)
    return slab
  }

  /** Replies of the turn before have gone. */
  endTurn(): void {
    for (const slab of this.before) if (this.free.length < KEEP) this.free.push(slab)
    this.before = this.now
    this.now = []
  }
}

function allocate(): Slab {
  const bytes = Buffer.allocUnsafeSlow(SLAB)
  return { bytes, address: addressOf(bytes) }
}
