/** A TCP connection that keeps what it was sent, and says when there is more. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class Link {
  /** True once the server has closed its side, or the connection broke. */
  closed = false
  /** How many bytes have arrived. */
  length = 0
  private chunks: Buffer[] = []
  private readonly socket: Socket
  private wake: (() => void) | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk)
      this.length += chunk.length
      this.wake?.()
    })
    const onClose = () => {
      this.closed = true
      this.wake?.()
    }
    // A reset is a close too: a server resets where it closes with bytes of ours unread.
    for (const event of ['end', 'close', 'error']) socket.on(event, onClose)
  }

  /** Connects, without Nagle's algorithm, which would join pieces. */
  static async open(host: string, port: number): Promise<Link> {
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
    const link = new Link(socket)
    await once(socket, 'connect')
    return link
  }

  /** All that has arrived since the last `clear`. */
  received(): Buffer {
    if (this.chunks.length !== 1) this.chunks = [Buffer.concat(this.chunks)]
    return this.chunks[0]!
  }

  clear(): void {
    this.chunks = []
    this.length = 0
  }

  write(bytes: Buffer | string): void {
    if (!this.closed) this.socket.write(bytes, 'latin1')
  }

  /** Resolves when more has arrived, and at the close; at once where it is closed. */
  changed(): Promise<void> {
    if (this.closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  /** Sends no more; what the server still sends is read. */
  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** The rest of this turn of the event loop: all sockets that have something have been read then. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
