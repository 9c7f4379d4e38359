/**
 * Bytes in the suite are strings in which each character is one byte (latin1): a case can then be
 * written, compared and printed as text, and `\xff` in the source is the byte 0xff on the wire.
 */

/** A command as a client library sends it: an array of bulk strings. */
export function cmd(...words: string[]): string {
  const bulks = words.map((word) => `$${word.length}\r\n${word}\r\n`)
  return `*${words.length}\r\n${bulks.join('')}`
}

/** The bytes as they go over the wire. */
export function toWire(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1')
}

/**
 * The bytes as readable text, on one line; the middle of something long is left out,
 * since a mistake shows at the beginning or at the end.
 */
export function readable(bytes: string, limit = 400): string {
  if (bytes === '') return '(nothing)'
  if (bytes.length <= limit) return escaped(bytes)
  const half = Math.floor(limit / 2)
  const left = bytes.length - 2 * half
  return `${escaped(bytes.slice(0, half))} … ${left} bytes … ${escaped(bytes.slice(-half))}`
}

function escaped(bytes: string): string {
  return JSON.stringify(bytes)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replace(/\\u00(..)/g, '\\x$1')
    .replace(/[\x7f-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16)}`)
}
