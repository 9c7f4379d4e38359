/**
 * Strings that were made lately, found again by their bytes: names of commands, and options. Making a
 * string costs a call into C++ and memory; comparing a few words of four bytes costs a tenth of it.
 *
 * A string is saved only when its bytes come a second time.
 */

/** Longer ones are not looked for, in bytes. */
const MAX_LENGTH = 32
/** How many there is room for; a power of two. */
const PLACES = 1024
/** Length and bytes of each, in words of 32 bits. */
const WORDS = 1 + MAX_LENGTH / 4

const known = new Int32Array(PLACES * WORDS)
/** Empty if the bytes came only once. */
const uppers: string[] = new Array(PLACES).fill('')

/** The bytes from `start` to `end` as a string in upper case. `view` is of the same bytes. */
export function recentUpper(bytes: Buffer, view: DataView, start: number, end: number): string {
  const place = find(view, start, (end - start) | 0)
  if (place === NEW) return bytes.latin1Slice(start, end).toUpperCase()
  if (uppers[place] === '') uppers[place] = bytes.latin1Slice(start, end).toUpperCase()
  return uppers[place]!
}

const NEW = -1

/** The place of these bytes; `NEW` if they were not known, and from now on they are. */
function find(view: DataView, start: number, length: number): number {
  if (length === 0 || length > MAX_LENGTH) return NEW
  const first = firstWord(view, start, length)
  const last = lastWord(view, start, length)
  const middle = length > 8 ? view.getInt32((start + (length >> 1) - 2) | 0, true) : 0
  // A good hash reads every byte. This one reads twelve: strings that differ elsewhere only push
  // each other out.
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b) ^ middle
  const place = (Math.imul(mixed ^ length, 0x2c1b3c6d) >>> 16) & (PLACES - 1)
  const at = place * WORDS
  if (known[at] === length && known[at + 1] === first && known[at + WORDS - 1] === last) {
    if (isKnown(at, view, start, length)) return place
  }
  remember(at, view, start, length)
  uppers[place] = ''
  return NEW
}

/** Whether the bytes between the first word and the last are the same. */
function isKnown(at: number, view: DataView, start: number, length: number): boolean {
  for (let offset = 4; offset < length - 4; offset = (offset + 4) | 0) {
    if (known[at + 1 + (offset >> 2)] !== view.getInt32((start + offset) | 0, true)) return false
  }
  return true
}

function remember(at: number, view: DataView, start: number, length: number): void {
  known[at] = length
  known[at + 1] = firstWord(view, start, length)
  for (let offset = 4; offset < length - 4; offset += 4) {
    known[at + 1 + (offset >> 2)] = view.getInt32(start + offset, true)
  }
  known[at + WORDS - 1] = lastWord(view, start, length)
}

/** Four bytes, or all if they are fewer. */
function firstWord(view: DataView, start: number, length: number): number {
  if (length >= 4) return view.getInt32(start, true)
  let word = view.getUint8(start)
  if (length > 1) word |= view.getUint8(start + 1) << 8
  if (length > 2) word |= view.getUint8(start + 2) << 16
  return word
}

/** The last four bytes, some of which may belong to the word before. */
function lastWord(view: DataView, start: number, length: number): number {
  return length > 4 ? view.getInt32((start + length - 4) | 0, true) : 0
}
