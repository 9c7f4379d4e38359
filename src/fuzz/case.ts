/** One case: what is sent over one new connection, and in which pieces. */
import { cmd } from '../conformance/bytes.ts'
import { command } from './commands.ts'
import { damage, longLine, oddFrame } from './malformed.ts'
import { cut } from './pieces.ts'
import { type Random, randomFor } from './random.ts'

/** What was put into a case as one: a command, an odd frame, half of a long line. */
export interface Item {
  /** One character a byte. */
  bytes: string
  /** The command, where the bytes are one as a client library sends it. */
  words?: string[]
  /** A piece must end here; see `longLine`. */
  endsPiece?: boolean
}

export interface FuzzCase {
  items: Item[]
  /** The bytes of the items, cut up: each is sent when the one before was taken in. */
  pieces: string[]
}

/** The case number `index` of a run; the same for the same two numbers, always. */
export function makeCase(seed: number, index: number): FuzzCase {
  const random = randomFor(seed, index)
  const mood = { past: random.chance(0.3), damaged: random.chance(0.4) }
  const items: Item[] = []
  // A long line takes the one-byte reader as long as a few hundred commands.
  if (random.chance(0.004)) {
    for (const bytes of longLine(random)) items.push({ bytes, endsPiece: true })
  }
  const count = random.chance(0.04) ? 30 + random.int(120) : 1 + random.int(8)
  while (items.length < count) items.push(...item(random, mood))
  return { items, pieces: cut(items, random) }
}

function item(random: Random, mood: { past: boolean; damaged: boolean }): Item[] {
  if (mood.damaged && random.chance(0.15)) return [{ bytes: oddFrame(random) }]
  const words = command(random, mood)
  const bytes = cmd(...words)
  if (
    mood.damaged &&
    bytes.length < LONG &&
    !/^(?:randomkey|flushall|flushdb)$/i.test(words[0]!) &&
    random.chance(0.12)
  ) {
    return [{ bytes: damage(random.chance(0.7) ? bytes : inline(words, random), random) }]
  }
  if (bytes.length < LONG && random.chance(0.2)) return [{ bytes: inline(words, random) }]
  return [{ bytes, words }]
}

/** Inline commands are shorter than this, in bytes: far from the limit of a line. */
const LONG = 15_000

/** A command as a person types it; what cannot be typed so is typed otherwise, or left out. */
export function inline(words: readonly string[], random: Random): string {
  const blank = random.pick([' ', ' ', '  ', '\t'])
  const [name, ...rest] = words
  // Letters of a name are not escaped: how replies are compared depends on the names in the bytes.
  const typed = random.chance(0.2) ? `"${name}"` : name
  const line = [typed, ...rest.map((word) => quoted(word, random))].join(blank)
  return line + random.pick(['\r\n', '\n'])
}

function quoted(word: string, random: Random): string {
  if (random.chance(0.6) && /^[^\s\0'"]+$/.test(word)) return word
  if (random.chance(0.3)) return `'${word.replace(/[\0\n]/g, '').replace(/\\?'/g, "\\'")}'`
  const spell = (character: string) => {
    if (character === '\n') return '\\n'
    if (character === '"' || character === '\\') return `\\${character}`
    const code = character.charCodeAt(0)
    if (code >= 0x20 && code < 0x7f && !random.chance(0.05)) return character
    return `\\x${code.toString(16).padStart(2, '0')}`
  }
  return `"${[...word].map(spell).join('')}"`
}
