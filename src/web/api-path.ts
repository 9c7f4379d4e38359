/** The paths that the page asks for, and the files that answer them in an exported page. */

/** The path of a question to the server; names are escaped. */
export function path(
  parts: readonly string[],
  query: Record<string, string | undefined> = {},
): string {
  const words = Object.entries(query).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  )
  const search = words.length === 0 ? '' : `?${new URLSearchParams(words)}`
  return `/api/${parts.map((part) => part.split('/').map(encodeURIComponent).join('/')).join('/')}${search}`
}

/** The file in `data/` of an exported page that answers a path: one for all frames of a stage. */
export function exportFile(path: string): string {
  const frame = /^\/api\/explain\?.*\bstage=(\w+)/.exec(path)
  if (frame !== null) return `explain-${frame[1]}.js`
  const name = decodeURIComponent(path.replace(/^\/api\//, ''))
  return `${name.replace(/[^\w]+/g, '-')}.js`
}
