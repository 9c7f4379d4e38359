/** Compares the bytes that came with those expected. */

/** Below this length a loop is faster than the call into Node's own comparison. */
const loopLimit = 48

/** Whether `length` bytes at the start of `got` are those of `expected` at `at`. Allocates nothing. */
export function sameBytes(got: Buffer, length: number, expected: Buffer, at: number): boolean {
  if (length > loopLimit) return expected.compare(got, 0, length, at, at + length) === 0
  for (let i = 0; i < length; i++) if (got[i] !== expected[at + i]) return false
  return true
}

/**
 * Where the RESP2 reply that starts at `at` ends. A reply that is cut short, or is none, ends where
 * `bytes` end. It does not recurse: a hostile server nests arrays deeper than any stack.
 */
export function endOfReply(bytes: Buffer, at: number): number {
  let end = at
  for (let left = 1; left > 0 && end < bytes.length; left--) {
    const lineEnd = bytes.indexOf('\r\n', end)
    if (lineEnd === -1) return bytes.length
    const type = bytes[end]
    const isCounted = type === 0x24 || type === 0x2a
    const count = isCounted ? Number(bytes.toString('latin1', end + 1, lineEnd)) : 0
    end = lineEnd + 2
    if (type === 0x24 && count >= 0) end += count + 2
    if (type === 0x2a && count > 0) left += count
  }
  return Math.min(end, bytes.length)
}

/** The reply of a batch that has the byte at `at`, and how many replies are before it. */
export function replyAround(
  batch: Buffer,
  at: number,
): { index: number; start: number; end: number } {
  let start = 0
  let end = endOfReply(batch, 0)
  let index = 0
  while (end <= at && end < batch.length) {
    start = end
    end = endOfReply(batch, start)
    index++
  }
  return { index, start, end }
}

/** Most bytes of a reply that are shown. */
const shownBytes = 64

/**
 * Bytes as a person reads them: `"+OK\r\n"`, everything else than printable ASCII escaped, long
 * ones cut to what lies around `at`.
 */
export function showBytes(bytes: Buffer, at = 0): string {
  const from =
    bytes.length <= shownBytes ? 0 : Math.max(0, Math.min(at - 16, bytes.length - shownBytes))
  const to = Math.min(bytes.length, from + shownBytes)
  let text = ''
  for (const byte of bytes.subarray(from, to)) text += showByte(byte)
  const cut = to - from < bytes.length ? ` (bytes ${from} to ${to - 1} of ${bytes.length})` : ''
  return `"${from > 0 ? '…' : ''}${text}${to < bytes.length ? '…' : ''}"${cut}`
}

function showByte(byte: number): string {
  if (byte === 0x0d) return '\\r'
  if (byte === 0x0a) return '\\n'
  if (byte === 0x22 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
  if (byte >= 0x20 && byte < 0x7f) return String.fromCharCode(byte)
  return `\\x${byte.toString(16).padStart(2, '0')}`
}
