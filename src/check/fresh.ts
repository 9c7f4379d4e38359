/**
 * Is it a server, or does it know the answers? Keys, values and mistakes that nobody has seen before:
 * drawn anew in each run, stored over one connection and read back over others.
 */
import { cmd } from '../conformance/bytes.ts'
import { bytes, type Case } from '../conformance/case.ts'
import { describeFailure } from '../conformance/failure.ts'
import { array, bulk, int, nil, ok, protocolError } from '../conformance/replies.ts'
import { runCase, type Target } from '../conformance/runner.ts'
import { randomNumbers } from '../measure/statistics.ts'
import { LabError } from '../run/lab-error.ts'
import { type Client, connectTo } from './client.ts'
import { lateValue, readLate } from './slow-reader.ts'

export interface Caught {
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
 * @returns what it was caught at; undefined where it did all as it should
 * @throws LabError where it cannot be reached
 */
export async function checkFresh(target: Target, seed: number): Promise<Caught | undefined> {
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
): Promise<Caught | undefined> {
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

/** Asks more than the kernel's buffers hold, and reads when others have been served. */
function readingLate(target: Target, random: Random): Trial {
  return {
    name: 'a client that asks faster than it reads',
    means:
      'Memory that replies lie in is used again while Node still sends from it (look at what socket.writableLength says), or replies are dropped.',
    run: () => readLate(target, text(random, 8, 26), lateValue(random)),
  }
}

/** Random commands in batches, over connections in turn, held against a few lines that know better. */
function conversing(random: Random): Trial {
  return {
    name: 'random commands in batches, over three connections',
    means: 'A command is missing or wrong, a reply comes out of order, or its state is not kept.',
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
async function mistakes(target: Target, random: Random): Promise<Caught | undefined> {
  for (let count = 0; count < MISTAKES; count++) {
    const one = oneMistake(count, random)
    const failure = await runCase(target, one, 'whole')
    if (failure === undefined) continue
    return {
      trial: 'mistakes in the protocol',
      seen: describeFailure(failure),
      means: 'A check of the protocol is missing: lengths that cannot be, or what is no header.',
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
      // The two bytes behind a payload are skipped, whatever they are: Redis does not look.
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

/** Random bytes, one character each; of the alphabet only where `letters` says of how many. */
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
