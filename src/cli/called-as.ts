/**
 * Names commands as the reader must type them: in a project of their own, where the lab is linked,
 * `npm run flame --` is `npx profiling-lab flame`.
 */
export function asCalled(text: string, calledAs = process.env.LAB_CALLED_AS): string {
  if (calledAs === undefined) return text
  return text.replace(/npm run ([\w:]+)( --(?= ))?/g, `${calledAs} $1`)
}

/** A word quoted for a shell. */
export function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
