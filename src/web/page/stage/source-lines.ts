/** Lines of a file, as an address names them. */

/** What the element is called of the lines that the address asks for. */
export const markedLines = 'marked-lines'

/** `reader.ts:31-42`, or undefined if it is nothing of the kind. */
export function readLines(
  text: string | null,
): { file: string; from: number; to: number } | undefined {
  const found = /^([\w-]+\.ts):(\d{1,6})-(\d{1,6})$/.exec(text ?? '')
  if (found === null) return undefined
  return { file: found[1]!, from: Number(found[2]), to: Number(found[3]) }
}
