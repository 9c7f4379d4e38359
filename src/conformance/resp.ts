/**
 * Reads replies, RESP2 and RESP3. It knows no command and no server: the suite needs it to tell
 * where a reply ends that it cannot spell in advance (a cursor, a map of settings).
 */

export interface Reply {
  /** The byte that a reply starts with: `+ - : $ * _ % ~ = , # ( >`. */
  type: string
  /** What a scalar says; empty for an aggregate and for a null. */
  text: string
  /** The elements of an aggregate, of a map its keys and values in turn; null for every null. */
  items: Reply[] | null
  /** Where the next reply starts. */
  end: number
}

/** The bytes are no RESP at all. */
export class NotResp extends Error {
  override readonly name = 'NotResp'
}

const scalars = '+-:,#('
const blobs = '$='
const aggregates = '*~%>'

/**
 * The reply that starts at `from`; undefined if it has not arrived in full.
 * @throws NotResp if no reply can start so
 */
export function readReply(bytes: string, from = 0): Reply | undefined {
  if (from >= bytes.length) return undefined
  const type = bytes.charAt(from)
  if (!`${scalars}${blobs}${aggregates}_`.includes(type)) throw new NotResp(`no reply: ${type}`)
  const lineEnd = bytes.indexOf('\r\n', from)
  if (lineEnd < 0) return undefined
  const line = bytes.slice(from + 1, lineEnd)
  const next = lineEnd + 2
  if (type === '_') return { type, text: '', items: null, end: next }
  if (scalars.includes(type)) return { type, text: line, items: [], end: next }
  if (!/^(0|-1|[1-9]\d*)$/.test(line)) throw new NotResp(`no length: ${line}`)
  const length = Number(line)
  if (length === -1) return { type, text: '', items: null, end: next }
  if (blobs.includes(type)) return readBlob(bytes, type, next, length)
  return readItems(bytes, type, next, type === '%' ? 2 * length : length)
}

function readBlob(bytes: string, type: string, start: number, length: number): Reply | undefined {
  const end = start + length + 2
  if (bytes.length < end) return undefined
  if (bytes.slice(end - 2, end) !== '\r\n') throw new NotResp('a bulk string without its end')
  return { type, text: bytes.slice(start, end - 2), items: [], end }
}

function readItems(bytes: string, type: string, start: number, count: number): Reply | undefined {
  const items: Reply[] = []
  let end = start
  for (let i = 0; i < count; i++) {
    const item = readReply(bytes, end)
    if (item === undefined) return undefined
    items.push(item)
    end = item.end
  }
  return { type, text: '', items, end }
}
