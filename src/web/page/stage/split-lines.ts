/** HTML with colours, cut into lines. */

/**
 * Highlighted HTML in lines: a colour that goes over the end of a line, as that of a comment does,
 * ends there and begins anew in the next.
 */
export function splitLines(html: string): string[] {
  const open: string[] = []
  return html.split('\n').map((line) => {
    const before = open.join('')
    for (const [tag] of line.matchAll(/<span[^>]*>|<\/span>/g)) {
      if (tag === '</span>') open.pop()
      else open.push(tag)
    }
    return before + line + '</span>'.repeat(open.length)
  })
}
