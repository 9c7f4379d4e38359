/**
 * Feeds the parser of a client library, which is handed each piece as a Buffer. Loaded once for each
 * of them, for the reason that drive-stage.ts gives.
 *
 * `net` brings every piece in a Buffer of its own. That costs time too, but is not the parser's
 * doing: the Buffers are made beforehand. The bytes of a piece are copied once, to nowhere, because
 * a stage's are copied into its reader's buffer: what stands for `read(2)` costs everybody the same.
 */
import type { Reading } from './contender.ts'

type Reply = readonly (Buffer | string)[]

/** Makes a parser that calls `onReply` with each command; gives what takes the next piece. */
export type Library = (onReply: (reply: Reply) => void) => (piece: Buffer) => void

export function driveLibrary(make: Library): Reading {
  let count = 0
  let listener: ((args: string[]) => void) | undefined
  const write = make((reply) => {
    count += reply.length
    listener?.(reply.map((arg) => (typeof arg === 'string' ? arg : arg.toString('latin1'))))
  })

  return {
    read(pieces) {
      count = 0
      for (const piece of pieces) {
        arrive(piece)
        write(piece)
      }
      return count
    },
    readAll(pieces, onCommand) {
      listener = onCommand
      for (const piece of pieces) write(piece)
      listener = undefined
    },
  }
}

function arrive(piece: Buffer): void {
  const { length } = piece
  if (length < SHORT) for (let i = 0; i < length; i++) nowhere[i] = piece[i]!
  else copy.call(piece, nowhere, 0, 0, length)
}

/** Below this many bytes, a loop is faster than a call. */
const SHORT = 32

const nowhere = Buffer.allocUnsafeSlow(64 * 1024)
const { copy } = Buffer.prototype
