/** SETBIT and GETBIT: a value as a row of bits, the first one the highest bit of the first byte. */
import type { Arguments } from '../arguments.ts'
import { MAX_BULK } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import { error, integer, type Replies } from '../replies.ts'
import type { Session } from '../session.ts'
import { byteAt, type Value } from '../value.ts'
import type { Handlers } from './command.ts'

export const bits: Handlers = { setbit, getbit }

function setbit(args: Arguments, replies: Replies, session: Session): void {
  const offset = bitOffset(args.text(2))
  if (offset === undefined) return badOffset(replies)
  const wanted = args.text(3)
  if (wanted !== '0' && wanted !== '1') {
    return error(replies, 'ERR bit is not an integer or out of range')
  }
  const key = args.key(1)
  const before = session.database.get(key) ?? ''
  const { at, mask } = place(offset)
  const byte = byteOrZero(before, at)
  const after = wanted === '1' ? byte | mask : byte & ~mask
  if (after !== byte || at >= before.length) {
    session.database.overwrite(key, at, String.fromCharCode(after))
  }
  integer(replies, (byte & mask) === 0 ? 0 : 1)
}

function getbit(args: Arguments, replies: Replies, session: Session): void {
  const offset = bitOffset(args.text(2))
  if (offset === undefined) return badOffset(replies)
  const { at, mask } = place(offset)
  integer(replies, (byteOrZero(session.database.read(args.key(1)) ?? '', at) & mask) === 0 ? 0 : 1)
}

/** How many bits lie before it; undefined if no value is so long. */
function bitOffset(text: string): number | undefined {
  const offset = parseInt64(text)
  return offset === undefined || offset < 0n || offset >= MAX_BULK * 8 ? undefined : Number(offset)
}

function badOffset(replies: Replies): void {
  error(replies, 'ERR bit offset is not an integer or out of range')
}

/** The byte that holds a bit, and the bit's place in it. */
function place(offset: number): { at: number; mask: number } {
  return { at: Math.floor(offset / 8), mask: 0x80 >> (offset % 8) }
}

/** 0 after the end, which SETBIT would fill with zeros. */
function byteOrZero(value: Value, at: number): number {
  return at < value.length ? byteAt(value, at) : 0
}
