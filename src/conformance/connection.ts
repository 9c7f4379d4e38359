/** A plain TCP client that remembers every byte it was sent. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface Connection {
  /** All that has arrived, one character a byte. */
  received(): string
  /** True once the server has closed, or the connection broke. */
  closed(): boolean
  /** True once nothing has happened for so long that there is no use in waiting. */
  expired(): boolean
  /**
   * Writes one piece and lets the event loop run once: the piece has left before the next is written, and
   * what the server said to it has been read. Does nothing once the server has closed.
   */
  send(piece: Buffer): Promise<void>
  /** Resolves when more has arrived, at the close and at the deadline. */
  changed(): Promise<void>
  destroy(): void
}

/** No server listens there, or it has stopped. */
export class CannotConnect extends Error {
  override readonly name = 'CannotConnect'
}

/** Stage 1 reads some 400,000 bytes per second, and a fortieth of that on a busy machine. */
const MS_PER_BYTE = 0.1

/**
 * Connects, without Nagle's algorithm, which would join the pieces of a case again.
 * @param silenceMs how long nothing may happen; longer, if much was sent at once
 * @throws CannotConnect
 */
export async function openConnection(
  host: string,
  port: number,
  silenceMs: number,
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
  let expiresAt = performance.now() + silenceMs
  const check = () => {
    const left = expiresAt - performance.now()
    if (left > 0) {
      timer = setTimeout(check, left)
      return
    }
    expired = true
    wake()
  }
  let timer = setTimeout(check, silenceMs)
  /** Something has happened; `bytes` more are on their way to the server. */
  const happened = (bytes: number) => {
    expiresAt = Math.max(expiresAt, performance.now() + silenceMs + bytes * MS_PER_BYTE)
  }
  const onClose = () => {
    closed = true
    wake()
  }
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    happened(0)
    wake()
  })
  socket.on('end', onClose)
  socket.on('close', onClose)
  // A reset is a close too: a server that closes with our bytes still unread resets.
  socket.on('error', onClose)
  return {
    received: () => received,
    closed: () => closed,
    expired: () => expired,
    send: async (piece) => {
      if (closed) return
      happened(piece.length)
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

/** How long it waits before it asks again, ms. */
const ASK_AGAIN_MS = 1

/** Between two questions of a poll: the server needs the core meanwhile. */
export async function pause(): Promise<void> {
  await delay(ASK_AGAIN_MS)
}

/** One turn of the event loop, sockets included. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
