/**
 * What a program that crashed said of it, in one line. Node prints the line of source, a marker, the
 * error, its stack and its own version; a person who only wants to go on needs the error and where.
 * @returns undefined if it said nothing; anything that is not a crash of Node's is left as it is
 */
export function crashSummary(errorOutput: string): string | undefined {
  const text = errorOutput.replace(inspector, '').trim()
  if (text === '') return undefined
  const lines = text.split('\n')
  const error = lines.find((line) => /^(?:Uncaught )?\w*(?:Error|Exception)\b.*:/.test(line))
  if (error === undefined || !/^Node\.js v\d/m.test(text)) return text
  const place = lines.map(placeIn).find((found) => found !== undefined)
  return place === undefined ? error : `${error} (${place})`
}

/** What Node says of its inspector when all is well. */
const inspector =
  /^(?:Debugger (?:listening|attached|ending)|For help, see: https:|Waiting for the deb).*$\n?/gm

/** A place in the lab's own sources, `stages/stage1/parser.ts:12`. */
function placeIn(line: string): string | undefined {
  return /((?:stages|src|mine)\/[\w./-]+\.ts:\d+)/.exec(line)?.[1]
}
