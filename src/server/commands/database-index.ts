import { DATABASES } from '../limits.ts'
import { parseInt64 } from '../numbers.ts'
import { error, type Replies } from '../replies.ts'
import { notAnInteger } from './command.ts'

/**
 * The number of a database, as SELECT, COPY and MOVE take it. Undefined where there is no such
 * one; the error has been written then.
 */
export function databaseIndex(text: string, replies: Replies): number | undefined {
  const index = parseInt64(text)
  if (index === undefined) {
    notAnInteger(replies)
  } else if (BigInt.asIntN(32, index) !== index) {
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1]
    error(replies, `ERR value is out of range, value must between ${low} and ${high}`)
  } else if (index < 0 || index >= DATABASES) {
    error(replies, 'ERR DB index is out of range')
  } else {
    return Number(index)
  }
  return undefined
}
