/**
 * The one use of Node's internals. `net.connect({ onread })` lets a client read into a buffer of
 * its own; there is no public way to ask for it on accepted sockets. But a `net.Socket` takes
 * `onread` with a handle, so the accepted socket's handle is moved to a new socket that has it.
 */
import net from 'node:net'

/** Where the bytes of a connection go. */
export interface ReadInto {
  /**
   * The kernel writes here. A function is asked after every read for the next buffer, and answers
   * false to keep the one before.
   */
  buffer: Uint8Array | (() => Uint8Array | false)
  /** Called with the number of bytes that arrived; they are at the start of the buffer. */
  callback: (bytesRead: number) => void
}

/** What is private: the handle of an accepted socket, and the server that counts its sockets. */
interface Private {
  _handle: object | null
  _server: unknown
  server: unknown
}

/**
 * Replaces a socket that `server` accepted, with `pauseOnConnect`, by one that reads as `readInto`
 * says, and starts reading. To be called in the `connection` event itself: nothing was read then.
 * Undefined if the client is gone already.
 */
export function acceptInto(
  server: net.Server,
  accepted: net.Socket,
  readInto: ReadInto,
): net.Socket | undefined {
  const from = accepted as unknown as Private
  const handle = from._handle
  if (handle === null) return undefined
  from._handle = null
  const onread = { buffer: readInto.buffer, callback: readInto.callback }
  const socket = new net.Socket({ handle, onread } as unknown as net.SocketConstructorOpts)
  const into = socket as unknown as Private
  // The server closes when its last socket has; it learns of that through these two.
  into.server = server
  into._server = server
  socket.read(0)
  return socket
}
