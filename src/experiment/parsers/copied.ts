/** Counts what a parser copies: exact, and the same on every machine. */
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
  const { copy } = Buffer.prototype
  const { from, concat } = Buffer
  const { set } = Uint8Array.prototype
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<Buffer['copy']>) {
    const count = copy.apply(this, args)
    copied += count
    return count
  } as Buffer['copy']
  Buffer.from = ((...args: unknown[]) => {
    const made: Buffer = Reflect.apply(from, Buffer, args)
    if (!(args[0] instanceof ArrayBuffer)) copied += made.length
    return made
  }) as typeof Buffer.from
  Buffer.concat = ((...args: unknown[]) => {
    const made: Buffer = Reflect.apply(concat, Buffer, args)
    copied += made.length
    return made
  }) as typeof Buffer.concat
  Uint8Array.prototype.set = function (this: Uint8Array, ...args: Parameters<Uint8Array['set']>) {
    copied += args[0].length
    set.apply(this, args)
  }
  try {
    run()
  } finally {
    Buffer.prototype.copy = copy
    Buffer.from = from
    Buffer.concat = concat
    Reflect.deleteProperty(Uint8Array.prototype, 'set') // it is inherited from all typed arrays
  }
  return copied
}
