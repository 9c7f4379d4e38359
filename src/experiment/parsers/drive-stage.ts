/**
 * Feeds a stage's reader as the stage's connection.ts does, with the kernel left out.
 *
 * This file is loaded once for each stage, under a name of its own (`drive-stage.ts?stage3`). V8
 * keeps what it learns of a function with the function, so a driver that all stages share would see
 * the classes of all of them, and each stage would pay for the others. A server never does: it is a
 * process with one stage in it.
 */
import type { Reading } from './contender.ts'

/** Stages 1 and 2 read into one buffer; the others are asked for it after every read. */
export interface StageReader {
  readonly buffer?: Buffer
  readonly nextTarget?: () => Buffer | false
  received(bytesRead: number): void
}

export interface StageParser {
  parseCommand(): { readonly count: number; text(index: number): string } | undefined
}

/** @throws TypeError where the reader does not say where it reads into */
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

  /** One read, of as much as there is and as the reader has room for; gives its length in bytes. */
  function arrive(piece: Buffer, at: number): number {
    const length = Math.min(target.length, piece.length - at)
    if (length < SHORT) for (let i = 0; i < length; i++) target[i] = piece[at + i]!
    else copy.call(piece, target, 0, at, at + length)
    reader.received(length)
    return length
  }

  function makeReady(): void {
    if (reader.nextTarget !== undefined) target = reader.nextTarget() || target
  }
}

/** Below this many bytes, a loop is faster than a call. */
const SHORT = 32

/** Taken now, so that whoever counts copies later does not count this one. */
const { copy } = Buffer.prototype
