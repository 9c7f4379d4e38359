/** Streams of commands, in the pieces in which they arrive. */
import { randomNumbers } from '../../measure/statistics.ts'

/** A stream of commands, in the pieces in which it arrives. */
export interface Stream {
  /** Short, for a table: `small SETs`. */
  name: string
  commands: number
  /** All arguments, with the commands' names. */
  args: number
  /** Length of the whole, in bytes. */
  bytes: number
  /** Length of a piece, in bytes; the last may be shorter. */
  piece: number
  /** What each read can bring. The last ends with a command. */
  pieces: readonly Buffer[]
  /** The command at `index`, which a parser must find; one character per byte. */
  expected(index: number): readonly string[]
}

/** Bytes of a read from a stream that does not stop: `net` and stage 4 read as much. */
const readSize = 64 * 1024

/** The streams of the first table. `small SETs` is what `redis-benchmark -t set -r N -P M` sends. */
export function manyCommands(): Stream[] {
  const set = (n: number) => ['SET', key(n), 'xxx']
  return [
    makeStream('small SETs', 16 * 1456, readSize, set),
    makeStream('small GETs', 16 * 1456, readSize, (n) => ['GET', key(n)]),
    makeStream('MSETs of 100', 320, readSize, mset),
    makeStream('1 MiB values', 4, readSize, (n) => ['SET', key(n), letters(2 ** 20, n)]),
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
 * One SET of any size: its pieces share one block of memory, so that a large one is read from the
 * processor's cache, like a small one.
 * @param value length of its value in bytes
 * @param piece length of a piece in bytes, 64 KiB at most
 */
export function largeSet(value: number, piece: number): Stream {
  if (!(piece >= 1 && piece <= block)) throw new RangeError(`pieces of ${piece} bytes`)
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

/** The value of a large SET repeats this block, bytes. */
const block = 64 * 1024
const end = Buffer.from('\r\n')
const random = randomNumbers(1)
const text = String.fromCharCode(...Array.from({ length: block }, () => 97 + 26 * random()))
const twice = Buffer.from(text + text, 'latin1')

/** `count` bytes of a long value, from its byte `from` on. */
function letters(count: number, from = 0): string {
  return text.repeat(Math.ceil((from + count) / block)).slice(from, from + count)
}

function valueAt(from: number, to: number): Buffer {
  const start = from % block
  return twice.subarray(start, start + to - from)
}

/** Like the keys of redis-benchmark: 16 bytes. */
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
