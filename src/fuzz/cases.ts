/** Cases: what is sent over one new connection, in which pieces; generated and shortened by fast-check. */
import fc from 'fast-check'
import { cmd } from '../conformance/bytes.ts'
import { command } from './commands.ts'
import { damaged, longLine, oddFrame } from './malformed.ts'
import { namesInCase, withManyKeys } from './many-keys.ts'

/** A command or a frame. */
export interface Item {
  bytes: string
  /** Of a command that is sent as a client library does. */
  words?: string[]
  /** A piece must end here; see `longLine`. */
  endsPiece?: boolean
}

export interface FuzzCase {
  items: Item[]
  how: Cut
  /** The bytes of the items, cut: each piece is sent when the one before was read. */
  pieces: string[]
}

/**
 * The case number `index` of a run: always the same for the same two numbers.
 * @param keyspace keys to choose from, if they are not to be the few that all cases work on
 */
export function caseAt(seed: number, index: number, keyspace?: number): FuzzCase {
  const parameters = { seed: seedOf(seed, index), numRuns: 1, unbiased: true }
  const one = fc.sample(cases, parameters)[0]!
  if (keyspace === undefined) return one
  const numbers = fc.array(fc.nat(keyspace - 1), {
    minLength: namesInCase,
    maxLength: namesInCase,
  })
  return withManyKeys(one, fc.sample(numbers, parameters)[0]!)
}

/** True if the pieces still show a difference. */
export type Fails = (pieces: readonly string[]) => Promise<boolean>

/**
 * The shortest pieces found that fail as a case does: fewer pieces, fewer commands, commands typed
 * inline, and then fewer bytes, whether they are whole frames or not.
 * @param seconds after which the search ends with what it has
 */
export async function shorten(failing: FuzzCase, fails: Fails, seconds: number): Promise<string[]> {
  const end = performance.now() + seconds * 1000
  let { items, how } = await simplestCut(failing, fails)
  items = await fewest(items, (list) => fails(inPieces(list, how)), end)
  for (const [at, { words }] of items.entries()) {
    if (words === undefined || performance.now() > end) continue
    const typed = items.with(at, {
      bytes: `${words.map((word) => quote(word, 'none')).join(' ')}\n`,
    })
    if (await fails(inPieces(typed, how))) items = typed
  }
  let pieces = inPieces(items, how)
  for (let at = 0; at < pieces.length; at++) {
    const without = (text: string) => pieces.with(at, text).filter((piece) => piece !== '')
    const bytes = await fewest([...pieces[at]!], (list) => fails(without(list.join(''))), end)
    pieces = pieces.with(at, bytes.join(''))
  }
  return pieces
}

/** One piece, if that fails as well; else a piece per item; else the pieces as they are. */
async function simplestCut({ items, pieces }: FuzzCase, fails: Fails) {
  for (const how of ['whole', 'items'] as const) {
    if (await fails(inPieces(items, how))) return { items, how }
  }
  return { items: pieces.map((bytes): Item => ({ bytes })), how: 'items' as const }
}

/** The fewest elements, in their order, with which it still fails: what a subarray shrinks to. */
async function fewest<T>(
  list: readonly T[],
  fails: (list: T[]) => Promise<boolean>,
  end: number,
): Promise<T[]> {
  const left = end - performance.now()
  if (left <= 0) return [...list]
  const places = [...list.keys()]
  const pick = (chosen: readonly number[]) => chosen.map((at) => list[at]!)
  const property = fc.asyncProperty(
    fc.subarray(places),
    async (chosen) => !(await fails(pick(chosen))),
  )
  const search = { numRuns: 1, examples: [[places]] as [number[]][], interruptAfterTimeLimit: left }
  const { counterexample } = await fc.check(property, search)
  return pick(counterexample?.[0] ?? places)
}

/** Far apart for neighbouring seeds, so that their cases do not overlap. */
function seedOf(seed: number, index: number): number {
  return (Math.imul(seed, 0x9e3779b1) + index) | 0
}

// ---- items ----

/** Inline commands are shorter than this, in bytes: far from the limit of a line. */
const longest = 15_000

const blank = fc.constantFrom(' ', ' ', '  ', '\t')
const lineEnd = fc.constantFrom('\r\n', '\n')
const quotes = fc.array(fc.constantFrom('none', 'none', 'single', 'double', 'hex'), {
  minLength: 6,
  maxLength: 6,
})

/** A command as a person types it; bytes that cannot be typed in a quote are left out. */
export function inline(words: fc.Arbitrary<string[]>): fc.Arbitrary<string> {
  return fc.tuple(words, blank, lineEnd, quotes).map(([[name, ...rest], between, end, styles]) => {
    // Letters of a name are not escaped: how replies are compared depends on the names in the bytes.
    const typed = styles[0] === 'double' ? `"${name}"` : name
    const quoted = rest.map((word, at) => quote(word, styles[at % styles.length]!))
    return [typed, ...quoted].join(between) + end
  })
}

function quote(word: string, style: string): string {
  if (style === 'none' && /^[^\s\0'"]+$/.test(word)) return word
  if (style === 'single') return `'${word.replace(/[\0\n]/g, '').replace(/\\?'/g, "\\'")}'`
  const escaped = (character: string) => {
    const code = character.charCodeAt(0)
    if (style === 'hex' || code < 0x20 || code >= 0x7f) {
      return character === '\n' ? '\\n' : `\\x${code.toString(16).padStart(2, '0')}`
    }
    return character === '"' || character === '\\' ? `\\${character}` : character
  }
  return `"${[...word].map(escaped).join('')}"`
}

/** @param withDamage some items are odd frames and damaged commands */
function item(past: boolean, withDamage: boolean): fc.Arbitrary<Item> {
  const words = command(past)
  const short = words.filter((list) => list.join('').length < longest)
  const frame = (list: string[]) => cmd(...list)
  // Damaged, these may do what cannot be compared.
  const harmless = short.filter(([name]) => !/^(?:randomkey|flushall|flushdb)$/i.test(name!))
  const intact = fc.oneof(
    { weight: 8, arbitrary: words.map((list): Item => ({ bytes: frame(list), words: list })) },
    { weight: 2, arbitrary: inline(short).map(ofBytes) },
  )
  const odd = fc.oneof(
    { weight: 15, arbitrary: oddFrame },
    { weight: 7, arbitrary: damaged(harmless.map(frame)) },
    { weight: 3, arbitrary: damaged(inline(harmless)) },
  )
  if (!withDamage) return intact
  return fc.oneof({ weight: 75, arbitrary: intact }, { weight: 25, arbitrary: odd.map(ofBytes) })
}

const ofBytes = (bytes: string): Item => ({ bytes })

function items(past: boolean, withDamage: boolean): fc.Arbitrary<Item[]> {
  const one = item(past, withDamage)
  const few = fc.array(one, { minLength: 1, maxLength: 8 })
  const long = fc
    .tuple(longLine, few)
    .map(([lines, rest]): Item[] => [
      ...lines.map((bytes) => ({ bytes, endsPiece: true })),
      ...rest,
    ])
  return fc.oneof(
    { weight: 240, arbitrary: few },
    { weight: 10, arbitrary: fc.array(one, { minLength: 30, maxLength: 150 }) },
    // The one-byte reader takes as long for one of these as for a few hundred commands.
    { weight: 1, arbitrary: long },
  )
}

// ---- pieces ----

/** The kernel accepts a piece of this length at once, in bytes: no half of it waits to be written. */
const longestPiece = 70_000

/** Where the servers' buffers end: cuts there are the interesting ones. */
const edges = [8191, 8192, 8193, 16_383, 16_384, 16_385, 32_768]

/** An absolute offset, or a share of the length in 1/100,000. */
const offset = fc.oneof(
  { weight: 8, arbitrary: fc.record({ share: fc.nat(99_999) }) },
  { weight: 2, arbitrary: fc.record({ edge: fc.constantFrom(...edges) }) },
)

/** Where the bytes are cut. */
export type Cut = 'whole' | 'items' | 'bytes' | ({ share: number } | { edge: number })[]

const cut: fc.Arbitrary<Cut> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Cut>('whole') },
  { weight: 2, arbitrary: fc.constant<Cut>('items') },
  { weight: 3, arbitrary: fc.array(offset, { minLength: 1, maxLength: 5 }) },
  { weight: 1, arbitrary: fc.constant<Cut>('bytes') },
)

/** The bytes of the items in pieces; one ends wherever an item says so. */
export function inPieces(list: readonly Item[], how: Cut): string[] {
  const bytes = list.map((item) => item.bytes).join('')
  const offsets: number[] = []
  let end = 0
  for (const item of list) {
    end += item.bytes.length
    if (item.endsPiece === true || how === 'items') offsets.push(end)
  }
  if (how === 'bytes' && bytes.length < 200) offsets.push(...[...bytes].keys())
  if (Array.isArray(how)) {
    offsets.push(
      ...how.map((one) =>
        'edge' in one ? one.edge : Math.floor((one.share / 100_000) * bytes.length),
      ),
    )
  }
  return cutAt(bytes, offsets)
}

function cutAt(bytes: string, offsets: readonly number[]): string[] {
  const pieces: string[] = []
  let start = 0
  for (const end of [...new Set(offsets), bytes.length].sort((a, b) => a - b)) {
    for (; end - start > longestPiece; start += longestPiece) {
      pieces.push(bytes.slice(start, start + longestPiece))
    }
    if (end > start && end <= bytes.length) {
      pieces.push(bytes.slice(start, end))
      start = end
    }
  }
  return pieces
}

const cases: fc.Arbitrary<FuzzCase> = fc
  .tuple(
    fc.oneof(
      { weight: 42, arbitrary: items(false, false) },
      { weight: 28, arbitrary: items(false, true) },
      { weight: 18, arbitrary: items(true, false) },
      { weight: 12, arbitrary: items(true, true) },
    ),
    cut,
  )
  .map(([list, how]) => ({ items: list, how, pieces: inPieces(list, how) }))
  .filter(({ pieces }) => pieces.length > 0)
