/** A TCP connection that collects what it receives, and signals when there is more. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export class Link {
  /** True once the server has closed its side, or the connection broke. */
  closed = false
  /** Bytes received. */
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
    // A reset is a close, too: a server resets if it closes with bytes unread.
    for (const event of ['end', 'close', 'error']) socket.on(event, onClose)
  }

  /** Connects, without Nagle's algorithm, which would join pieces. */
  static async open(host: string, port: number): Promise<Link> {
    const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
    const link = new Link(socket)
    await once(socket, 'connect')
    return link
  }

  /** The bytes since the last `clear`. */
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

  /** Resolves when more arrives, or at the close; at once if it is closed. */
  changed(): Promise<void> {
    if (this.closed) return Promise.resolve()
    return new Promise((resolve) => {
      this.wake = resolve
    })
  }

  /** Closes the sending side; what the server still sends is read. */
  end(): void {
    this.socket.end()
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** The rest of this turn of the event loop: after it, every readable socket was read. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
