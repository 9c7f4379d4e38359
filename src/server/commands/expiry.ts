import type { Arguments } from '../arguments.ts'
import type { Deadline } from '../database.ts'
import { fitsInt64, parseInt64 } from '../numbers.ts'
import { cString, error, integer, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { type Handlers, invalidExpireTime, notAnInteger, option, type Run } from './command.ts'

export const expiry: Handlers = {
  expire: expireIn('EXPIRE'),
  pexpire: expireIn('PEXPIRE'),
  expireat: expireIn('EXPIREAT'),
  pexpireat: expireIn('PEXPIREAT'),
  ttl: timeLeft(seconds),
  pttl: timeLeft(milliseconds),
  expiretime: expiresAt(seconds),
  pexpiretime: expiresAt(milliseconds),
  persist,
}

/** EXPIRE, PEXPIRE, EXPIREAT, PEXPIREAT: from now or since 1970, in seconds or milliseconds. */
function expireIn(name: 'EXPIRE' | 'PEXPIRE' | 'EXPIREAT' | 'PEXPIREAT'): Run {
  const inSeconds = !name.startsWith('P')
  const relative = !name.endsWith('AT')
  return (args, replies, session) => {
    const conditions = new Set<string>()
    for (let at = 3; at < args.count; at++) {
      const word = option(args, at)
      if (!/^(?:NX|XX|GT|LT)$/.test(word)) {
        return error(replies, `ERR Unsupported option ${cString(args.text(at))}`)
      }
      conditions.add(word)
    }
    if (conditions.has('NX') && conditions.size > 1) {
      const clash = 'NX and XX, GT or LT options at the same time are not compatible'
      return error(replies, `ERR ${clash}`)
    }
    if (conditions.has('GT') && conditions.has('LT')) {
      return error(replies, 'ERR GT and LT options at the same time are not compatible')
    }
    const time = parseInt64(args.text(2))
    if (time === undefined) return notAnInteger(replies)
    const scaled = inSeconds ? time * 1000n : time
    const when = relative ? scaled + BigInt(Date.now()) : scaled
    if (!fitsInt64(scaled) || !fitsInt64(when))
      return invalidExpireTime(replies, name.toLowerCase())

    const key = args.key(1)
    const current = session.database.deadline(key)
    if (current === undefined) return integer(replies, 0)
    const deadline = toDeadline(when)
    if (!allows(conditions, current, deadline)) return integer(replies, 0)
    if (deadline <= Date.now()) session.database.delete(key)
    else session.database.setDeadline(key, deadline)
    integer(replies, 1)
  }
}

/** A key without a deadline lives longer than any deadline. */
function allows(conditions: Set<string>, current: Deadline | null, next: Deadline): boolean {
  if (conditions.has('NX') && current !== null) return false
  if (conditions.has('XX') && current === null) return false
  if (conditions.has('GT') && (current === null || next <= current)) return false
  if (conditions.has('LT') && current !== null && next >= current) return false
  return true
}

type Unit = (milliseconds: Deadline) => Deadline

/** Rounded to the nearest second, as Redis does. */
function seconds(value: Deadline): Deadline {
  return typeof value === 'bigint' ? (value + 500n) / 1000n : Math.floor((value + 500) / 1000)
}

function milliseconds(value: Deadline): Deadline {
  return value
}

/** Undefined without such a key, null if it has no deadline; counted as a key that was read. */
function readDeadline(args: Arguments, { database }: Session): Deadline | null | undefined {
  const key = args.key(1)
  return database.peek(key) === undefined ? undefined : database.deadline(key)
}

/** TTL and PTTL: -2 without such a key, -1 if it has no deadline. */
function timeLeft(unit: Unit): Run {
  return (args, replies, session) => {
    const deadline = readDeadline(args, session)
    if (deadline === undefined || deadline === null) {
      return integer(replies, deadline === null ? -1 : -2)
    }
    const left =
      typeof deadline === 'bigint'
        ? deadline - BigInt(Date.now())
        : Math.max(0, deadline - Date.now())
    integer(replies, unit(left))
  }
}

function expiresAt(unit: Unit): Run {
  return (args, replies, session) => {
    const deadline = readDeadline(args, session)
    if (deadline === undefined || deadline === null) {
      return integer(replies, deadline === null ? -1 : -2)
    }
    integer(replies, unit(deadline))
  }
}

function persist(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  const deadline = session.database.deadline(key)
  if (deadline === undefined || deadline === null) return integer(replies, 0)
  session.database.setDeadline(key, null)
  integer(replies, 1)
}

/** The words that a time follows, in SET and GETEX. */
export const EXPIRY_WORDS: ReadonlySet<string> = new Set(['EX', 'PX', 'EXAT', 'PXAT'])

/** A deadline as the database keeps it: a number wherever a number is exact. */
export function toDeadline(milliseconds: bigint): Deadline {
  const number = Number(milliseconds)
  return Number.isSafeInteger(number) ? number : milliseconds
}

/**
 * The deadline that a time after EX (seconds from now), PX (milliseconds from now), EXAT or PXAT
 * (since 1970) means. Undefined if the time is not positive, or too large for 64 bits.
 */
export function deadlineFrom(word: string, time: bigint): Deadline | undefined {
  let milliseconds = word === 'EX' || word === 'EXAT' ? time * 1000n : time
  if (time <= 0n || !fitsInt64(milliseconds)) return undefined
  if (word === 'EX' || word === 'PX') milliseconds += BigInt(Date.now())
  return fitsInt64(milliseconds) ? toDeadline(milliseconds) : undefined
}
