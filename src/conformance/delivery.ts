/**
 * How the bytes of a case reach the server. TCP is a stream: a server that answers differently
 * when the same bytes come in other pieces is wrong, and it will be found out by a slow network.
 */

/** In one piece, in pieces of one byte, or split at these offsets. */
export type Delivery = 'whole' | 'byte by byte' | readonly number[]

/** The pieces in which the bytes are written. */
export function cut(bytes: Buffer, delivery: Delivery): Buffer[] {
  if (delivery === 'whole') return bytes.length === 0 ? [] : [bytes]
  if (delivery === 'byte by byte') return Array.from(bytes, (_, i) => bytes.subarray(i, i + 1))
  const inside = delivery.filter((offset) => offset > 0 && offset < bytes.length)
  const cuts = [...new Set([0, ...inside, bytes.length])].sort((a, b) => a - b)
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i]!, end))
}

/** The delivery in words. */
export function deliveryName(delivery: Delivery): string {
  return typeof delivery === 'string' ? delivery : `split at ${delivery.join(', ')}`
}
