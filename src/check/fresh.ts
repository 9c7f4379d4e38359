/**
 * Keys, values and protocol errors that are random in each run, so that a server cannot know the
 * answers: stored over one connection and read back over others.
 */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { cmd } from '../conformance/bytes.ts'
import { bytes, type Case } from '../conformance/case.ts'
import { describeFailure } from '../conformance/failure.ts'
import { array, bulk, int, nil, ok, protocolError } from '../conformance/replies.ts'
import { runCase, type Target } from '../conformance/runner.ts'
import { isBehind } from '../faults/client.ts'
import { randomNumbers } from '../measure/statistics.ts'
import { LabError } from '../run/lab-error.ts'
import { type Client, connectTo } from './client.ts'

export interface FreshFailure {
  /** What was tried, in a few words. */
  trial: string
  /** What happened. */
  seen: string
  /** What it usually means. */
  means: string
}

type Random = () => number

/** Sizes of values: nothing, a few bytes, and around the ends of buffers. */
const SIZES = [0, 1, 2, 3, 40, 255, 256, 257, 1023, 4096, 8150, 8192, 8193, 16384, 16385]
/** In pieces of this many keys, so that a slow server is not asked for too much at once. */
const KEYS = 60
const MODEL_ROUNDS = 60
const MISTAKES = 10

/**
 * Tries a server with what it cannot know.
 * @param seed the same seed, the same trials
 * @returns the first thing that went wrong; undefined if nothing did
 * @throws LabError if it cannot be reached
 */
export async function checkFresh(target: Target, seed: number): Promise<FreshFailure | undefined> {
  const random = randomNumbers(seed)
  const clients = [await connectTo(target), await connectTo(target), await connectTo(target)]
  try {
    return (
      (await attempt(storing(random), clients)) ??
      (await attempt(conversing(random), clients)) ??
      (await attempt(readingLate(target, random), clients)) ??
      (await mistakes(target, random))
    )
  } finally {
    for (const client of clients) client.close()
  }
}

interface Trial {
  name: string
  means: string
  run(clients: readonly Client[]): Promise<void>
}

async function attempt(
  { name, means, run }: Trial,
  clients: readonly Client[],
): Promise<FreshFailure | undefined> {
  try {
    await run(clients)
    return undefined
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    return { trial: name, seen: failure.message, means }
  }
}

/** Stores over one connection, reads back over the others; changes, deletes, and looks again. */
function storing(random: Random): Trial {
  return {
    name: 'fresh keys and values, stored over one connection and read over others',
    means:
      'It does not store what it was sent, stores it for one connection only, or mixes up keys.',
    run: async ([one, two, three]) => {
      await one!.ask(cmd('FLUSHALL'), ok)
      const stored = new Map<string, string>()
      const ask = async (client: Client, request: string, reply: string) =>
        await client.ask(request, reply, cutsIn(request, random))
      for (let at = 0; at < KEYS; at++) {
        const key = text(random, 1 + pick(random, 30))
        const value = text(random, at < SIZES.length ? SIZES[at]! : pick(random, 300))
        await ask(at % 2 === 0 ? one! : two!, cmd('SET', key, value), ok)
        stored.set(key, value)
      }
      await ask(two!, cmd('DBSIZE'), int(stored.size))
      for (const key of shuffled([...stored.keys()], random)) {
        await ask(three!, cmd('GET', key), bulk(stored.get(key)!))
        await ask(two!, cmd('STRLEN', key), int(stored.get(key)!.length))
      }
      for (const key of shuffled([...stored.keys()], random).slice(0, KEYS / 3)) {
        await ask(three!, cmd('DEL', key), int(1))
        stored.delete(key)
        await ask(one!, cmd('GET', key), nil)
      }
      await ask(one!, cmd('GET', text(random, 31)), nil)
      const rest = [...stored]
      const values = array(...rest.map(([, value]) => bulk(value)))
      await ask(one!, cmd('MGET', ...rest.map(([key]) => key)), values)
    },
  }
}

/** Asks for more than the kernel's buffers hold, and reads when other clients have been served. */
function readingLate(target: Target, random: Random): Trial {
  return {
    name: 'a client that asks faster than it reads',
    means:
      'Memory that replies lie in is used again while Node still sends from it (look at what output.write returns), or replies are dropped.',
    run: () => readLate(target, text(random, 8, 26), lateValue(random)),
  }
}

/** Random commands in batches, over connections in turn, compared with a small model of the store. */
function conversing(random: Random): Trial {
  return {
    name: 'random commands in batches, over three connections',
    means: 'A command is missing or wrong, a reply comes out of order, or its state is lost.',
    run: async (clients) => {
      await clients[0]!.ask(cmd('FLUSHALL'), ok)
      const state = new Map<string, string>()
      const keys = Array.from({ length: 5 }, () => text(random, 1 + pick(random, 20)))
      for (let round = 0; round < MODEL_ROUNDS; round++) {
        let [request, reply] = ['', '']
        for (let count = 1 + pick(random, 20); count > 0; count--) {
          const [words, expected] = oneCommand(state, keys[pick(random, keys.length)]!, random)
          request += cmd(...words)
          reply += expected
        }
        const client = clients[pick(random, clients.length)]!
        await client.ask(request, reply, cutsIn(request, random))
      }
    },
  }
}

/** A command on a key, and its reply; `state` is changed as the command changes the store. */
function oneCommand(
  state: Map<string, string>,
  key: string,
  random: Random,
): [words: string[], reply: string] {
  const before = state.get(key)
  const value = text(random, pick(random, 60))
  switch (pick(random, 10)) {
    case 0:
      state.set(key, value)
      return [['SET', key, value], ok]
    case 1:
      return [['GET', key], before === undefined ? nil : bulk(before)]
    case 2:
      state.delete(key)
      return [['DEL', key], int(before === undefined ? 0 : 1)]
    case 3:
      state.set(key, (before ?? '') + value)
      return [['APPEND', key, value], int((before ?? '').length + value.length)]
    case 4:
      return [['STRLEN', key], int(before?.length ?? 0)]
    case 5: {
      const [from, to] = [pick(random, 40), pick(random, 80)]
      const part = from > to ? '' : (before ?? '').slice(from, to + 1)
      return [['GETRANGE', key, String(from), String(to)], bulk(part)]
    }
    case 6: {
      if (before !== undefined && !/^[1-9]\d{0,9}$/.test(before)) {
        const number = String(1 + pick(random, 1e6))
        state.set(key, number)
        return [['SET', key, number], ok]
      }
      const sum = Number(before ?? 0) + 1 + pick(random, 1e6)
      state.set(key, String(sum))
      return [['INCRBY', key, String(sum - Number(before ?? 0))], int(sum)]
    }
    case 7:
      state.set(key, value)
      return [['GETSET', key, value], before === undefined ? nil : bulk(before)]
    case 8:
      return [['EXISTS', key, key, text(random, 33)], int(before === undefined ? 0 : 2)]
    default:
      return [['ECHO', value], bulk(value)]
  }
}

/** Mistakes in the protocol, with numbers of the day: each must be refused, and end the connection. */
async function mistakes(target: Target, random: Random): Promise<FreshFailure | undefined> {
  for (let count = 0; count < MISTAKES; count++) {
    const one = oneMistake(count, random)
    const failure = await runCase(target, one, 'whole')
    if (failure === undefined) continue
    return {
      trial: 'mistakes in the protocol',
      seen: describeFailure(failure),
      means: 'A check of the protocol is missing: impossible lengths, or bytes that are no header.',
    }
  }
  return undefined
}

function oneMistake(kind: number, random: Random): Case {
  const number = 1 + pick(random, 1e6)
  const word = text(random, 5, 26).toLowerCase()
  const refused = (line: string, why: string) =>
    bytes(`it sends ${JSON.stringify(line)}`, line, [protocolError(why)], 'closed')
  switch (kind % 5) {
    case 0:
      return refused(`*2\r\n$4\r\nECHO\r\n$-${number + 1}\r\n`, 'invalid bulk length')
    case 1:
      return refused(`*2\r\n$4\r\nECHO\r\n$${number}x\r\n`, 'invalid bulk length')
    case 2:
      return refused(`*${number}z\r\n`, 'invalid multibulk length')
    case 3:
      return refused(`*2\r\n$4\r\nECHO\r\n:${number}\r\n`, "expected '$', got ':'")
    default: {
      // The two bytes after a payload are skipped, whatever they are: Redis does not look.
      const payload = `${word}\r\n$${number}\r\n*`
      const sent = `*2\r\n$4\r\nECHO\r\n$${payload.length}\r\n${payload}XY${cmd('ECHO', word)}`
      return bytes('a payload with line ends in it', sent, [bulk(payload), bulk(word)], 'open')
    }
  }
}

/** A whole number from 0 to below `below`. */
function pick(random: Random, below: number): number {
  return Math.floor(random() * below)
}

/** Random bytes, one character each; or that many letters of the alphabet. */
function text(random: Random, length: number, letters = 0): string {
  let made = ''
  for (let at = 0; at < length; at++) {
    made += String.fromCharCode(letters > 0 ? 65 + pick(random, letters) : pick(random, 256))
  }
  return made
}

/** Now and then a request arrives in two pieces. */
function cutsIn(request: string, random: Random): number[] {
  return random() < 0.3 ? [1 + pick(random, request.length - 1)] : []
}

function shuffled<T>(list: T[], random: Random): T[] {
  const mixed = list.map((item) => ({ item, at: random() }))
  return mixed.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

// A client that asks faster than it reads. What it gets late must still be what it asked for: memory
// of replies that is used again too early corrupts them, and only then.

/** 20 MB of replies: more than the kernel's buffers hold between two sockets. */
const VALUE_BYTES = 1000
const COUNT = 20_000
/** What others ask meanwhile: long replies, which go through all of the same memory. */
const OTHERS = { rounds: 50, bytes: 60_000 }
/** How often to ask whether replies wait: a copy may not count them. */
const LOOKS = 100
/** How long the server may send nothing, ms. */
const SILENCE_MS = 10_000

/**
 * Asks for a value many times, waits until other clients are served, and reads only then.
 * @param value of `VALUE_BYTES` characters, of one byte each
 * @throws LabError if a late reply is not what was stored, or does not come
 */
async function readLate(target: Target, key: string, value: string): Promise<void> {
  const other = await connectTo(target)
  const slow = connect({ ...target, noDelay: true }).pause()
  slow.on('error', () => {})
  try {
    await once(slow, 'connect')
    await other.ask(cmd('SET', key, value), ok)
    slow.write(Buffer.from(cmd('GET', key).repeat(COUNT), 'latin1'))
    const theirs = 'other clients '.repeat(OTHERS.bytes / 14)
    // On a busy machine the others may be served before a single reply has had to wait.
    const port = slow.localPort!
    for (let look = 0; look < LOOKS && !(await isBehind(target, port, SILENCE_MS)); look++);
    for (let round = 0; round < OTHERS.rounds; round++) {
      await other.ask(cmd('ECHO', theirs), bulk(theirs))
    }
    await readAll(slow, Buffer.from(bulk(value), 'latin1'))
  } finally {
    other.close()
    slow.destroy()
  }
}

/** Value for `readLate`, all of whose parts differ. */
function lateValue(random: () => number): string {
  return Array.from({ length: VALUE_BYTES }, () =>
    String.fromCharCode(97 + Math.floor(random() * 26)),
  ).join('')
}

/** Reads `COUNT` times the same reply. */
function readAll(socket: Socket, reply: Buffer): Promise<void> {
  const cycle = Buffer.concat(Array.from({ length: 200 }, () => reply))
  const whole = reply.length * COUNT
  let taken = 0
  return new Promise((resolve, reject) => {
    socket.setTimeout(SILENCE_MS, () => socket.destroy())
    socket.on('close', () => reject(late(`closed after ${taken} of ${whole} bytes`)))
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; ) {
        const from = (taken + at) % reply.length
        const length = Math.min(chunk.length - at, cycle.length - from)
        if (chunk.compare(cycle, from, from + length, at, at + length) !== 0) {
          const number = Math.floor((taken + at) / reply.length) + 1
          reject(late(`gave something else from about reply ${number} of ${COUNT} on`))
          socket.destroy()
          return
        }
        at += length
      }
      taken += chunk.length
      if (taken === whole) resolve()
    })
    socket.resume()
  })
}

function late(happened: string): LabError {
  return new LabError(`a client that asked ${COUNT} times before it read: it ${happened}`)
}
