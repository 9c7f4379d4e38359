import { addressOf, allocatePages, ioUringRegister } from './kernel.ts'

/**
 * Where received bytes go. With `read(2)` one says where when there is something to read; io_uring is
 * asked long before, so it is given a few buffers for all connections, takes one when something
 * arrives, and gets it back when the commands in it were executed.
 */
export class ReceiveBuffers {
  /** All of them, one after the other. */
  readonly bytes = Buffer.allocUnsafeSlow(COUNT * STRIDE)
  readonly view = new DataView(this.bytes.buffer)
  private readonly address = addressOf(this.bytes)
  /** The queue of free ones, shared with the kernel: address, length and number of each. */
  private readonly queue: Int32Array
  private readonly ends: Uint16Array
  private tail = 0

  /** @param ring descriptor of the ring that takes from them */
  constructor(ring: number) {
    const { memory, address } = allocatePages(COUNT * ENTRY)
    this.queue = new Int32Array(memory)
    this.ends = new Uint16Array(memory)
    const registration = Buffer.alloc(40)
    registration.writeBigUInt64LE(address)
    registration.writeUInt32LE(COUNT, 8)
    ioUringRegister(ring, REGISTER_BUFFER_RING, registration)
    for (let number = 0; number < COUNT; number++) this.giveBack(number)
  }

  /** Where in `bytes` the received bytes of a buffer begin; there is room for `HEADROOM` before. */
  startOf(number: number): number {
    return number * STRIDE + HEADROOM
  }

  giveBack(number: number): void {
    const address = this.address + this.startOf(number)
    const at = (this.tail & (COUNT - 1)) * (ENTRY / 4)
    this.queue[at] = address // its lower 32 bits
    this.queue[at + 1] = address / 2 ** 32
    this.queue[at + 2] = SIZE
    this.ends[at * 2 + 6] = number
    this.tail = (this.tail + 1) & 0xffff
    // The queue's end lies in a part of its first entry that has no other use.
    this.ends[7] = this.tail
  }
}

/** Room before each buffer for the beginning of a command that ends in it, in bytes. */
export const HEADROOM = 1024
/** What arrives at once for one connection at most, in bytes. */
const SIZE = 16 * 1024
const STRIDE = HEADROOM + SIZE
/** A power of two. */
const COUNT = 64
/** Size of an entry of the queue, in bytes. */
const ENTRY = 16
const REGISTER_BUFFER_RING = 22
