import type { Arguments } from '../arguments.ts'
import type { Deadline } from '../database.ts'
import { MAX_BULK } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import { array, bulkOrNil, error, integer, nil, ok, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { sliceOf } from '../value.ts'
import {
  type Handlers,
  invalidExpireTime,
  notAnInteger,
  option,
  syntaxError,
  wrongArity,
} from './command.ts'
import { deadlineFrom, EXPIRY_WORDS } from './expiry.ts'

export const strings: Handlers = {
  get,
  set,
  setnx,
  setex,
  psetex: setex,
  getset,
  getdel,
  getex,
  mget,
  mset,
  msetnx,
  append: appendTo,
  strlen,
  setrange,
  getrange,
  substr: getrange,
}

function get(args: Arguments, replies: Replies, session: Session): void {
  bulkOrNil(replies, session.database.read(args.key(1)))
}

function set(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  if (args.count === 3) {
    session.database.set(key, args.value(2))
    ok(replies)
    return
  }
  const options = setOptions(args)
  if (options === undefined) return syntaxError(replies)
  let deadline: Deadline | undefined
  if (options.expiry !== undefined) {
    const time = parseInt64(args.text(options.expiry.at))
    if (time === undefined) return notAnInteger(replies)
    deadline = deadlineFrom(options.expiry.word, time)
    if (deadline === undefined) return invalidExpireTime(replies, 'set')
  }
  const { database } = session
  const before = options.get ? database.read(key) : database.get(key)
  if (options.get) bulkOrNil(replies, before)
  if (options.condition === (before === undefined ? 'XX' : 'NX')) {
    if (!options.get) nil(replies)
    return
  }
  if (options.keepTtl) database.replace(key, args.value(2))
  else database.set(key, args.value(2))
  if (deadline !== undefined) database.setDeadline(key, deadline)
  if (!options.get) ok(replies)
}

interface SetOptions {
  get: boolean
  keepTtl: boolean
  condition: 'NX' | 'XX' | undefined
  expiry: { word: string; at: number } | undefined
}

/** The options after `SET key value`; undefined if they exclude each other. */
function setOptions(args: Arguments): SetOptions | undefined {
  const options: SetOptions = {
    get: false,
    keepTtl: false,
    condition: undefined,
    expiry: undefined,
  }
  for (let at = 3; at < args.count; at++) {
    const word = option(args, at)
    if (word === 'GET') {
      options.get = true
    } else if (word === 'NX' || word === 'XX') {
      if (options.condition !== undefined && options.condition !== word) return undefined
      options.condition = word
    } else if (word === 'KEEPTTL' && options.expiry === undefined) {
      options.keepTtl = true
    } else if (EXPIRY_WORDS.has(word) && at + 1 < args.count) {
      // The same word twice is accepted, and the last time counts, as in Redis.
      if (options.keepTtl || (options.expiry && options.expiry.word !== word)) return undefined
      options.expiry = { word, at: ++at }
    } else {
      return undefined
    }
  }
  return options
}

function setnx(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  if (session.database.has(key)) return integer(replies, 0)
  session.database.set(key, args.value(2))
  integer(replies, 1)
}

/** SETEX and PSETEX: they differ in the unit of the time. */
function setex(args: Arguments, replies: Replies, session: Session): void {
  const inSeconds = args.word(0) === 'SETEX'
  const time = parseInt64(args.text(2))
  if (time === undefined) return notAnInteger(replies)
  const deadline = deadlineFrom(inSeconds ? 'EX' : 'PX', time)
  if (deadline === undefined) return invalidExpireTime(replies, inSeconds ? 'setex' : 'psetex')
  const key = args.key(1)
  session.database.set(key, args.value(3))
  session.database.setDeadline(key, deadline)
  ok(replies)
}

function getset(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  bulkOrNil(replies, session.database.read(key))
  session.database.set(key, args.value(2))
}

function getdel(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  bulkOrNil(replies, session.database.read(key))
  session.database.delete(key)
}

function getex(args: Arguments, replies: Replies, session: Session): void {
  let persist = false
  let expiry: { word: string; at: number } | undefined
  for (let at = 2; at < args.count; at++) {
    const word = option(args, at)
    if (word === 'PERSIST' && expiry === undefined) {
      persist = true
    } else if (EXPIRY_WORDS.has(word) && at + 1 < args.count) {
      if (persist || (expiry && expiry.word !== word)) return syntaxError(replies)
      expiry = { word, at: ++at }
    } else {
      return syntaxError(replies)
    }
  }
  const key = args.key(1)
  const { database } = session
  const value = database.read(key)
  if (value === undefined) return nil(replies)
  let deadline: Deadline | undefined
  if (expiry !== undefined) {
    const time = parseInt64(args.text(expiry.at))
    if (time === undefined) return notAnInteger(replies)
    deadline = deadlineFrom(expiry.word, time)
    if (deadline === undefined) return invalidExpireTime(replies, 'getex')
  }
  replies.bulk(value)
  if (persist) database.setDeadline(key, null)
  if (deadline === undefined) return
  // One that is over already deletes the key now, not when it is next looked at.
  if (deadline <= Date.now()) database.delete(key)
  else database.setDeadline(key, deadline)
}

function mget(args: Arguments, replies: Replies, session: Session): void {
  array(replies, args.count - 1)
  for (let at = 1; at < args.count; at++) bulkOrNil(replies, session.database.read(args.key(at)))
}

function mset(args: Arguments, replies: Replies, session: Session): void {
  if (args.count % 2 === 0) return wrongArity(replies, 'mset')
  setPairs(args, session)
  ok(replies)
}

function msetnx(args: Arguments, replies: Replies, session: Session): void {
  if (args.count % 2 === 0) return wrongArity(replies, 'msetnx')
  for (let at = 1; at < args.count; at += 2) {
    if (session.database.has(args.key(at))) return integer(replies, 0)
  }
  setPairs(args, session)
  integer(replies, 1)
}

function setPairs(args: Arguments, session: Session): void {
  for (let at = 1; at < args.count; at += 2) session.database.set(args.key(at), args.value(at + 1))
}

function appendTo(args: Arguments, replies: Replies, session: Session): void {
  const key = args.key(1)
  const tail = args.value(2)
  const before = session.database.get(key)?.length ?? 0
  if (before + tail.length > MAX_BULK) return tooLong(replies)
  integer(replies, session.database.overwrite(key, before, tail))
}

function strlen(args: Arguments, replies: Replies, session: Session): void {
  integer(replies, session.database.read(args.key(1))?.length ?? 0)
}

function setrange(args: Arguments, replies: Replies, session: Session): void {
  const offset = parseInt64(args.text(2))
  if (offset === undefined) return notAnInteger(replies)
  if (offset < 0) return error(replies, 'ERR offset is out of range')
  const key = args.key(1)
  const patch = args.value(3)
  if (patch.length === 0) return integer(replies, session.database.get(key)?.length ?? 0)
  if (offset + BigInt(patch.length) > MAX_BULK) return tooLong(replies)
  integer(replies, session.database.overwrite(key, Number(offset), patch))
}

function getrange(args: Arguments, replies: Replies, session: Session): void {
  const first = parseInt64(args.text(2))
  const last = parseInt64(args.text(3))
  if (first === undefined || last === undefined) return notAnInteger(replies)
  const value = session.database.read(args.key(1)) ?? ''
  const start = fromEnd(first, value.length)
  const end = Math.min(fromEnd(last, value.length), value.length - 1)
  const backwards = first < 0 && last < 0 && first > last
  if (backwards || start > end) replies.bulk('')
  else replies.bulk(sliceOf(value, start, end + 1))
}

/** An index as GETRANGE takes it: negative ones count from the end. Exact enough for any length. */
function fromEnd(index: bigint, length: number): number {
  return Math.max(0, index < 0 ? length + Number(index) : Number(index))
}

function tooLong(replies: Replies): void {
  error(replies, 'ERR string exceeds maximum allowed size (proto-max-bulk-len)')
}
