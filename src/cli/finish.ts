/** The end of a command: what has been printed is out, or the exit status says that it is not. */
import { stripVTControlCharacters } from 'node:util'
import { whyNotWritten } from '../run/disk.ts'

/** As of a program that SIGPIPE ended: 128 and the number of the signal. */
export const CLOSED_PIPE = 141

/**
 * Waits until standard output has been taken, whole.
 * @returns the exit status: the one given, or another if the output was lost
 */
export function flushed(
  status: number,
  stream: Pick<NodeJS.WriteStream, 'write'> = process.stdout,
): Promise<number> {
  return new Promise((resolve) => {
    stream.write('', (failure) => resolve(failure ? outputLost(failure) : status))
  })
}

/** Says why standard output could not be written; nothing to a reader who has gone. */
export function outputLost(
  failure: NodeJS.ErrnoException,
  say: (line: string) => void = console.error,
): number {
  if (failure.code === 'EPIPE') return CLOSED_PIPE
  if (!reported)
    say(`the output could not be written: ${whyNotWritten(failure) ?? failure.message}`)
  reported = true
  return 1
}

/** The stream reports it to each writer; a person needs to read it once. */
let reported = false

/**
 * Remembers how wide the widest line is that goes to a terminal, for `tooNarrow`.
 * @returns the width so far
 */
export function watchWidth(stream: NodeJS.WriteStream): () => number {
  let widest = 0
  if (!stream.isTTY) return () => widest
  const write = stream.write
  stream.write = ((...args: Parameters<typeof write>) => {
    if (typeof args[0] === 'string') {
      for (const line of stripVTControlCharacters(args[0]).split('\n')) {
        widest = Math.max(widest, line.length)
      }
    }
    return write.apply(stream, args)
  }) as typeof write
  return () => widest
}

/** What to say of a terminal on which lines were broken; undefined if they were not. */
export function tooNarrow(widest: number, columns: number, command: string): string | undefined {
  if (columns <= 0 || widest <= columns) return undefined
  return (
    `this terminal has ${columns} columns and the widest line ${widest}: widen it,\n` +
    `or ${command} … | less -S`
  )
}
