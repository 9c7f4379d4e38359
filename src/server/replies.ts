import type { Value } from './value.ts'

/**
 * Where a command writes its reply. Each stage brings its own: a buffer and a write for each reply,
 * or a slab that is sent once a read event. The functions below spell RESP with these two methods.
 */
export interface Replies {
  /** RESP version of the connection: 2, or 3 after `HELLO 3`. */
  protocol: 2 | 3
  /** Protocol text, one byte a character, with its CR LF. */
  text(text: string): void
  /** A bulk string: its length, CR LF, the bytes, CR LF. */
  bulk(value: Value): void
  /**
   * Takes back what the command that runs has written. False if that is not possible: some of it
   * was sent.
   */
  rewind(): boolean
  /** Sends the replies that are complete. */
  send(): void
}

/** How many error replies there were, by their first word; Redis calls it `errorstats`. */
export const errorReplies = new Map<string, number>()

/** How many there were since the server started. */
export let errorCount = 0

export function ok(replies: Replies): void {
  replies.text('+OK\r\n')
}

export function simple(replies: Replies, text: string): void {
  replies.text(`+${text}\r\n`)
}

/**
 * An error, e.g. `ERR syntax error`. A line break would end the reply: at either end it is left
 * out, inside it becomes a blank.
 */
export function error(replies: Replies, message: string): void {
  const line = message.replace(/^[\r\n]+|[\r\n]+$/g, '').replace(/[\r\n]/g, ' ')
  const code = line.slice(0, line.indexOf(' '))
  errorCount++
  errorReplies.set(code, (errorReplies.get(code) ?? 0) + 1)
  replies.text(`-${line}\r\n`)
}

/** A client's text as C takes it, and so Redis in most of its errors: it ends at a NUL. */
export function cString(text: string): string {
  const end = text.indexOf('\0')
  return end === -1 ? text : text.slice(0, end)
}

export function integer(replies: Replies, value: number | bigint): void {
  replies.text(`:${value}\r\n`)
}

/** "No such value": the null bulk string of RESP2, the null of RESP3. */
export function nil(replies: Replies): void {
  replies.text(replies.protocol === 3 ? '_\r\n' : '$-1\r\n')
}

/** "No such array", as an EXEC that was not run returns it. */
export function nilArray(replies: Replies): void {
  replies.text(replies.protocol === 3 ? '_\r\n' : '*-1\r\n')
}

/** The head of an array; `length` replies follow. */
export function array(replies: Replies, length: number): void {
  replies.text(`*${length}\r\n`)
}

/** The head of a map of `pairs` keys and values: in RESP2 an array of twice that many. */
export function map(replies: Replies, pairs: number): void {
  replies.text(replies.protocol === 3 ? `%${pairs}\r\n` : `*${pairs * 2}\r\n`)
}

/** The head of a set; in RESP2 an array. */
export function set(replies: Replies, length: number): void {
  replies.text(replies.protocol === 3 ? `~${length}\r\n` : `*${length}\r\n`)
}

/** Text for a person: a verbatim string in RESP3, a bulk string in RESP2. */
export function verbatim(replies: Replies, text: string): void {
  if (replies.protocol === 3) replies.text(`=${text.length + 4}\r\ntxt:${text}\r\n`)
  else replies.bulk(text)
}

/** A value, or null if there is none. */
export function bulkOrNil(replies: Replies, value: Value | undefined): void {
  if (value === undefined) nil(replies)
  else replies.bulk(value)
}
