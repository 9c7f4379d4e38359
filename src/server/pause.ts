/** CLIENT PAUSE: for some time commands are not run but wait, those that write or all. */
import type { Arguments } from './arguments.ts'
import type { Command } from './commands/command.ts'
import type { Keyspace } from './keyspace.ts'
import { MAX_COMMAND } from './limits.ts'
import { isStuck } from './output-limit.ts'
import type { Replies } from './replies.ts'
import { answerProtocolError, type Session } from './session.ts'

export interface Pause {
  /** When it ends by itself, in ms since 1970. */
  end: number
  /** Commands that only read are run. */
  onlyWrites: boolean
  /** It has ended; what has waited will be run next. */
  isOver: boolean
  readonly waiting: Set<Session>
}

/** What a client sends while one of its commands waits: it waits as well, in order. */
export interface Postponed {
  readonly commands: { run: () => void; replies: Replies }[]
  /** How much memory the arguments take, in bytes. */
  bytes: number
  /** After these commands the client broke the protocol. */
  failure?: { error: unknown; replies: Replies }
}

/** Begins a pause. One that is on ends no sooner by that, and stays as strict as it was. */
export function pauseClients(keyspace: Keyspace, end: number, onlyWrites: boolean): void {
  const { pause } = keyspace
  if (pause !== undefined && !pause.isOver) {
    pause.end = Math.max(pause.end, end)
    pause.onlyWrites &&= onlyWrites
  } else if (end > Date.now()) {
    keyspace.pause = { end, onlyWrites, isOver: false, waiting: pause?.waiting ?? new Set() }
  }
}

let due = false

/** Whether what has waited runs as soon as Node's loop has its turn: another loop must not wait then. */
export function isResuming(): boolean {
  return due
}

export function endPause(keyspace: Keyspace): void {
  if (keyspace.pause === undefined || keyspace.pause.isOver) return
  keyspace.pause.isOver = true
  due = true
  // Not within a command of another connection: stages share memory for the replies of one read.
  process.nextTick(runWaiting, keyspace)
}

/** Called ten times a second. */
export function endPauseInTime(keyspace: Keyspace): void {
  if (keyspace.pause !== undefined && keyspace.pause.end < Date.now()) endPause(keyspace)
}

/** Whether a command that is to run now must wait, while there is a pause. */
export function hasToWait(command: Command, { keyspace, transaction }: Session): boolean {
  const { isOver, onlyWrites } = keyspace.pause!
  if (isOver) return false
  if (!onlyWrites || writes(command)) return true
  return (
    command.name === 'exec' &&
    transaction !== undefined &&
    transaction.commands.some((one) => writes(one.command))
  )
}

function writes({ description }: Command): boolean {
  return description.flags.includes('write')
}

type Execute = (args: Arguments, replies: Replies, session: Session) => void

/** @param execute runs it when its time has come, or postpones it again */
export function postpone(
  execute: Execute,
  args: Arguments,
  replies: Replies,
  session: Session,
): void {
  session.postponed ??= { commands: [], bytes: 0 }
  const { postponed, keyspace } = session
  if (postponed.failure !== undefined) return
  const own = args.saved()
  postponed.commands.push({ run: () => execute(own, replies, session), replies })
  postponed.bytes += own.size
  keyspace.memory.queued += own.size
  keyspace.pause!.waiting.add(session)
  if (postponed.bytes <= MAX_COMMAND) return
  console.error(`client ${session.address} closed: ${postponed.bytes} bytes of commands wait`)
  session.after = 'drop'
}

/** Forgets what waits of a connection that closes. */
export function forgetPostponed(session: Session): void {
  const { postponed, keyspace } = session
  if (postponed === undefined) return
  session.postponed = undefined
  keyspace.memory.queued -= postponed.bytes
  keyspace.pause?.waiting.delete(session)
}

function runWaiting(keyspace: Keyspace): void {
  due = false
  for (const session of [...(keyspace.pause?.waiting ?? [])]) runPostponed(session)
  const { pause } = keyspace
  if (pause?.isOver && pause.waiting.size === 0) keyspace.pause = undefined
}

/** Runs what has waited, as far as no new pause makes it wait again. */
function runPostponed(session: Session): void {
  const { postponed } = session
  if (postponed === undefined) return
  forgetPostponed(session)
  for (const { run, replies } of postponed.commands) {
    if (session.after !== 'go on' || isStuck(session)) break
    run()
    if (session.postponed === undefined) replies.send()
  }
  if (postponed.failure !== undefined && session.after === 'go on') {
    const { error, replies } = postponed.failure
    answerProtocolError(error, replies, session)
    if (session.postponed === undefined) replies.send()
  }
  if (session.after === 'go on') session.flush()
  else session.hangUp()
}
