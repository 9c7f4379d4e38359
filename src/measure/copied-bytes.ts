/**
 * Counts what a program copies, by standing in Node's own ways to do it: the same in every run and on every
 * machine. What a loop moves byte by byte is not seen, nor is what the kernel copies.
 */

/** Called with a number of bytes. */
export interface Counters {
  /** From one buffer to another, or from a string into a buffer. */
  copied(bytes: number): void
  /** Made into a string. */
  madeString?(bytes: number): void
  /** A Buffer was made, with memory of its own or as a view of other memory. */
  madeBuffer?(): void
}

type Method = (this: Uint8Array, ...args: never[]) => unknown

/**
 * Counts from now on.
 * @returns what ends it: Node's own functions are in their places again
 */
export function countCopies({
  copied,
  madeString = () => {},
  madeBuffer = () => {},
}: Counters): () => void {
  const undo: (() => void)[] = []
  /** Puts another function in the place of one; what is inherited is put before it. */
  const replace = (owner: object, name: string, make: (original: Method) => Method) => {
    const own = Object.getOwnPropertyDescriptor(owner, name)
    const original = Reflect.get(owner, name) as Method | undefined
    if (original === undefined) return
    Object.defineProperty(owner, name, {
      value: make(original),
      configurable: true,
      writable: true,
    })
    undo.push(() => {
      if (own === undefined) Reflect.deleteProperty(owner, name)
      else Object.defineProperty(owner, name, own)
    })
  }
  /** What returns a number of bytes, and what returns bytes or a string. */
  const countResult = (owner: object, name: string, count: (bytes: number) => void) => {
    replace(
      owner,
      name,
      (original) =>
        function (...args) {
          const result = Reflect.apply(original, this, args) as number | { length: number }
          count(typeof result === 'number' ? result : result.length)
          return result
        },
    )
  }

  for (const name of ['copy', 'write', 'latin1Write', 'utf8Write', 'asciiWrite']) {
    countResult(Buffer.prototype, name, copied)
  }
  for (const name of ['toString', 'latin1Slice', 'utf8Slice', 'asciiSlice']) {
    countResult(Buffer.prototype, name, madeString)
  }
  for (const name of ['alloc', 'allocUnsafe', 'allocUnsafeSlow']) {
    countResult(Buffer, name, madeBuffer)
  }
  countResult(Buffer.prototype, 'subarray', madeBuffer)
  for (const name of ['concat', 'copyBytesFrom']) {
    countResult(Buffer, name, (bytes) => {
      copied(bytes)
      madeBuffer()
    })
  }
  replace(
    Buffer,
    'from',
    (original) =>
      function (...args: unknown[]) {
        const made = Reflect.apply(original, this, args) as Buffer
        const isView = args[0] instanceof ArrayBuffer || args[0] instanceof SharedArrayBuffer
        if (!isView) copied(made.length)
        madeBuffer()
        return made
      },
  )
  replace(
    Uint8Array.prototype,
    'set',
    (original) =>
      function (...args: unknown[]) {
        copied((args[0] as ArrayLike<number>).length)
        return Reflect.apply(original, this, args)
      },
  )
  // `Buffer.prototype.slice` is another one, and copies nothing.
  countResult(Uint8Array.prototype, 'slice', copied)
  replace(
    Uint8Array.prototype,
    'copyWithin',
    (original) =>
      function (...args: [number, number, number?]) {
        copied(Math.max(0, (args[2] ?? this.length) - args[1]))
        return Reflect.apply(original, this, args)
      },
  )
  replace(
    TextDecoder.prototype,
    'decode',
    (original) =>
      function (...args: unknown[]) {
        madeString((args[0] as Uint8Array | undefined)?.byteLength ?? 0)
        return Reflect.apply(original, this, args)
      },
  )
  return () => {
    for (const one of undo.reverse()) one()
  }
}
