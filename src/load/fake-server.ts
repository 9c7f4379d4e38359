/**
 * A small server for the tests: it stores and answers, in the test's own process, and can be made
 * to lie. It knows only what the load generator sends.
 */
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import type { Address } from './workload.ts'

export interface Asked {
  /** Command in upper case. */
  command: string
  args: string[]
  /** Number of this command among those of its name, over all connections, from 0. */
  nth: number
  /** Number of its connection, from 0. */
  connection: number
  socket: Socket
  store: Map<string, string>
}

/**
 * What is sent for a request instead of the right answer. `honest` computes (and stores) that;
 * undefined sends nothing.
 */
export type Answer = (asked: Asked, honest: () => string) => string | undefined

export interface FakeServer {
  target: Address
  /** Every request so far, e.g. `SET key:000000000000 abc`. */
  log: string[]
  /** What arrived, chunk by chunk, over all connections. */
  chunks: Buffer[]
  sockets: Socket[]
  close(): Promise<void>
}

/** @param send how the bytes of an answer are put on the socket; by default in one write a chunk */
export async function startFakeServer(
  answer: Answer = (_, honest) => honest(),
  send: (socket: Socket, bytes: string) => unknown = writeWhole,
): Promise<FakeServer> {
  const store = new Map<string, string>()
  const log: string[] = []
  const chunks: Buffer[] = []
  const sockets: Socket[] = []
  const counts = new Map<string, number>()
  const server = createServer({ noDelay: true }, (socket) => {
    const connection = sockets.push(socket) - 1
    let pending = ''
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      pending += chunk.toString('latin1')
      let out = ''
      for (;;) {
        const request = takeRequest(pending)
        if (request === undefined) break
        pending = pending.slice(request.length)
        const [name, ...args] = request.args
        const command = name!.toUpperCase()
        const nth = counts.get(command) ?? 0
        counts.set(command, nth + 1)
        log.push(request.args.join(' '))
        const asked = { command, args, nth, connection, socket, store }
        out += answer(asked, () => honestAnswer(asked)) ?? ''
      }
      if (out !== '' && !socket.destroyed) send(socket, out)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    target: { host: '127.0.0.1', port },
    log,
    chunks,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function writeWhole(socket: Socket, bytes: string): void {
  socket.write(bytes, 'latin1')
}

export function bulk(text: string | undefined): string {
  return text === undefined ? '$-1\r\n' : `$${text.length}\r\n${text}\r\n`
}

function honestAnswer({ command, args, store }: Asked): string {
  switch (command) {
    case 'PING':
      return '+PONG\r\n'
    case 'ECHO':
      return bulk(args[0])
    case 'SET':
    case 'MSET':
      for (let i = 0; i < args.length; i += 2) store.set(args[i]!, args[i + 1]!)
      return '+OK\r\n'
    case 'GET':
      return bulk(store.get(args[0]!))
    case 'MGET':
      return `*${args.length}\r\n${args.map((key) => bulk(store.get(key))).join('')}`
    case 'INCR': {
      const n = Number(store.get(args[0]!) ?? 0) + 1
      store.set(args[0]!, String(n))
      return `:${n}\r\n`
    }
    default:
      return `-ERR unknown command '${command}'\r\n`
  }
}

function takeRequest(text: string): { args: string[]; length: number } | undefined {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return undefined
  const args: string[] = []
  let at = head[0].length
  for (let i = 0; i < Number(head[1]); i++) {
    const end = text.indexOf('\r\n', at)
    if (end === -1) return undefined
    const start = end + 2
    const length = Number(text.slice(at + 1, end))
    if (text.length < start + length + 2) return undefined
    args.push(text.slice(start, start + length))
    at = start + length + 2
  }
  return { args, length: at }
}
