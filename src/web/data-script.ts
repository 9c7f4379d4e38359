/** Data as a script of the exported page. */

/**
 * A script that calls `labData` with a path and the data that answers it. What occurs in it several
 * times, a text or a whole object, is in the script once: nearly all frames of a profile are in a few
 * files, and what they do is told in the same words.
 */
export function dataScript(path: string, data: unknown): string {
  const uses = new Map<string, number>()
  count(data, uses)
  const shared: string[] = []
  const places = new Map<string, string>()
  const written = (value: unknown): string => {
    const text = JSON.stringify(value)
    if (text.length < SHORTEST) return text
    const place = places.get(text)
    if (place !== undefined) return place
    const whole = !isObject(value)
      ? text
      : Array.isArray(value)
        ? `[${value.map((one) => written(one ?? null)).join()}]`
        : `{${fieldsOf(value).map(([name, one]) => `${JSON.stringify(name)}:${written(one)}`)}}`
    if (uses.get(text)! < 2) return whole
    const name = `s[${shared.length}]`
    places.set(text, name)
    shared.push(`${name}=${whole}`)
    return name
  }
  const call = `labData(${JSON.stringify(path)},${written(data)})\n`
  return shared.length === 0 ? call : `{const s=[]\n${shared.join('\n')}\n${call}}\n`
}

/** A shorter JSON text is not worth a place. */
const SHORTEST = 20

/** How often each value occurs; what is in one that occurred before is not counted again. */
function count(value: unknown, uses: Map<string, number>): void {
  const text = JSON.stringify(value)
  if (text.length < SHORTEST) return
  const before = uses.get(text) ?? 0
  uses.set(text, before + 1)
  if (before === 0 && isObject(value)) {
    for (const [, one] of fieldsOf(value)) count(one, uses)
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** The fields that JSON has. */
function fieldsOf(value: object): [name: string, value: unknown][] {
  return Object.entries(value).filter(([, one]) => one !== undefined)
}
