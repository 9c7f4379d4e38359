import type { Arguments } from '../arguments.ts'
import { cString, error, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'

export type Run = (args: Arguments, replies: Replies, session: Session) => void

/** What runs each command, by its name in lower case; a subcommand as `client|id`. */
export type Handlers = Readonly<Record<string, Run>>

/** A command as Redis 7.0 describes it, in `command-table.json`: all that COMMAND says of it. */
export interface Description {
  /** Lower case; a subcommand as `client|id`. */
  name: string
  /** How many arguments, with the name itself; negative: at least that many. */
  arity: number
  flags: string[]
  /** Which arguments are keys: the first, the last (negative: counted from the end), the step. */
  keys: number[]
  categories: string[]
  /** What a proxy or a cluster client may want to know, e.g. `nondeterministic_output`. */
  tips: string[]
  keySpecifications: Json[]
  docs: Json
  subcommands?: Description[]
}

export type Json = string | number | Json[] | { [name: string]: Json }

/** A command that the stages have. */
export interface Command {
  readonly name: string
  readonly arity: number
  /** It may take memory, and is refused when that is short. */
  readonly denyOom: boolean
  readonly run: Run
  /** Upper case name to subcommand; a command that has these is not run itself. */
  readonly subcommands: ReadonlyMap<string, Command> | undefined
  readonly description: Description
  /** How often it was run. */
  calls: number
  /** How often it was refused before it ran: the number of arguments, or no memory. */
  rejectedCalls: number
  /** How often it replied with an error when it ran. */
  failedCalls: number
  /** How many of the calls were timed, and how long these took together, in ms. */
  timedCalls: number
  timedMs: number
}

/** Upper case name to command. */
export type Commands = ReadonlyMap<string, Command>

export function command(description: Description, run: Run, subcommands?: Commands): Command {
  return {
    name: description.name,
    arity: description.arity,
    denyOom: description.flags.includes('denyoom'),
    run,
    subcommands,
    description,
    calls: 0,
    rejectedCalls: 0,
    failedCalls: 0,
    timedCalls: 0,
    timedMs: 0,
  }
}

/** Every command and subcommand, those with subcommands before these. */
export function* eachOf(commands: Commands): Generator<Command> {
  for (const one of commands.values()) {
    yield one
    if (one.subcommands !== undefined) yield* one.subcommands.values()
  }
}

export function syntaxError(replies: Replies): void {
  error(replies, 'ERR syntax error')
}

export function notAnInteger(replies: Replies): void {
  error(replies, 'ERR value is not an integer or out of range')
}

export function wrongArity(replies: Replies, name: string): void {
  error(replies, wrongArityMessage(name))
}

export function wrongArityMessage(name: string): string {
  return `ERR wrong number of arguments for '${name}' command`
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
