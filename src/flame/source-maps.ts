/**
 * Where a place in generated JavaScript comes from: a program that was built with source maps, or is
 * loaded by tsx, is shown by the lines of its source. A map is in the script itself, or beside it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Inspector } from './inspector.ts'
import { commentOf, type Place } from './v8-log.ts'
import type { CallFrame, CpuProfile, HeapNode, HeapProfile } from './v8-profiles.ts'

interface Known {
  map: SourceMap
  /** What the sources in it are relative to. */
  base: string
  /** The lines of the script; undefined if a loader has made them. */
  lines?: readonly string[]
}

/** A column after the end of every line. */
const LINE_END = 0x7fffffff

export class SourceMaps {
  /** By the URL of the script; undefined: it has none. */
  readonly #known = new Map<string, Known | undefined>()

  /** Takes a map that is known already, of what a loader has made. */
  add(url: string, payload: SourceMapPayload): void {
    this.#known.set(url, { map: new SourceMap(payload), base: url })
  }

  /**
   * The place in the source, and the name of the function there if it is known, as that of minified
   * code is; undefined if the script has no map. Never throws.
   * @param comment of the script as it ran, `sourceMappingURL`; looked for in the file if left out
   */
  locate(place: Place, comment?: string): Place | undefined {
    const { url, line, column } = place
    if (!isOwnScript(url)) return undefined
    if (!this.#known.has(url)) this.#known.set(url, read(url, comment))
    const known = this.#known.get(url)
    if (known === undefined) return undefined
    const entry = known.map.findEntry(line - 1, column - 1)
    if (!('originalSource' in entry)) return undefined
    const { originalSource, originalLine, originalColumn } = entry
    const source = URL.canParse(originalSource, known.base)
      ? new URL(originalSource, known.base).href
      : originalSource
    const name = nameInSource(known, place)
    return { url: source, line: originalLine + 1, column: originalColumn + 1, name }
  }

  /** The line of the source that a whole line of a script comes from; undefined if it is several. */
  lineOf(url: string, line: number): number | undefined {
    const first = this.locate({ url, line, column: 1 })
    const last = this.locate({ url, line, column: LINE_END })
    return first?.line === last?.line ? last?.line : undefined
  }
}

/** Characters before a function in which its name is looked for. */
const NAME_BEFORE = 200

/**
 * V8 reports where the parameters of a function begin: its name comes before them, in a declaration,
 * an assignment or a property.
 */
function nameInSource({ map, lines }: Known, { line, column, name }: Place): string | undefined {
  if (lines === undefined || name === undefined || !/^[\w$]+$/.test(name)) return undefined
  const from = Math.max(0, column - 1 - NAME_BEFORE)
  const before = lines[line - 1]?.slice(from, column - 1) ?? ''
  const declared = new RegExp(
    `(?<![\\w$])${name.replaceAll('$', '\\$')}\\s*[=:]?\\s*(?:async\\b\\s*)?(?:function\\b\\s*)?\\*?\\s*$`,
  )
  const at = declared.exec(before)?.index
  if (at === undefined) return undefined
  // Node's types leave out the name.
  const entry: { generatedColumn?: number; name?: string } = map.findEntry(line - 1, from + at)
  return entry.generatedColumn === from + at ? entry.name : undefined
}

/** Of a package, the lines of what is installed say more than those of what it was made from. */
function isOwnScript(url: string): boolean {
  return /^(file:|\/)/.test(url) && !url.includes('/node_modules/')
}

function read(url: string, comment: string | undefined): Known | undefined {
  try {
    const script = url.startsWith('/') ? pathToFileURL(url).href : url
    const text = existsSync(fileURLToPath(script)) ? textOf(script) : ''
    const own = commentOf(text)
    const found = comment ?? own
    if (found === undefined) return undefined
    const lines = found === own ? { lines: text.split('\n') } : {}
    const data = /^data:[^,]*?(;base64)?,(.*)$/s.exec(found)
    if (data !== null) {
      const json = data[1]
        ? Buffer.from(data[2]!, 'base64').toString()
        : decodeURIComponent(data[2]!)
      return { map: new SourceMap(JSON.parse(json)), base: script, ...lines }
    }
    const base = new URL(found, script).href
    return { map: new SourceMap(JSON.parse(textOf(base))), base, ...lines }
  } catch {
    return undefined // the map is not there, or is none
  }
}

function textOf(url: string): string {
  return readFileSync(fileURLToPath(url), 'utf8')
}

/** Asks a process for the maps that its loader made, as tsx does: they are in no file. */
export async function mapsOf(
  inspector: Inspector,
  profile: CpuProfile | HeapProfile,
): Promise<SourceMaps> {
  const maps = new SourceMaps()
  const urls = new Set([...callFrames(profile)].map(({ url }) => url))
  const own = [...urls].filter(isOwnScript)
  const found = (await inspector
    .evaluate(
      `(() => {
        const { findSourceMap } = process.getBuiltinModule('node:module')
        const { fileURLToPath } = process.getBuiltinModule('node:url')
        const path = (url) => url.startsWith('file:') ? fileURLToPath(url) : url
        return ${JSON.stringify(own)}.map((url) =>
          (findSourceMap(url) ?? findSourceMap(path(url)))?.payload ?? null)
      })()`,
    )
    .catch(() => [])) as (SourceMapPayload | null)[]
  for (const [at, payload] of found.entries()) if (payload !== null) maps.add(own[at]!, payload)
  return maps
}

/** Changes a profile so that its places are those of the source. */
export function inSource<P extends CpuProfile | HeapProfile>(profile: P, maps: SourceMaps): P {
  if ('nodes' in profile) {
    for (const node of profile.nodes) {
      const { url } = node.callFrame
      if (!toSource(node.callFrame, maps) || node.positionTicks === undefined) continue
      node.positionTicks = node.positionTicks.flatMap(({ line, ticks }) => {
        const source = maps.lineOf(url, line)
        return source === undefined ? [] : [{ line: source, ticks }]
      })
    }
    return profile
  }
  for (const callFrame of callFrames(profile)) toSource(callFrame, maps)
  return profile
}

function toSource(callFrame: CallFrame, maps: SourceMaps): boolean {
  const { url, lineNumber, columnNumber, functionName: name } = callFrame
  const place = maps.locate({ url, line: lineNumber + 1, column: columnNumber + 1, name })
  if (place === undefined) return false
  if (place.name !== undefined) callFrame.functionName = place.name
  callFrame.url = place.url
  callFrame.lineNumber = place.line - 1
  callFrame.columnNumber = place.column - 1
  return true
}

function* callFrames(profile: CpuProfile | HeapProfile): Generator<CallFrame> {
  if ('nodes' in profile) {
    for (const { callFrame } of profile.nodes) yield callFrame
    return
  }
  const waiting: HeapNode[] = [profile.head]
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    yield node.callFrame
    waiting.push(...node.children)
  }
}
