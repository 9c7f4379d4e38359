/** What the parsers read: streams of commands, cut into the pieces in which they arrive. */
import { randomNumbers } from '../../measure/statistics.ts'

/** A stream of commands, in the pieces in which it arrives. */
export interface Stream {
  /** Short, for a table: `small SETs`. */
  name: string
  commands: number
  /** Arguments in all, with the commands' names. */
  args: number
  /** Length of the whole, in bytes. */
  bytes: number
  /** Length of a piece, in bytes; the last may be shorter. */
  piece: number
  /** What each read can bring. The last ends where a command does. */
  pieces: readonly Buffer[]
  /** The command at `index`, which a parser must find; one character a byte. */
  expected(index: number): readonly string[]
}

/** What a read brings of a stream that does not stop, in bytes: `net` and stage 4 take as much. */
const READ = 64 * 1024

/** The streams of the first table. `small SETs` is what `redis-benchmark -t set -r N -P M` sends. */
export function manyCommands(): Stream[] {
  const set = (n: number) => ['SET', key(n), 'xxx']
  return [
    makeStream('small SETs', 16 * 1456, READ, set),
    makeStream('small GETs', 16 * 1456, READ, (n) => ['GET', key(n)]),
    makeStream('MSETs of 100', 320, READ, mset),
    makeStream('1 MiB values', 4, READ, (n) => ['SET', key(n), letters(2 ** 20, n)]),
    makeStream('byte by byte', 1000, 1, set),
  ]
}

/** @param piece length of a piece in bytes */
export function makeStream(
  name: string,
  commands: number,
  piece: number,
  expected: (index: number) => string[],
): Stream {
  const all = Array.from({ length: commands }, (_, index) => expected(index))
  const bytes = Buffer.from(all.map(encode).join(''), 'latin1')
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece))
  const args = all.reduce((sum, { length }) => sum + length, 0)
  return {
    name,
    commands,
    args,
    bytes: bytes.length,
    piece,
    pieces,
    expected: (index) => all[index]!,
  }
}

/**
 * One SET, however large: its pieces lie in one block of memory, so that a large one is read from
 * the processor's cache as a small one is.
 * @param value length of its value in bytes
 * @param piece length of a piece in bytes, 64 KiB at most
 */
export function largeSet(value: number, piece: number): Stream {
  if (!(piece >= 1 && piece <= BLOCK)) throw new RangeError(`no pieces of ${piece} bytes`)
  const head = Buffer.from(`*3\r\n$3\r\nSET\r\n$16\r\n${key(1)}\r\n$${value}\r\n`)
  const endAt = (from: number, to: number) => {
    return end.subarray(Math.max(0, from - head.length), Math.max(0, to - head.length))
  }
  const pieces: Buffer[] = []
  const bytes = head.length + value + end.length
  for (let at = 0; at < bytes; at += piece) {
    const to = Math.min(at + piece, bytes)
    const from = Math.max(0, at - head.length)
    const inside = valueAt(from, Math.max(from, Math.min(to - head.length, value)))
    if (inside.length === to - at) pieces.push(inside)
    else pieces.push(Buffer.concat([head.subarray(at, to), inside, endAt(at - value, to - value)]))
  }
  const expected = () => ['SET', key(1), letters(value)]
  return { name: 'one SET', commands: 1, args: 3, bytes, piece, pieces, expected }
}

/** The value of a large SET is this block, again and again. */
const BLOCK = 64 * 1024
const end = Buffer.from('\r\n')
const random = randomNumbers(1)
const text = String.fromCharCode(...Array.from({ length: BLOCK }, () => 97 + 26 * random()))
const twice = Buffer.from(text + text, 'latin1')

/** `count` bytes of a long value, from its byte `from` on. */
function letters(count: number, from = 0): string {
  return text.repeat(Math.ceil((from + count) / BLOCK)).slice(from, from + count)
}

function valueAt(from: number, to: number): Buffer {
  const start = from % BLOCK
  return twice.subarray(start, start + to - from)
}

/** As redis-benchmark makes them: 16 bytes. */
function key(n: number): string {
  return `key:${String((n * 7919) % 1_000_003).padStart(12, '0')}`
}

function mset(n: number): string[] {
  const pairs = Array.from({ length: 100 }, (_, at) => [key(n * 100 + at), 'xxx'])
  return ['MSET', ...pairs.flat()]
}

function encode(args: readonly string[]): string {
  return `*${args.length}\r\n${args.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join('')}`
}
