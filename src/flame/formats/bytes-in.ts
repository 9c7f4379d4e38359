/** The bytes of a file as they come: unpacked if they are packed, whole or by lines, never beyond a limit. */
import { damaged, type ImportContext, tooLarge } from './stack-import.ts'

/** Bytes, a piece at a time. */
export type Bytes = AsyncIterable<Uint8Array>

/** The first piece, and all of them again. */
export interface Peeked {
  head: Uint8Array
  all: Bytes
}

/** Looks at the first bytes, `enough` of them if there are so many. */
export async function peek(bytes: Bytes, enough: number): Promise<Peeked> {
  const iterator = bytes[Symbol.asyncIterator]()
  const pieces: Uint8Array[] = []
  let size = 0
  while (size < enough) {
    const next = await iterator.next()
    if (next.done) break
    pieces.push(next.value)
    size += next.value.length
  }
  async function* all() {
    try {
      yield* pieces
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
        yield next.value
      }
    } finally {
      await iterator.return?.()
    }
  }
  return { head: join(pieces, size), all: all() }
}

function join(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/**
 * Unpacks gzip.
 * @throws LabError, while it is read, if it is damaged
 */
export async function* unzipped(bytes: Bytes, context: ImportContext): Bytes {
  const source = bytes[Symbol.asyncIterator]()
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const next = await source.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>)
    },
    async cancel() {
      await source.return?.()
    },
  })
  const reader = packed.pipeThrough(new DecompressionStream('gzip')).getReader()
  let ended = false
  try {
    for (;;) {
      const next = await reader.read().catch((failure: Error) => {
        ended = true
        // Node's error for one that is cut off has no words.
        throw damaged(context, 'gzip file', failure.message || 'it ends early, or was changed')
      })
      if (next.done) {
        ended = true
        return
      }
      yield next.value
    }
  } finally {
    // If the caller stops reading, the rest is not unpacked.
    if (!ended) await reader.cancel().catch(() => {})
  }
}

/** Counts what goes through, and refuses what is more than `limit`. */
export async function* atMost(bytes: Bytes, limit: number, context: ImportContext): Bytes {
  let size = 0
  for await (const piece of bytes) {
    size += piece.length
    if (size > limit) throw tooLarge(context, limit, 'bytes of such a file')
    yield piece
  }
}

export async function wholeOf(bytes: Bytes): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    pieces.push(piece)
    size += piece.length
  }
  return join(pieces, size)
}

/** What is beyond this in a line is left out: no reader needs it, and V8's log has whole scripts in a line. */
const longestLine = 2 ** 20

export async function* linesOf(bytes: Bytes, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  let rest = ''
  let full = false
  const add = (text: string) => {
    if (full) return
    rest += text
    if (rest.length > longestLine) {
      rest = rest.slice(0, longestLine)
      full = true
    }
  }
  const take = () => {
    const line = rest.endsWith('\r') ? rest.slice(0, -1) : rest
    rest = ''
    full = false
    return line
  }
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true })
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      add(text.slice(from, at))
      yield take()
      from = at + 1
    }
    add(text.slice(from))
  }
  add(decoder.decode())
  if (rest !== '') yield take()
}

/** The encoding of a text by its first bytes: PowerShell writes UTF-16 with `>`. */
export function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}
