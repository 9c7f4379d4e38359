/** Whether a server takes as much memory as it says, whatever its keys were made with. */
import type { Socket } from 'node:net'
import type { Stage } from '../stages.ts'
import { open, until } from './client.ts'
import { type Figures, MB, readsBytes, rss, type Trial } from './fault.ts'
import { infoOf } from './reply-faults.ts'
import { startWatched } from './watched-stage.ts'

interface Way {
  /** How many times each key is written, if it is more than once. */
  rounds?: number
  /** How many commands a round has, at full size. */
  keys: number
  /** The command for the n-th time, on one of `keys` keys. */
  command(n: number, keys: number): string[]
}

/** For each way to store something, so many commands that tens of MB are counted in every stage. */
const ways: Record<string, Way> = {
  short: { keys: 400_000, command: (n) => ['SET', `key:${n}`, 'abc'] },
  readBack: {
    keys: 200_000,
    rounds: 2,
    command: (n, keys) => (n < keys ? ['SET', `key:${n}`, 'abc'] : ['GET', `key:${n % keys}`]),
  },
  above64: { keys: 200_000, command: (n) => ['SET', `key:${n}`, 'x'.repeat(80)] },
  middle: { keys: 150_000, command: (n) => ['SET', `key:${n}`, 'x'.repeat(200)] },
  long: { keys: 30_000, command: (n) => ['SET', `key:${n}`, 'x'.repeat(2000)] },
  longKey: { keys: 120_000, command: (n) => ['SET', `key:${n}:${'k'.repeat(300)}`, 'v'] },
  deadline: { keys: 300_000, command: (n) => ['SETEX', `key:${n}`, '10000', 'abc'] },
  several: {
    keys: 120_000,
    command: (n) => ['MSET', `key:${n}`, 'abc', `other:${n}`, 'x'.repeat(100)],
  },
  swapped: {
    keys: 200_000,
    rounds: 2,
    command: (n, keys) => ['GETSET', `key:${n % keys}`, `${n}`.padStart(100, 'x')],
  },
  // Joined with `+`, each byte costs 32: 9.4 MB in 12,000 keys took 402 MB.
  byteByByte: {
    keys: 50_000,
    rounds: 30,
    command: (n, keys) => ['APPEND', `key:${n % keys}`, n < keys ? 'x'.repeat(600) : 'x'],
  },
  appended: {
    keys: 20_000,
    rounds: 16,
    command: (n, keys) => ['APPEND', `key:${n % keys}`, 'x'.repeat(100)],
  },
  patched: {
    keys: 120_000,
    rounds: 4,
    command: (n, keys) => ['SETRANGE', `key:${n % keys}`, `${(n * 7) % 300}`, 'patch'],
  },
  sparse: { keys: 4000, command: (n) => ['SETRANGE', `key:${n}`, '20000', 'v'] },
  bits: {
    keys: 60_000,
    rounds: 4,
    command: (n, keys) => ['SETBIT', `key:${n % keys}`, `${(n * 977) % 10_000}`, '1'],
  },
  // Cut from one pool of Buffer's with what is not stored, 17 MB that were counted took 270.
  mixed: {
    keys: 12_000,
    command: (n) => (n % 2 === 0 ? ['STRLEN', 'x'.repeat(30_000)] : ['SET', `key:${n}`, 'v']),
  },
  counter: { keys: 400_000, command: (n) => ['INCR', `key:${n}`] },
  fraction: { keys: 400_000, command: (n) => ['INCRBYFLOAT', `key:${n}`, '1.5'] },
  copied: { keys: 30_000, command: (n) => ['COPY', 'source', `key:${n}`] },
  overwritten: {
    keys: 5000,
    rounds: 3,
    command: (n, keys) => ['SET', `key:${n % keys}`, 'x'.repeat((n * 7919) % 20_000)],
  },
}

const FACTOR = 1.5
/** The server's own memory varies by this much, in bytes, whatever is stored. */
const NOISE = 6 * MB
/** Stage 1 reads each byte with a system call: its part of the commands. */
const SLOW_SHARE = 0.2

/** glibc keeps what is freed, save what it took from the system by itself: here each value of a page. */
const GIVES_BACK = ['env', 'MALLOC_MMAP_THRESHOLD_=4096', 'MALLOC_TOP_PAD_=0']

/**
 * What INFO says is used, against the growth of resident memory, after all garbage was collected and
 * the free pages of V8 and of malloc were given back. Both may keep twice of what is stored, for the
 * next values: with that, `swapped` of 20 MB has 100 MB resident, and `overwritten` of 50 MB 120.
 */
export async function counted({ stage, share, progress }: Trial): Promise<Figures> {
  const figures: Figures = {}
  const wrong: string[] = []
  const size = share * (readsBytes(stage) ? SLOW_SHARE : 1)
  const names = Object.keys(ways)
  for (const [at, name] of names.entries()) {
    progress(at / names.length)
    const { used, resident } = await growth(stage, ways[name]!, size)
    figures[`${name}Counted`] = used
    figures[`${name}Resident`] = resident
    if (resident > used * FACTOR + NOISE || used > resident * FACTOR + NOISE) {
      wrong.push(`${name}: ${used} bytes are counted, and ${resident} are resident`)
    }
  }
  if (wrong.length > 0) throw Object.assign(new Error(wrong.join('; ')), { figures })
  return figures
}

/** By how many bytes a server grows, as it says itself and as the system says. */
async function growth(
  stage: Stage,
  way: Way,
  size: number,
): Promise<{ used: number; resident: number }> {
  const server = await startWatched(stage, ['--maxmemory', '0'], [], GIVES_BACK)
  try {
    const socket = await open(server)
    const memory = async () => {
      await server.liveBytes()
      return { used: await usedMemory(socket), resident: rss(server) }
    }
    // As warm as it will be: V8's own memory grows with the first commands.
    await send(socket, (n) => ['SET', `warm:${n % 10}`, 'x'.repeat(50)], 0, WARM * size)
    await send(socket, () => ['SET', 'source', 'x'.repeat(2000)], 0, 1)
    const before = await memory()
    const keys = Math.ceil(way.keys * size)
    const commands = keys * (way.rounds ?? 1)
    for (let n = 0; n < commands; n += BATCH) {
      const count = Math.min(BATCH, commands - n)
      await send(socket, (n) => way.command(n, keys), n, count)
    }
    const after = await memory()
    socket.destroy()
    return { used: after.used - before.used, resident: after.resident - before.resident }
  } finally {
    await server.stop()
  }
}

/** Commands before it is measured, at full size. */
const WARM = 50_000
/** Commands in one go: few enough that their replies stay far below the output limit. */
const BATCH = 5000

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
