/**
 * What a case expects: the very bytes of a reply, or, if Redis itself cannot give the same bytes
 * twice (a time to live, an id, an order), a matcher for one reply of whatever length.
 */
export interface Matcher {
  /** What is expected, for the message of a failure. */
  wanted: string
  accepts(reply: Reply, bytes: string): boolean
}

/** A reply that may come or be lost, e.g. because the connection closes before it is sent. */
export interface Optional {
  optional: string
}

export type Expected = string | Matcher | Optional

export const ok = '+OK\r\n'
export const pong = '+PONG\r\n'
/** No value, as RESP2 writes it and as RESP3 does. */
export const nil = '$-1\r\n'
export const nil3 = '_\r\n'
export const nilArray = '*-1\r\n'
export const emptyArray = '*0\r\n'

export const simple = (text: string): string => `+${text}\r\n`
export const error = (text: string): string => `-${text}\r\n`
export const err = (text: string): string => `-ERR ${text}\r\n`
export const int = (value: number | bigint | string): string => `:${value}\r\n`
export const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`
/** An array of replies. */
export const array = (...items: string[]): string => `*${items.length}\r\n${items.join('')}`
/** An array of bulk strings. */
export const bulks = (...items: string[]): string => array(...items.map(bulk))

export const arity = (command: string): string =>
  err(`wrong number of arguments for '${command}' command`)
export const unknown = (command: string, ...args: string[]): string =>
  err(
    `unknown command '${command}', with args beginning with: ${args.map((a) => `'${a}' `).join('')}`,
  )
export const badExpire = (command: string): string =>
  err(`invalid expire time in '${command}' command`)
export const protocolError = (text: string): string => err(`Protocol error: ${text}`)
export const syntaxError = err('syntax error')
export const notInteger = err('value is not an integer or out of range')
export const notFloat = err('value is not a valid float')
export const overflow = err('increment or decrement would overflow')
export const noSuchKey = err('no such key')

/** An integer reply from `low` to `high`, for what a clock decides. */
export function intBetween(low: number, high: number): Matcher {
  return {
    wanted: `an integer from ${low} to ${high}`,
    accepts: ({ type, text }) => type === ':' && Number(text) >= low && Number(text) <= high,
  }
}

/** One reply whose bytes match from beginning to end. */
export function matching(pattern: RegExp): Matcher {
  const whole = new RegExp(`^(?:${pattern.source})$`, pattern.flags)
  return { wanted: `one reply that matches ${pattern}`, accepts: (_, bytes) => whole.test(bytes) }
}

/** One of several exact replies. */
export function oneOf(...replies: string[]): Matcher {
  return { wanted: replies.join('or '), accepts: (_, bytes) => replies.includes(bytes) }
}

/** An array of exactly these bulk strings in any order. */
export function inAnyOrder(...keys: string[]): Matcher {
  const wanted = keys.toSorted().join('\n')
  return {
    wanted: `these ${keys.length} in any order: ${keys.join(' ')}`,
    accepts: ({ type, items }) =>
      type === '*' && texts(items).toSorted().join('\n') === wanted && items !== null,
  }
}

/** An aggregate of which the test says what it must be. */
export function replyWhere(
  wanted: string,
  test: (reply: Reply, bytes: string) => boolean,
): Matcher {
  return { wanted, accepts: test }
}

export function maybe(reply: string): Optional {
  return { optional: reply }
}

/** What the elements of an aggregate say. */
export function texts(items: Reply[] | null): string[] {
  return (items ?? []).map((item) => item.text)
}

export type Verdict = { kind: 'matched'; end: number } | { kind: 'incomplete' } | { kind: 'wrong' }

/**
 * Compares what arrived, from `from`, with one expectation. `closed` says that nothing more comes.
 */
export function compare(want: Expected, bytes: string, from: number, closed: boolean): Verdict {
  if (typeof want === 'string') return compareBytes(want, bytes, from)
  if ('optional' in want) {
    if (closed && bytes.length === from) return { kind: 'matched', end: from }
    return compareBytes(want.optional, bytes, from)
  }
  let reply: Reply | undefined
  try {
    reply = readReply(bytes, from)
  } catch {
    return { kind: 'wrong' }
  }
  if (reply === undefined) return { kind: 'incomplete' }
  const accepted = want.accepts(reply, bytes.slice(from, reply.end))
  return accepted ? { kind: 'matched', end: reply.end } : { kind: 'wrong' }
}

/** The expectation in words or bytes. */
export function wantedBytes(want: Expected): { bytes: string } | { words: string } {
  if (typeof want === 'string') return { bytes: want }
  if ('optional' in want) return { bytes: want.optional }
  return { words: want.wanted }
}

function compareBytes(want: string, bytes: string, from: number): Verdict {
  const here = bytes.slice(from, from + want.length)
  if (here === want) return { kind: 'matched', end: from + want.length }
  return want.startsWith(here) ? { kind: 'incomplete' } : { kind: 'wrong' }
}

/*
 * Reading replies, RESP2 and RESP3, without knowing the command: the end of a reply that cannot be
 * spelled in advance (a cursor, a map of settings) is found so.
 */

export interface Reply {
  /** The byte that a reply starts with: `+ - : $ * _ % ~ = , # ( >`. */
  type: string
  /** What a scalar says; empty for an aggregate and for a null. */
  text: string
  /** The elements of an aggregate, of a map its keys and values in turn; null for every null. */
  items: Reply[] | null
  /** Where the next reply starts. */
  end: number
}

/** The bytes are no RESP at all. */
export class NotResp extends Error {
  override readonly name = 'NotResp'
}

const scalars = '+-:,#('
const blobs = '$='
const aggregates = '*~%>'

/**
 * The reply that starts at `from`; undefined if it has not arrived in full.
 * @throws NotResp if no reply can start so
 */
export function readReply(bytes: string, from = 0): Reply | undefined {
  if (from >= bytes.length) return undefined
  const type = bytes.charAt(from)
  if (!`${scalars}${blobs}${aggregates}_`.includes(type)) throw new NotResp(`no reply: ${type}`)
  const lineEnd = bytes.indexOf('\r\n', from)
  if (lineEnd < 0) return undefined
  const line = bytes.slice(from + 1, lineEnd)
  const next = lineEnd + 2
  if (type === '_') return { type, text: '', items: null, end: next }
  if (scalars.includes(type)) return { type, text: line, items: [], end: next }
  if (!/^(0|-1|[1-9]\d*)$/.test(line)) throw new NotResp(`no length: ${line}`)
  const length = Number(line)
  if (length === -1) return { type, text: '', items: null, end: next }
  if (blobs.includes(type)) return readBlob(bytes, type, next, length)
  return readItems(bytes, type, next, type === '%' ? 2 * length : length)
}

function readBlob(bytes: string, type: string, start: number, length: number): Reply | undefined {
  const end = start + length + 2
  if (bytes.length < end) return undefined
  if (bytes.slice(end - 2, end) !== '\r\n') throw new NotResp('a bulk string without its end')
  return { type, text: bytes.slice(start, end - 2), items: [], end }
}

function readItems(bytes: string, type: string, start: number, count: number): Reply | undefined {
  const items: Reply[] = []
  let end = start
  for (let i = 0; i < count; i++) {
    const item = readReply(bytes, end)
    if (item === undefined) return undefined
    items.push(item)
    end = item.end
  }
  return { type, text: '', items, end }
}
