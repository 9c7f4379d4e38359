/** A client that can misbehave, and that looks at every byte it gets. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

export interface Target {
  host: string
  port: number
}

/** A connected socket that reads nothing until it is asked to. Its errors end in `close`. */
export async function open({ host, port }: Target): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  return socket
}

/**
 * Reads until exactly `wanted` has come, and leaves the socket paused.
 * @throws Error if anything else comes, or the connection ends before
 */
export function readExactly(socket: Socket, wanted: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let at = 0
    const done = (failure?: Error) => {
      socket.pause().off('data', onData).off('close', onClose)
      if (failure === undefined) resolve()
      else reject(failure)
    }
    const onData = (piece: Buffer) => {
      if (!piece.equals(wanted.subarray(at, at + piece.length))) {
        const [got, due] = [piece, wanted.subarray(at)].map((b) => b.toString('latin1', 0, 80))
        return done(new Error(`${JSON.stringify(got)} came instead of ${JSON.stringify(due)}`))
      }
      at += piece.length
      if (at === wanted.length) done()
    }
    const onClose = () => done(new Error(`closed after ${at} of ${wanted.length} bytes`))
    if (socket.destroyed) return onClose()
    socket.on('data', onData).once('close', onClose).resume()
  })
}

/**
 * Sends, and waits for exactly the reply.
 * @throws Error if anything else comes
 */
export async function ask(socket: Socket, request: string | Buffer, reply: string | Buffer) {
  const answered = readExactly(socket, Buffer.from(reply as string, 'latin1'))
  socket.write(request as string, 'latin1')
  await answered
}

/** Reads all that still comes, until the server ends the connection: in order, or by a reset. */
export function readToEnd(socket: Socket): Promise<{ bytes: Buffer; how: 'end' | 'reset' }> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let how: 'end' | 'reset' = 'reset'
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    socket.once('end', () => {
      how = 'end'
    })
    socket.once('close', () => resolve({ bytes: Buffer.concat(pieces), how }))
    socket.resume()
  })
}

/** How long it waits before it asks again, ms: the server needs the core meanwhile. */
const ASK_AGAIN_MS = 2

/** Asks again and again until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(ASK_AGAIN_MS)
}

/** How many connections the server has, as it says itself; the one that asks is one of them. */
export async function connectionsOf(target: Target): Promise<number> {
  return (await clientList(target)).length
}

/**
 * Whether replies wait in the server for the client with that port, as it says itself.
 * @param silenceMs how long it may say nothing
 */
export async function isBehind(target: Target, port: number, silenceMs?: number): Promise<boolean> {
  const clients = await clientList(target, silenceMs)
  return clients.some((one) => one.includes(`:${port} `) && /omem=[1-9]/.test(one))
}

/** A line for each client; none, if the server does not answer. */
async function clientList(target: Target, silenceMs = 0): Promise<string[]> {
  const socket = await open(target)
  socket.setTimeout(silenceMs, () => socket.destroy()).write('CLIENT LIST\r\nQUIT\r\n')
  const { bytes } = await readToEnd(socket)
  return bytes.toString('latin1').match(/^id=.*$/gm) ?? []
}

/** `bytes` as a bulk string. */
export function bulk(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')])
}

/** SET with a value of any bytes. */
export function setCommand(key: string, value: Buffer): Buffer {
  const head = `*3\r\n$3\r\nSET\r\n$${key.length}\r\n${key}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), bulk(value)])
}
