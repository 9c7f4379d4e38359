import type { Arguments } from '../arguments.ts'
import { cString, error, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'

export type Run = (args: Arguments, replies: Replies, session: Session) => void

/** One command, with what COMMAND tells of it. */
export interface Command {
  /** Lower case; a subcommand as `client|id`. */
  name: string
  /** How many arguments, with the name itself; negative: at least that many. */
  arity: number
  flags: readonly string[]
  /** One of the flags, `denyoom`: it may take memory, and is refused where that is short. */
  denyOom: boolean
  /** Which arguments are keys: the first, the last (negative: counted from the end), the step. */
  keys: readonly [first: number, last: number, step: number]
  /** One line, for COMMAND DOCS. */
  summary: string
  run: Run
  /** Upper case name to subcommand; a command that has these is not run itself. */
  subcommands?: ReadonlyMap<string, Command>
}

const NO_KEYS = [0, 0, 0] as const
const FIRST_KEY = [1, 1, 1] as const
export const ALL_KEYS = [1, -1, 1] as const
export const KEY_VALUE_PAIRS = [1, -1, 2] as const
export const TWO_KEYS = [1, 2, 1] as const

/** Describes a command; flags as words. Whether it takes a key follows from `read` or `write`. */
export function command(
  name: string,
  arity: number,
  flags: string,
  summary: string,
  run: Run,
  keys?: Command['keys'],
): Command {
  const words = flags.split(' ').filter((word) => word !== '')
  const touchesKeys = words.includes('readonly') || words.includes('write')
  return {
    name,
    arity,
    flags: words,
    denyOom: words.includes('denyoom'),
    keys: keys ?? (touchesKeys ? FIRST_KEY : NO_KEYS),
    summary,
    run,
  }
}

/** Describes a command that does nothing itself, such as CLIENT: a subcommand follows its name. */
export function container(name: string, summary: string, subcommands: Command[]): Command {
  const byName = new Map<string, Command>()
  for (const sub of subcommands) {
    byName.set(sub.name.toUpperCase(), { ...sub, name: `${name}|${sub.name}` })
  }
  const run: Run = () => {
    throw new Error(`${name} is run through its subcommands`)
  }
  return { ...command(name, -2, '', summary, run), subcommands: byName }
}

export function syntaxError(replies: Replies): void {
  error(replies, 'ERR syntax error')
}

export function notAnInteger(replies: Replies): void {
  error(replies, 'ERR value is not an integer or out of range')
}

export function wrongArity(replies: Replies, name: string): void {
  error(replies, `ERR wrong number of arguments for '${name}' command`)
}

/** For a subcommand that is known, and looks itself at how many words follow it. */
export function tooManyWords(args: Arguments, replies: Replies): void {
  const what = `unknown subcommand or wrong number of arguments for '${cString(args.text(1))}'`
  error(replies, `ERR ${what}. Try ${args.word(0)} HELP.`)
}

export function invalidExpireTime(replies: Replies, name: string): void {
  error(replies, `ERR invalid expire time in '${name}' command`)
}

/**
 * An option, in upper case. Redis compares options as C strings, which end at a NUL; the names of
 * commands it does not.
 */
export function option(args: Arguments, at: number): string {
  return cString(args.word(at))
}
