/** A plain TCP client that remembers every byte it was sent. */
import { once } from 'node:events'
import { connect } from 'node:net'

export interface Connection {
  /** All that has arrived, one character a byte. */
  received(): string
  /** True once the server has closed, or the connection broke. */
  closed(): boolean
  /** True once the deadline has passed: nobody should wait any longer. */
  expired(): boolean
  /**
   * Writes one piece and gives the loop a turn: the piece has left before the next is written, and
   * what the server said to it has been read. Does nothing once the server has closed.
   */
  send(piece: Buffer): Promise<void>
  /** Resolves when more has arrived, at the close and at the deadline. */
  changed(): Promise<void>
  destroy(): void
}

/** Nobody listens there, or nobody any more. */
export class CannotConnect extends Error {
  override readonly name = 'CannotConnect'
}

/**
 * Connects, without Nagle's algorithm, which would join the pieces of a case again.
 * @throws CannotConnect
 */
export async function openConnection(
  host: string,
  port: number,
  deadlineMs: number,
): Promise<Connection> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true })
  try {
    await once(socket, 'connect')
  } catch (cause) {
    throw new CannotConnect(`cannot connect: ${(cause as Error).message}`, { cause })
  }
  let received = ''
  let closed = false
  let expired = false
  let signal = Promise.withResolvers<void>()
  const wake = () => {
    signal.resolve()
    signal = Promise.withResolvers<void>()
  }
  const timer = setTimeout(() => {
    expired = true
    wake()
  }, deadlineMs)
  const onClose = () => {
    closed = true
    wake()
  }
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    wake()
  })
  socket.on('end', onClose)
  socket.on('close', onClose)
  // A reset is a close too: a server resets where it closes with our bytes still unread.
  socket.on('error', onClose)
  return {
    received: () => received,
    closed: () => closed,
    expired: () => expired,
    send: async (piece) => {
      if (closed) return
      let written = false
      socket.write(piece, () => {
        written = true
        wake()
      })
      await turn()
      while (!written && !closed && !expired) await signal.promise
    },
    changed: () => signal.promise,
    destroy: () => {
      clearTimeout(timer)
      socket.destroy()
    },
  }
}

/** One turn of the event loop, sockets included. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
