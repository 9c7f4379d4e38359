/** Counts what a parser copies: exact, and the same on every machine. */
import { countCopies } from '../../measure/copied-bytes.ts'
import type { Contender } from './contender.ts'
import type { Stream } from './streams.ts'

/**
 * Bytes that are copied from one buffer to another while a new parser reads the stream, for each
 * byte of it. What stands for `read(2)` is not counted, nor are bytes that are stored one by one.
 */
export function copiedPerByte(contender: Contender, stream: Stream): number {
  const reading = contender.start()
  return countCopied(() => reading.read(stream.pieces)) / stream.bytes
}

/** Bytes that Node's ways to copy into a Buffer copy while `run` runs. */
export function countCopied(run: () => void): number {
  let copied = 0
  const end = countCopies({
    copied: (bytes) => {
      copied += bytes
    },
  })
  try {
    run()
  } finally {
    end()
  }
  return copied
}
