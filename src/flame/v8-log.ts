/**
 * V8's own log of the code that it made (`--log-code --log-source-code`): which function is at
 * which address, by which compiler, with what inlined. It costs nothing once a server is warm. perf
 * could get names from `--perf-basic-prof`, but that leaves a file in /tmp and does not know
 * inlined functions.
 */

/** A function as V8 names it, and the compiler that made its code. */
export interface NamedCode {
  /** `next file:///checkout/stages/stage1/parser.ts:12:7`, or the name of a builtin. */
  text: string
  /** `undefined` if it is not JavaScript: a builtin, a bytecode handler, a regular expression. */
  tier: string | undefined
  /** The line that the address belongs to, from 1; undefined in the interpreter, and in Node's scripts. */
  at?: number
}

interface Code {
  /** Number in the order in which code was made or moved: of two that overlap, the earlier one is gone. */
  order: number
  /** When it was made, in µs since the log began. */
  since: number
  start: number
  size: number
  text: string
  tier: string | undefined
  inline?: { tables: InlineTables; functions: string[] }
}

const tiers: Record<string, string> = {
  '~': 'interpreter',
  '^': 'sparkplug',
  '+': 'maglev',
  '*': 'turbofan',
}

/** The compiler that a mark of V8's stands for: `*`, `o*` (on-stack replacement), `+'` (made concurrently). */
export function tierOf(mark: string): string {
  return tiers[/[~^+*]/.exec(mark)?.[0] ?? '~']!
}

/** Codes are looked up by the pages of memory that they are in, of so many bytes. */
const PAGE = 4096

/** Limits for a damaged log: V8 never has so many pages of code, or so much in one. */
const MOST_PAGES = 5_000_000
const MOST_IN_PAGE = 1000

/** The two clocks that say when code was made and when a sample was taken agree to so many µs. */
const CLOCKS = 5000

/** A place in a script; line and column from 1. */
export interface Place {
  url: string
  line: number
  column: number
  /** What the function that begins here is called. */
  name?: string | undefined
}

/** Where a place comes from, by the script's `sourceMappingURL`, if it has one; see `source-maps.ts`. */
export type Locate = (place: Place, comment?: string) => Place | undefined

/** What the last `sourceMappingURL` of a script names. */
export function commentOf(source: string): string | undefined {
  const at = source.lastIndexOf('sourceMappingURL=')
  return at < 0 ? undefined : /^\S+/.exec(source.slice(at + 'sourceMappingURL='.length))?.[0]
}

/** The code of one process, by address. */
export class CodeMap {
  readonly #locate: Locate
  /** The latest code at an address. */
  readonly #codes = new Map<number, Code>()
  readonly #pages = new Map<number, Code[]>()
  #filled = 0
  /** V8 names copied functions by the address of their shared part. */
  readonly #functions = new Map<string, string>()
  /** Where each line of a script begins, by the URL of the script. */
  readonly #scripts = new Map<string, { starts: number[]; comment: string | undefined }>()
  /** Names of functions with the place in the source, by the name that V8 gives them. */
  readonly #inSource = new Map<string, string>()
  #count = 0

  /** @param locate finds the source of generated code; none if it is left out */
  constructor(locate: Locate = () => undefined) {
    this.#locate = locate
  }

  /** Takes one line of the log; a line that is not about code is passed over. */
  line(line: string): void {
    if (line.startsWith('code-creation,')) this.#creation(line)
    else if (line.startsWith('code-source-info,')) this.#source(line.split(','))
    else if (line.startsWith('script-source,')) this.#script(line)
    else if (line.startsWith('code-move,')) this.#move(line.split(','))
    else if (line.startsWith('sfi-move,')) this.#moveFunction(line.split(','))
  }

  // code-creation,<type>,<kind>,<µs>,<address>,<size>,<name>[,<function>,<tier>]
  // The name may hold commas: V8 does not escape those of a function's own name.
  #creation(line: string): void {
    const match =
      /^code-creation,([^,]*),[^,]*,([^,]*),([^,]*),([^,]*),(.*?)(?:,(0x[\da-f]+),([~^+*o']*))?$/.exec(
        line,
      )
    if (match === null) return
    const [, type, since, address, size, name, shared, mark] = match
    const text = unescaped(name!)
    const isFunction = shared !== undefined
    const code: Code = {
      order: this.#count++,
      since: Number(since),
      start: Number(address),
      size: Number(size),
      text: type === 'RegExp' ? `RegExp ${text}` : text,
      tier: isFunction && type !== 'Builtin' ? tierOf(mark ?? '') : undefined,
    }
    this.#add(code)
    if (isFunction) this.#functions.set(shared, text)
  }

  // code-source-info,<address>,<script>,<start>,<end>,<positions>,<inlinings>,<functions>
  #source(fields: string[]): void {
    const [, address, , , , positions, inlined, functions] = fields
    const code = this.#codes.get(Number(address))
    if (code === undefined || !positions) return
    // Node's own scripts are not listed line by line.
    if (!inlined && !/(?:^| )(?:file:|\/)/.test(code.text)) return
    code.inline = {
      tables: parseInlineTables(positions, inlined ?? ''),
      functions: (functions ?? '')
        .split('S')
        .slice(1)
        .map((at) => this.#functions.get(at) ?? ''),
    }
  }

  // script-source,<script>,<URL>,<source>
  #script(line: string): void {
    const match = /^script-source,[^,]*,((?:file:|\/)[^,]*),(.*)$/s.exec(line)
    if (match === null) return
    const source = match[2]!.replace(escapes, (whole, byte, unit) => character(whole, byte, unit))
    const starts = [0]
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
      starts.push(at + 1)
    }
    this.#scripts.set(unescaped(match[1]!), { starts, comment: commentOf(source) })
  }

  /** The line, from 1, of a position in the script of a function. */
  #lineOf(text: string, position: number): number | undefined {
    const url = placeInText.exec(text)?.[1]
    const script = url === undefined ? undefined : this.#scripts.get(url)
    if (url === undefined || script === undefined) return undefined
    const line = lastUpTo(script.starts, position) + 1
    const column = position - script.starts[line - 1]! + 1
    return this.#locate({ url, line, column }, script.comment)?.line ?? line
  }

  /** The name of a function, with its place in the source if its script has a source map. */
  #nameOf(text: string): string {
    const known = this.#inSource.get(text)
    if (known !== undefined) return known
    const [whole, url, line, column] = placeInText.exec(text) ?? []
    const called = whole === undefined ? text : text.slice(0, -whole.length)
    const place =
      url === undefined
        ? undefined
        : { url, line: Number(line), column: Number(column), name: called.trimEnd() }
    const source = place && this.#locate(place, this.#scripts.get(place.url)?.comment)
    const inFront = source?.name === undefined ? called : `${source.name} `
    const name =
      source === undefined ? text : `${inFront}${source.url}:${source.line}:${source.column}`
    this.#inSource.set(text, name)
    return name
  }

  #move(fields: string[]): void {
    const code = this.#codes.get(Number(fields[1]))
    if (code === undefined) return
    // The log does not say when: until other code lies there, the old place is this code's too.
    this.#add({ ...code, start: Number(fields[2]), order: this.#count++ })
  }

  #add(code: Code): void {
    this.#codes.set(code.start, code)
    const last = Math.floor((code.start + code.size - 1) / PAGE)
    const first = Math.floor(code.start / PAGE)
    // `<` is false for NaN too.
    if (!(last - first < MOST_PAGES - this.#filled)) return
    this.#filled += last - first + 1
    for (let page = first; page <= last; page++) {
      const codes = this.#pages.get(page)
      if (codes === undefined) this.#pages.set(page, [code])
      else if (codes.push(code) > MOST_IN_PAGE) codes.shift()
    }
  }

  /**
   * The code at an address at a time. V8 does not log what it frees; but later code at the same
   * address shows it. Without a time it is the latest.
   */
  #codeAt(address: number, time: number): Code | undefined {
    const codes = this.#pages.get(Math.floor(address / PAGE)) ?? []
    const around = codes.filter(({ start, size }) => start <= address && address < start + size)
    return around.findLast(({ since }) => since <= time + CLOCKS) ?? around[0]
  }

  #moveFunction(fields: string[]): void {
    const [, from, to] = fields
    const text = this.#functions.get(from ?? '')
    if (text !== undefined && to !== undefined) this.#functions.set(to, text)
  }

  /**
   * The functions at an address, outermost first: more than one if some were copied into
   * another. Empty if V8 made no code there. For a return address pass the byte before it: the
   * call is what belongs to the function, and it may have been its last instruction.
   * @param time of the sample, in µs since the log began: V8 frees code and puts other code there
   */
  at(address: number, time = Number.POSITIVE_INFINITY): NamedCode[] {
    const code = this.#codeAt(address, time)
    if (code === undefined) return []
    const frames: NamedCode[] = []
    const add = (text: string | undefined, position: number | undefined) => {
      if (!text) return
      const at = position === undefined ? undefined : this.#lineOf(text, position)
      frames.push({
        text: this.#nameOf(text),
        tier: code.tier,
        ...(at === undefined ? {} : { at }),
      })
    }
    if (code.inline === undefined) add(code.text, undefined)
    else {
      const { tables, functions } = code.inline
      for (const { index, position } of inlinedAt(tables, address - code.start)) {
        add(index < 0 ? code.text : functions[index], position)
      }
    }
    return frames
  }
}

/** The end of a function's name: script, line and column. */
const placeInText = /((?:file:|\/)\S.*?):(\d+):(\d+)$/

const escapes = /\\x([0-9A-Fa-f]{2})|\\u([0-9A-Fa-f]{4})|\\[n\\]/g

function character(whole: string, byte: string | undefined, unit: string | undefined): string {
  if (whole === '\\n') return '\n'
  return whole === '\\\\' ? '\\' : String.fromCharCode(Number.parseInt((byte ?? unit)!, 16))
}

/** A name, with line breaks as blanks. */
function unescaped(text: string): string {
  return text.replace(escapes, (whole, byte, unit) =>
    whole === '\\n' ? ' ' : character(whole, byte, unit),
  )
}

/**
 * Which functions an address of optimized code belongs to. TurboFan and Maglev copy small functions
 * into their callers: the machine's stack then shows `onStreamRead` alone while the processor is in
 * `next` of `parser.ts`, and a stage's parser vanishes from its own flame graph. V8 writes down
 * what it did (`--log-source-code`), as text, in two tables:
 *
 * - positions, `C26O14633C44O14659I2…`: from byte 26 of the code on, source position 14633; from
 *   byte 44, position 14659 of inlining no. 2;
 * - inlinings, `F0O4580F1O6012I0…`: no. 0 is function 0 of the list of functions, called at
 *   position 4580 of the outer function; no. 1 is function 1, called at 6012 of inlining no. 0.
 *
 * The format is that of V8's own tools (`tools/profile.mjs` in V8's source).
 */
interface InlineTables {
  /** Where each stretch of code begins, in bytes from the start of the code, ascending. */
  offsets: number[]
  /** The inlining that the stretch belongs to, -1 for the outer function itself. */
  owners: number[]
  /** Its position in the source of the function, in characters. */
  positions: number[]
  /** By inlining: index into the list of functions. */
  functions: number[]
  /** By inlining: the inlining that it was copied into, -1 for the outer function. */
  parents: number[]
  /** By inlining: the position of the call in the source of what it was copied into. */
  calls: number[]
}

export function parseInlineTables(positions: string, inlined: string): InlineTables {
  const tables: InlineTables = {
    ...{ offsets: [], owners: [], positions: [] },
    ...{ functions: [], parents: [], calls: [] },
  }
  for (const match of positions.matchAll(/C(\d+)O(\d+)(?:I(\d+))?/g)) {
    tables.offsets.push(Number(match[1]))
    tables.positions.push(Number(match[2]))
    tables.owners.push(match[3] === undefined ? -1 : Number(match[3]))
  }
  for (const match of inlined.matchAll(/F(\d+)O(\d+)(?:I(\d+))?/g)) {
    tables.functions.push(Number(match[1]))
    tables.calls.push(Number(match[2]))
    tables.parents.push(match[3] === undefined ? -1 : Number(match[3]))
  }
  return tables
}

/** A function that an address belongs to, as an index into the list of functions, and where in it. */
interface InlinedPlace {
  /** -1 for the outer function itself. */
  index: number
  /** In the source of the function, in characters; undefined if it is not known. */
  position: number | undefined
}

/** The functions around byte `offset` of the code, the outer function first. */
export function inlinedAt(tables: InlineTables, offset: number): InlinedPlace[] {
  const found = lastUpTo(tables.offsets, offset)
  const chain: InlinedPlace[] = []
  let position = tables.positions[found]
  let inlining = found < 0 ? -1 : tables.owners[found]!
  while (inlining >= 0 && chain.length < 64) {
    const index = tables.functions[inlining]
    if (index === undefined) break
    chain.unshift({ index, position })
    position = tables.calls[inlining]
    inlining = tables.parents[inlining] ?? -1
  }
  return [{ index: -1, position }, ...chain]
}

/** Index of the last of ascending numbers that is not above `value`, or -1. */
function lastUpTo(ascending: readonly number[], value: number): number {
  let low = 0
  let high = ascending.length - 1
  let found = -1
  while (low <= high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! <= value) {
      found = middle
      low = middle + 1
    } else high = middle - 1
  }
  return found
}
