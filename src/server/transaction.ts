/**
 * MULTI, EXEC and WATCH of one connection, as far as they are not commands: a queue of commands that
 * are to run together, and keys that must not change before that.
 */
import type { Arguments } from './arguments.ts'
import type { Command } from './commands/command.ts'
import type { Watcher } from './database.ts'
import { MAX_COMMAND } from './limits.ts'
import type { Replies } from './replies.ts'
import type { Session } from './session.ts'
import { textOf, type Value } from './value.ts'

/** What MULTI has begun. */
export interface Transaction {
  readonly commands: { command: Command; args: Arguments }[]
  /** How much memory their arguments take, in bytes. */
  bytes: number
  /** A command was refused, so that EXEC will be too. */
  hasError: boolean
  /** One of the commands may take memory. */
  denyOom: boolean
}

/** What WATCH has asked for. */
export interface Watch extends Watcher {
  readonly keys: { index: number; key: string }[]
}

/** These run at once while a transaction is open; all others wait for EXEC. */
const IMMEDIATE: ReadonlySet<string> = new Set(
  ['multi', 'exec', 'discard', 'watch', 'reset', 'quit', 'debug'], // DEBUG is refused at once
)

/** True if memory that is short is a reason to refuse the command within a transaction. */
export function takesMemory({ name }: Command, transaction: Transaction): boolean {
  if (name === 'exec') return transaction.denyOom
  // Each command that is queued takes memory, whatever it does.
  return name !== 'discard' && name !== 'reset' && name !== 'quit'
}

export function runsAtOnce({ name }: Command): boolean {
  return IMMEDIATE.has(name)
}

export function begin(session: Session): void {
  session.transaction = { commands: [], bytes: 0, hasError: false, denyOom: false }
}

/** Keeps a command for EXEC. A transaction that is to fail already needs no memory. */
export function enqueue(
  command: Command,
  args: Arguments,
  replies: Replies,
  session: Session,
): void {
  const transaction = session.transaction!
  if (!transaction.hasError && !session.watch?.isChanged) {
    const own = new QueuedArguments(args)
    transaction.commands.push({ command, args: own })
    transaction.bytes += own.bytes
    session.keyspace.memory.queued += own.bytes
    transaction.denyOom ||= command.denyOom
    if (transaction.bytes > MAX_COMMAND) {
      console.error(`client ${session.address} closed: its MULTI takes ${transaction.bytes} bytes`)
      session.after = 'drop'
      return
    }
  }
  replies.text('+QUEUED\r\n')
}

/** Ends the transaction without running it, and watches nothing more. */
export function discard(session: Session): void {
  if (session.transaction !== undefined) session.keyspace.memory.queued -= session.transaction.bytes
  session.transaction = undefined
  unwatch(session)
}

export function watch(key: string, session: Session): void {
  session.watch ??= { isChanged: false, keys: [] }
  if (session.watch.isChanged) return // EXEC will fail whatever else changes
  if (session.database.watch(key, session.watch)) {
    session.watch.keys.push({ index: session.databaseIndex, key })
  }
}

export function unwatch(session: Session): void {
  const { watch, keyspace } = session
  if (watch === undefined) return
  for (const { index, key } of watch.keys) keyspace.databases[index]!.unwatch(key, watch)
  session.watch = undefined
}

/** Whether a key that is watched has changed; one whose time is over has. */
export function hasChanged({ watch, keyspace }: Session): boolean {
  if (watch === undefined) return false
  for (const { index, key } of watch.keys) keyspace.databases[index]!.has(key)
  return watch.isChanged
}

/** What an object and an array take that hold an argument, in bytes. */
const OVERHEAD = 150

/** Arguments with bytes of their own: those of a stage are gone when the command returns. */
export class QueuedArguments implements Arguments {
  /** How much memory they take. */
  readonly bytes: number
  private readonly values: Value[] = []

  constructor(args: Arguments) {
    let bytes = OVERHEAD
    for (let at = 0; at < args.count; at++) {
      const value = args.value(at)
      this.values.push(value)
      bytes += OVERHEAD + value.length
    }
    this.bytes = bytes
  }

  get count(): number {
    return this.values.length
  }

  word(index: number): string {
    return this.text(index).toUpperCase()
  }

  text(index: number): string {
    return textOf(this.values[index]!)
  }

  value(index: number): Value {
    return this.values[index]!
  }
}
