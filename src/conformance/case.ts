/**
 * A case of the suite, as data: what goes in, what must come out, and whether the connection is
 * open afterwards. The cases know nothing of how they are delivered.
 */
import { cmd } from './bytes.ts'
import type { Expected } from './replies.ts'

/** Sends bytes; the replies that must come for them, in order. */
export interface Exchange {
  kind: 'exchange'
  send: string
  expect: Expected[]
}

/** Sends the same again and again: what may come meanwhile, and what must come in the end. */
export interface Poll {
  kind: 'poll'
  send: string
  meanwhile: Expected
  until: string
}

/** Walks through SCAN by its cursors until it says 0: each of the keys must come exactly once. */
export interface Scan {
  kind: 'scan'
  options: string[]
  keys: string[]
  /**
   * Commands after each page. With these, others may come too, and a key twice: SCAN promises no
   * more than that what is there from the beginning to the end is found.
   */
  between?(page: number): string[][]
}

export type Step = Exchange | Poll | Scan

/**
 * How a case leaves the connection: `open` answers a PING, `closed` is closed by the server, and
 * `waiting` is in the middle of a command, so that nothing comes and nothing is closed.
 */
export type Ending = 'open' | 'closed' | 'waiting'

export interface CaseOptions {
  ends?: Ending
  /** Too long to be sent byte by byte, or in one pipeline with others. */
  big?: boolean
  /**
   * The replies are those to bytes that come in one piece, and are read in pieces of more than one
   * byte: `one-byte-reads.test.ts` has what comes of them otherwise.
   */
  inOnePiece?: boolean
  /** Changes the connection (protocol, database, name), so nothing may follow on it. */
  changesConnection?: boolean
  /** Changes or reads what belongs to the whole server, so nothing may run beside it. */
  wholeServer?: boolean
  /** The reply depends on the 80-bit floats that Redis uses on x86-64 and nowhere else. */
  longDouble?: boolean
}

export interface Case extends CaseOptions {
  name: string
  steps: Step[]
}

/** A command, as words in an array or, if no word needs a blank, in one string; its replies. */
export type Row = [words: string | string[], ...expect: Expected[]]

/** A case made of commands. */
export function commands(name: string, rows: (Row | Step)[], options: CaseOptions = {}): Case {
  const steps = rows.map((row): Step => {
    if (!Array.isArray(row)) return row
    const [words, ...expect] = row
    return { kind: 'exchange', send: command(words), expect }
  })
  return { name, steps, ...options }
}

/** One case for each row; the command itself is the name. */
export function each(about: string, rows: Row[], options: CaseOptions = {}): Case[] {
  return rows.map((row) => commands(`${about}: ${wordsOf(row[0]).join(' ')}`, [row], options))
}

/** A case made of raw bytes. */
export function bytes(
  name: string,
  send: string,
  expect: Expected[],
  ends: Ending,
  options: CaseOptions = {},
): Case {
  return { name, steps: [{ kind: 'exchange', send, expect }], ends, ...options }
}

export function poll(words: string, meanwhile: Expected, until: string): Poll {
  return { kind: 'poll', send: command(words), meanwhile, until }
}

export function scan(options: string, keys: string[]): Scan {
  return { kind: 'scan', options: options === '' ? [] : options.split(' '), keys }
}

/** True if all that the case sends is known in advance. */
export function isPlain(one: Case): boolean {
  return one.steps.every((step) => step.kind === 'exchange')
}

/** False for a case that ends or changes the connection, that asks before it sends, or that is long. */
export function canBeJoined(one: Case): boolean {
  if (one.changesConnection || one.big || one.inOnePiece) return false
  return isPlain(one) && (one.ends ?? 'open') === 'open'
}

/**
 * The cases as one, as far as they can be joined, so that they can be sent in a single pipeline.
 * @param flush what each of them begins with
 */
export function joined(
  name: string,
  cases: readonly Case[],
  flush: 'FLUSHALL' | 'FLUSHDB' = 'FLUSHALL',
): Case {
  const begin: Exchange = { kind: 'exchange', send: cmd(flush), expect: ['+OK\r\n'] }
  return { name, steps: cases.filter(canBeJoined).flatMap((one) => [begin, ...one.steps]) }
}

/** How many bytes a case sends, as far as it is known in advance. */
export function lengthOf({ steps }: Case): number {
  return steps.reduce((sum, step) => sum + ('send' in step ? step.send.length : 0), 0)
}

function wordsOf(words: string | string[]): string[] {
  return typeof words === 'string' ? words.split(' ') : words
}

function command(words: string | string[]): string {
  return cmd(...wordsOf(words))
}
