/** Data as a script of the exported page. */

/**
 * A script that calls `labData` with a path and the data that answers it. What occurs in it several
 * times is in the script once, a text or a whole object: nearly all frames of a profile are in a few
 * files, and have the same descriptions. So are the field names of objects that occur often: frames,
 * rounds of a comparison.
 */
export function dataScript(path: string, data: unknown): string {
  const { values, shapes } = countUses(data)
  const lines: string[] = []
  const places = new Map<string, string>()
  const placed = (text: string, array: string, whole: string): string => {
    const name = `${array}[${places.size}]`
    places.set(text, name)
    lines.push(`${name}=${whole}`)
    return name
  }
  const objectText = (fields: Field[]): string => {
    const texts = fields.map(([, value]) => written(value))
    const shape = namesOf(fields)
    if ((shapes.get(shape) ?? 0) < MANY) {
      return `{${fields.map(([name], at) => `${JSON.stringify(name)}:${texts[at]}`)}}`
    }
    const make = places.get(shape) ?? placed(shape, 'f', maker(fields))
    return `${make}(${texts})`
  }
  const written = (value: unknown): string => {
    const text = JSON.stringify(value)
    const place = places.get(text)
    if (place !== undefined) return place
    const whole = !isObject(value)
      ? text
      : Array.isArray(value)
        ? `[${value.map((one) => written(one ?? null))}]`
        : objectText(fieldsOf(value))
    const isShared = text.length >= SHORTEST && values.get(text)! > 1
    return isShared ? placed(text, 's', whole) : whole
  }
  const call = `labData(${JSON.stringify(path)},${written(data)})\n`
  return lines.length === 0 ? call : `{const s=[],f=[]\n${lines.join('\n')}\n${call}}\n`
}

type Field = [name: string, value: unknown]

/** Shorter JSON is repeated. */
const SHORTEST = 20
/** From so many objects with the same fields on, a function makes them. */
const MANY = 5

/** How often each value occurs, by its JSON, and each list of fields; within equal values once. */
function countUses(data: unknown): { values: Map<string, number>; shapes: Map<string, number> } {
  const values = new Map<string, number>()
  const shapes = new Map<string, number>()
  const visit = (value: unknown) => {
    if (!isObject(value) && JSON.stringify(value).length < SHORTEST) return
    const text = JSON.stringify(value)
    const before = values.get(text) ?? 0
    values.set(text, before + 1)
    if (!isObject(value) || (before > 0 && text.length >= SHORTEST)) return
    const fields = fieldsOf(value)
    if (!Array.isArray(value)) {
      const shape = namesOf(fields)
      shapes.set(shape, (shapes.get(shape) ?? 0) + 1)
    }
    for (const [, one] of fields) visit(one)
  }
  visit(data)
  return { values, shapes }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** The fields that JSON has. */
function fieldsOf(value: object): Field[] {
  return Object.entries(value).filter(([, one]) => one !== undefined)
}

/** It begins with a line end, as no JSON text does: it is never taken for a value. */
function namesOf(fields: readonly Field[]): string {
  return fields.map(([name]) => `\n${name}`).join('')
}

/** `(a0,a1)=>({"name":a0,"self":a1})` */
function maker(fields: readonly Field[]): string {
  const names = fields.map((_, at) => `a${at}`)
  const parts = fields.map(([name], at) => `${JSON.stringify(name)}:a${at}`)
  return `(${names})=>({${parts}})`
}
