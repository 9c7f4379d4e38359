/** Text from a file that others may have written, made safe for a terminal and a page. Needs no Node. */

/** Controls, marks that change the direction of writing, line ends, halves of characters. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu

/**
 * The text without what could move the cursor, colour the terminal or change the direction of writing.
 * @param longest in UTF-16 units; what is longer is cut off
 */
export function printable(text: string, longest = Number.POSITIVE_INFINITY): string {
  const plain = text.replace(unprintable, ' ').trim()
  if (plain.length <= longest) return plain
  // A character of two units is not cut in its middle.
  return plain.slice(0, longest).replace(/\p{Cs}$/u, '')
}
