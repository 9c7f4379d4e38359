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

/** The file in `data/` of an exported page that answers a path. */
export function exportFile(path: string): string {
  const name = decodeURIComponent(path.replace(/^\/api\//, ''))
  return `${name.replace(/[^\w]+/g, '-')}.js`
}

/**
 * Where an exported page has the explanation of a frame: the path that answers all frames of its
 * stage, and the key in that answer. Undefined for the path of anything else.
 */
export function exportedFrame(asked: string): { all: string; key: string } | undefined {
  const found = /^\/api\/explain\?(.*)&stage=(\w+)$/.exec(asked)
  if (found === null) return undefined
  return { all: path(['explain'], { stage: found[2] }), key: found[1]! }
}
