/** What clients do to a server that has many replies for them, or large ones. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type RunningServer, startRedis, whyNoRedis } from '../run/server.ts'
import {
  ask,
  bulk,
  connectionsOf,
  open,
  readToEnd,
  setCommand,
  type Target,
  until,
} from './client.ts'
import { type Fault, type Figures, MB, readsBytes, rss, type Trial } from './fault.ts'

export const replyFaults: readonly Fault[] = [
  {
    name: 'half-close',
    about: '20,000 commands and the end of the stream: every one is answered',
    run: halfClose,
  },
  {
    name: 'resets',
    about:
      'every 50 ms 20 clients ask 30 times for 50 kB and reset: how long a PING waits meanwhile',
    run: resets,
  },
  {
    name: 'pings',
    about: 'a client sends PING and never reads: it is dropped, by a server with a heap of 256 MB',
    options: (stage) => ({
      args: ['--output-limit', readsBytes(stage) ? '8mb' : '256mb'],
      nodeFlags: [`--max-old-space-size=${readsBytes(stage) ? 24 : 256}`],
    }),
    run: pings,
  },
  {
    name: 'burst',
    about: '64 KiB of GETs for 550 MB of replies: the client is dropped at 256 MiB',
    run: burst,
  },
  {
    name: 'largest',
    about: 'six clients ask for 690 MB and leave: the memory is given back',
    run: largest,
  },
]

/** Sends commands and the end of the stream, and returns all that comes back. */
export async function answersToAll(target: Target, commands: string): Promise<string> {
  const socket = connect({ ...target, allowHalfOpen: true })
  socket.on('error', () => {})
  await once(socket, 'connect')
  const all = readToEnd(socket)
  socket.end(commands, 'latin1')
  return (await all).bytes.toString('latin1')
}

async function halfClose({ server }: Trial): Promise<Figures> {
  const count = 20_000
  const pongs = await answersToAll(server, 'PING\r\n'.repeat(count))
  if (pongs !== '+PONG\r\n'.repeat(count)) {
    throw new Error(`${pongs.length / 7} of ${count} PINGs were answered`)
  }
  const numbers = await answersToAll(server, 'INCR n\r\n'.repeat(count))
  const last = numbers.trimEnd().split('\r\n').at(-1)
  if (last !== `:${count}`) throw new Error(`the last of ${count} INCRs was answered with ${last}`)
  return { replies: 2 * count }
}

async function resets({ server, share, progress }: Trial): Promise<Figures> {
  const rounds = Math.round(100 * share)
  const figures = await waitBeside(server, rounds, progress)
  const most = rss(server)
  if (most > 512 * MB) throw new Error(`its memory rose to ${most} bytes`)
  if (whyNoRedis() !== undefined) return { ...figures, rss: most }
  const redis = await startRedis()
  try {
    const theirs = await waitBeside(redis, rounds, () => {})
    return { ...figures, rss: most, redisP99Ms: theirs.p99Ms!, redisMostMs: theirs.mostMs! }
  } finally {
    await redis.stop()
  }
}

/** How long PINGs take, one after the other, while others ask for much and reset. */
async function waitBeside(
  target: Target,
  rounds: number,
  progress: (share: number) => void,
): Promise<Figures> {
  const socket = await open(target)
  await ask(socket, setCommand('v', Buffer.alloc(50_000, 'v')), '+OK\r\n')
  let isOver = false
  const waits: number[] = []
  const asking = (async () => {
    while (!isOver) {
      const began = performance.now()
      await ask(socket, 'PING\r\n', '+PONG\r\n')
      waits.push(performance.now() - began)
    }
  })()
  for (let round = 0; round < rounds; round++) {
    const next = new Promise((resolve) => setTimeout(resolve, 50))
    await Promise.all(Array.from({ length: 20 }, () => askAndReset(target)))
    await next
    progress(round / rounds)
  }
  isOver = true
  await asking
  socket.destroy()
  waits.sort((a, b) => a - b)
  const at = (share: number) => waits[Math.floor((waits.length - 1) * share)]!
  return { pings: waits.length, medianMs: at(0.5), p99Ms: at(0.99), mostMs: at(1) }
}

async function askAndReset(target: Target): Promise<void> {
  const socket = await open(target)
  await new Promise((sent) => socket.write('GET v\r\n'.repeat(30), sent))
  socket.resetAndDestroy()
}

async function pings({ server, progress }: Trial): Promise<Figures> {
  const deaf = await open(server)
  const here = `client ${deaf.localAddress}:${deaf.localPort} closed`
  const many = 'PING\r\n'.repeat(10_000)
  let how: string | undefined
  server.ended.then((ended) => (how = ended))
  let asked = 0
  let rssMost = 0
  while (!server.errorOutput().includes(here)) {
    await Promise.race([new Promise((sent) => deaf.write(many, sent)), server.ended])
    // A write to a closed socket ends at once: without this turn the server's line is never read.
    await new Promise((turn) => setImmediate(turn))
    if (how !== undefined) throw new Error(`the server has ended: ${how}`)
    asked += many.length
    rssMost = Math.max(rssMost, rss(server))
    progress(Math.min(1, asked / (220 * MB)))
  }
  deaf.destroy()
  return { asked, rssMost }
}

/** The default limit of a stage; bytes. */
export const OUTPUT_LIMIT = 256 * MB

async function burst({ server }: Trial): Promise<Figures> {
  const other = await open(server)
  await ask(other, setCommand('v', Buffer.alloc(60_000, 'v')), '+OK\r\n')
  const rssBefore = rss(server)
  const waiting = await droppedAt(server, 'GET v\r\n'.repeat(9362))
  const figures = { waiting, rssBefore, rssAfter: rss(server) }
  other.destroy()
  if (waiting > OUTPUT_LIMIT + MB) throw new Error(`${waiting} bytes waited for one client`)
  return figures
}

/**
 * Asks, never reads, and returns how many bytes waited when the server dropped the connection.
 * @param deaf the client that does; default: a new one
 */
export async function droppedAt(
  server: RunningServer,
  commands: string,
  deaf?: Socket,
): Promise<number> {
  deaf ??= await open(server)
  const line = `client ${deaf.localAddress}:${deaf.localPort} closed: `
  let how: string | undefined
  server.ended.then((ended) => (how = ended))
  deaf.write(commands)
  await until(() => server.errorOutput().includes(line) || how !== undefined)
  if (how !== undefined) throw new Error(`the server has ended: ${how}`)
  deaf.destroy()
  return Number(server.errorOutput().split(line)[1]!.split(' ')[0])
}

async function largest({ server, progress }: Trial): Promise<Figures> {
  const other = await open(server)
  const value = Buffer.alloc(50_000, 'v')
  await ask(other, setCommand('v', value), '+OK\r\n')
  await ask(other, 'GET v\r\n'.repeat(30), Buffer.concat(Array(30).fill(bulk(value))))
  const rssBefore = rss(server)
  const clients = await Promise.all(Array.from({ length: 6 }, () => open(server)))
  let rssMost = 0
  for (const [at, client] of clients.entries()) {
    await askFor(client, 2300)
    // What it was asked for is there as soon as the next one is answered.
    await ask(other, 'PING\r\n', '+PONG\r\n')
    rssMost = Math.max(rssMost, rss(server))
    progress(at / clients.length)
  }
  await until(async () => {
    rssMost = Math.max(rssMost, rss(server))
    return (await commandsProcessed(other)) > 6 * 2300
  })
  for (const client of clients) client.resetAndDestroy()
  await until(async () => (await connectionsOf(server)) === 2)
  await server.liveBytes() // collects all garbage
  // What is unused goes back after half a second; ten, by the server's own clock, are too long.
  const began = await uptime(other)
  const isMuch = () => rss(server) - rssBefore > 200 * MB
  await until(async () => !isMuch() || (await uptime(other)) > began + 10)
  const rssAfter = rss(server)
  const liveAfter = await server.liveBytes()
  other.destroy()
  if (isMuch()) throw new Error(`${rssAfter} bytes are still resident`)
  return { rssBefore, rssMost, rssAfter, liveAfter }
}

function askFor(client: Socket, count: number): Promise<void> {
  return new Promise((sent) => client.write('GET v\r\n'.repeat(count), () => sent()))
}

async function commandsProcessed(socket: Socket): Promise<number> {
  const text = await infoOf(socket, 'stats')
  return Number(/total_commands_processed:(\d+)/.exec(text)?.[1])
}

async function uptime(socket: Socket): Promise<number> {
  return Number(/uptime_in_seconds:(\d+)/.exec(await infoOf(socket, 'server'))?.[1])
}

/** A section of INFO, as text. */
export async function infoOf(socket: Socket, section: string): Promise<string> {
  let text = ''
  const onData = (piece: Buffer) => {
    text += piece.toString('latin1')
  }
  socket.on('data', onData).resume()
  socket.write(`INFO ${section}\r\nECHO end\r\n`)
  await until(() => text.endsWith('$3\r\nend\r\n') || socket.destroyed)
  socket.off('data', onData).pause()
  return text
}
