/**
 * Cases in a large keyspace: every second of its keys is there before the first case, the names in
 * the commands are keys of it by chance, and what a case leaves behind stays. So the stage's table is
 * as large as in use, and grows and shrinks under the cases.
 */
import { cmd } from '../conformance/bytes.ts'
import { type FuzzCase, type Item, inPieces } from './cases.ts'
import { exact, sameReplies } from './compare.ts'
import type { Difference, Pair } from './conversation.ts'
import type { Side } from './side.ts'
import { keys } from './words.ts'

/** Keys that are set or read with one command. */
const BATCH = 500

function nameOf(key: number): string {
  return `k:${String(key).padStart(9, '0')}`
}

/** Numbers and texts of many lengths, up to some that are no small entries. */
function valueFor(key: number): string {
  if (key % 5 === 0) return String(key)
  return 'v'.repeat(key % 2003 === 0 ? 40_000 : key % 61)
}

/** Gives both servers the keys; whatever they have is gone. @throws NoAnswer if one does not answer */
export async function fillBoth({ redis, stage }: Pair, keyspace: number): Promise<void> {
  await Promise.all([redis, stage].map((side) => fill(side, keyspace)))
}

async function fill(side: Side, keyspace: number): Promise<void> {
  await side.ask(cmd('FLUSHALL'), '+OK\r\n')
  for (let first = 0; first < keyspace; first += 2 * BATCH) {
    const words: string[] = []
    for (let key = first; key < Math.min(keyspace, first + 2 * BATCH); key += 2) {
      words.push(nameOf(key), valueFor(key))
    }
    await side.ask(cmd('MSET', ...words), '+OK\r\n')
  }
}

/** What answers with all keys, or removes them; DBSIZE counts what Redis has yet to delete. */
const ofAllKeys = /flushall|flushdb|swapdb|keys|scan|randomkey|dbsize/i

/**
 * A case with the keys of a large keyspace in place of the few: each name is the same key wherever
 * it stands in the case, so that commands still work on each other's. Damaged and typed commands keep
 * the few names.
 * @param random numbers of keys, one for each name
 */
export function withManyKeys({ items, how }: FuzzCase, random: readonly number[]): FuzzCase {
  const names = new Map(keys.map((key, at) => [key as string, nameOf(random[at]!)]))
  const renamed = items
    .filter(({ bytes }) => !ofAllKeys.test(bytes))
    .map((item): Item => {
      const { words, ...rest } = item
      if (words === undefined) return item
      const own = words.map((word, at) => (at === 0 ? word : (names.get(word) ?? word)))
      return { ...rest, words: own, bytes: cmd(...own) }
    })
  return { items: renamed, how, pieces: inPieces(renamed, how) }
}

/** How many numbers `withManyKeys` takes. */
export const namesInCase = keys.length

/** Compares the keys that are named in the pieces, and leaves them as they are. */
export async function compareNamed(
  pair: Pair,
  pieces: readonly string[],
): Promise<Difference | undefined> {
  const named = new Set(pieces.join('').match(/k:\d{9}/g) ?? [])
  const all = [...named, ...keys]
  return await compareAnswers(pair, [
    cmd('SELECT', '0'),
    cmd('MGET', ...all),
    ...all.map((key) => cmd('PEXPIRETIME', key)),
  ])
}

/** Compares every key of the keyspace: what one case did to another's keys shows here. */
export async function compareAllKeys(
  pair: Pair,
  keyspace: number,
): Promise<Difference | undefined> {
  for (let first = 0; first < keyspace; first += BATCH) {
    const count = Math.min(BATCH, keyspace - first)
    const names = Array.from({ length: count }, (_, at) => nameOf(first + at))
    const difference = await compareAnswers(pair, [cmd('SELECT', '0'), cmd('MGET', ...names)])
    if (difference !== undefined) return difference
  }
  return undefined
}

async function compareAnswers(
  { redis, stage }: Pair,
  requests: readonly string[],
): Promise<Difference | undefined> {
  const end = 'that was all'
  const request = `${requests.join('')}${cmd('ECHO', end)}`
  const tail = `$${end.length}\r\n${end}\r\n`
  const [a, b] = await Promise.all([redis, stage].map((side) => side.ask(request, tail)))
  if (a === b) return undefined
  const [one, other] = [a!, b!].map((text) => Buffer.from(text, 'latin1'))
  if (sameReplies(one!, other!, { ...exact, timed: true })) return undefined
  return {
    kind: 'state',
    redis: { bytes: a!, closed: false },
    stage: { bytes: b!, closed: false },
  }
}
