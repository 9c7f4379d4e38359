/**
 * Feed a parser with pieces, with the kernel left out.
 *
 * This file is loaded once per target, under a different name (`drive.ts?stage3`): V8 optimizes a
 * function for all classes it has seen, so with a shared driver each target would pay for the
 * others.
 */
import type { Reading } from './targets.ts'

/** Below this many bytes, a loop is faster than a call. */
const short = 32

/** Read now, before `countCopied` replaces it: these copies replace read(2) and are not counted. */
const { copy } = Buffer.prototype

// ---- a stage, fed as its connection.ts does ----

/** Stages 1 and 2 read into one buffer; the others are asked for it after every read. */
export interface StageReader {
  readonly buffer?: Buffer
  readonly nextTarget?: () => Buffer | false
  received(bytesRead: number): void
}

export interface StageParser {
  parseCommand(): { readonly count: number; text(index: number): string } | undefined
}

/** @throws TypeError if the reader does not say where it reads to */
export function driveStage(reader: StageReader, parser: StageParser): Reading {
  const first = reader.buffer ?? reader.nextTarget?.()
  if (!first) throw new TypeError('its reader reads from the socket itself, and cannot be fed')
  let target = first

  return {
    read(pieces) {
      let count = 0
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; ) {
          at += arrive(piece, at)
          for (;;) {
            const args = parser.parseCommand()
            if (args === undefined) break
            count += args.count
          }
          makeReady()
        }
      }
      return count
    },
    readAll(pieces, onCommand) {
      for (const piece of pieces) {
        for (let at = 0; at < piece.length; ) {
          at += arrive(piece, at)
          for (;;) {
            const args = parser.parseCommand()
            if (args === undefined) break
            onCommand(Array.from({ length: args.count }, (_, index) => args.text(index)))
          }
          makeReady()
        }
      }
    },
  }

  /** One read, of as much as there is and as the reader has room for; returns its length, bytes. */
  function arrive(piece: Buffer, at: number): number {
    const length = Math.min(target.length, piece.length - at)
    if (length < short) for (let i = 0; i < length; i++) target[i] = piece[at + i]!
    else copy.call(piece, target, 0, at, at + length)
    reader.received(length)
    return length
  }

  function makeReady(): void {
    if (reader.nextTarget !== undefined) target = reader.nextTarget() || target
  }
}

// ---- a client library, which gets each piece as a Buffer ----

type Reply = readonly (Buffer | string)[]

/** Makes a parser that calls `onReply` with each command; returns the function that takes a piece. */
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
        copyNowhere(piece)
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

/**
 * A stage's bytes are copied to its reader's buffer; so are these, for the same cost. `net` makes a
 * Buffer for every piece, which is not the parser's cost: they are made beforehand.
 */
function copyNowhere(piece: Buffer): void {
  const { length } = piece
  if (length < short) for (let i = 0; i < length; i++) nowhere[i] = piece[i]!
  else copy.call(piece, nowhere, 0, 0, length)
}

const nowhere = Buffer.allocUnsafeSlow(64 * 1024)
