/** Whether a server takes as much memory as it says, whatever its keys were made with. */
import type { Socket } from 'node:net'
import { open, until } from './client.ts'
import { type Figures, MB, rss, type Trial } from './fault.ts'
import { infoOf } from './reply-faults.ts'
import { startWatched } from './watched-stage.ts'

/** The command for the n-th time, for each way to store something. */
const ways: Record<string, (n: number) => string[]> = {
  short: (n) => ['SET', `key:${n}`, 'abc'],
  middle: (n) => ['SET', `key:${n}`, 'x'.repeat(200)],
  long: (n) => ['SET', `key:${n}`, 'x'.repeat(2000)],
  longKey: (n) => ['SET', `key:${n}:${'k'.repeat(300)}`, 'v'],
  deadline: (n) => ['SETEX', `key:${n}`, '10000', 'abc'],
  several: (n) => ['MSET', `key:${n}`, 'abc', `other:${n}`, 'x'.repeat(100)],
  swapped: (n) => ['GETSET', `key:${n % 100_000}`, `${n}`.padStart(100, 'x')],
  // 9.4 MB in 12,000 keys, a byte at a time, took 402 MB.
  byteByByte: (n) => ['APPEND', `key:${n % 2000}`, 'x'],
  appended: (n) => ['APPEND', `key:${n % 20_000}`, 'x'.repeat(100)],
  patched: (n) => ['SETRANGE', `key:${n % 50_000}`, `${(n * 7) % 300}`, 'patch'],
  sparse: (n) => ['SETRANGE', `key:${n}`, '20000', 'v'],
  bits: (n) => ['SETBIT', `key:${n % 50_000}`, `${(n * 977) % 10_000}`, '1'],
  counter: (n) => ['INCR', `key:${n}`],
  fraction: (n) => ['INCRBYFLOAT', `key:${n}`, '1.5'],
  copied: (n) => ['COPY', 'source', `key:${n}`],
  overwritten: (n) => ['SET', `key:${n % 5000}`, 'x'.repeat((n * 7919) % 20_000)],
}

/** The least growth that says something: the server's own memory varies by some MB. */
const LEAST = 150 * MB
/** Commands after which it is enough, however little they have stored. */
const MOST = 2_000_000
const FACTOR = 1.5

export async function counted({ stage, share, progress }: Trial): Promise<Figures> {
  const figures: Figures = {}
  const names = Object.keys(ways)
  for (const [at, name] of names.entries()) {
    progress(at / names.length)
    const server = await startWatched(stage, ['--maxmemory', '0'])
    try {
      const socket = await open(server)
      // As warm as it will be: V8's own memory grows with the first commands.
      await send(socket, (n) => ['SET', `warm:${n % 10}`, 'x'.repeat(50)], 0, 50_000)
      await send(socket, () => ['SET', 'source', 'x'.repeat(2000)], 0, 1)
      await server.liveBytes()
      const before = { counted: await usedMemory(socket), resident: rss(server) }
      for (let n = 0; n < MOST * share; n += 5000) {
        await send(socket, ways[name]!, n, 5000)
        if (rss(server) - before.resident > LEAST * share) break
      }
      await server.liveBytes()
      const used = (await usedMemory(socket)) - before.counted
      const resident = rss(server) - before.resident
      figures[`${name}Ratio`] = resident / used
      // Little was stored: what V8 keeps for itself weighs more than that.
      const slack = 32 * MB
      if (resident > used * FACTOR + slack || used > resident * FACTOR + slack) {
        throw new Error(`${name}: ${used} bytes are counted, and ${resident} are resident`)
      }
      socket.destroy()
    } finally {
      await server.stop()
    }
  }
  return figures
}

/** Sends commands in one go and waits for all replies. */
async function send(
  socket: Socket,
  way: (n: number) => string[],
  from: number,
  count: number,
): Promise<void> {
  const words = Array.from({ length: count }, (_, at) => way(from + at))
  const text = words.map(
    (one) => `*${one.length}\r\n${one.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`,
  )
  let tail = ''
  const onData = (piece: Buffer) => {
    tail = (tail + piece.toString('latin1')).slice(-9)
  }
  socket.on('data', onData).resume()
  socket.write(`${text.join('')}ECHO end\r\n`)
  await until(() => tail.endsWith('$3\r\nend\r\n') || socket.destroyed)
  socket.off('data', onData).pause()
}

/** `used_memory` of INFO: what the server itself says that its keys and it take. */
export async function usedMemory(socket: Socket): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await infoOf(socket, 'memory'))?.[1])
}
