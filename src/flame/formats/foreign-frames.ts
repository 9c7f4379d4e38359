/**
 * Frames as other tools write them, and back. Their formats know a name, a file and a line; what the
 * lab knows beyond that, the kind of a frame, stands in the file's place in square brackets:
 * `uv__io_poll [libuv]`. A file that the lab has saved is read again as the same frames.
 */
import { jsFrame, kernelFrame, nativeFrame, scriptFrame } from '../frames.ts'
import type { Frame, FrameKind } from '../tree.ts'
import { specialFrames } from '../v8-profiles.ts'

/** A frame in the words of another tool. */
export interface ForeignFrame {
  name: string
  /** A script, or a part of the process in square brackets. */
  file?: string
  line?: number
}

/** What stands in the brackets for a kind; native code has the name of its part, as `libc` and `libc gc`. */
const parts: [FrameKind, string][] = [
  ['kernel', 'kernel'],
  ['builtin', 'v8 builtin'],
  ['unseen', 'not seen'],
  ['unknown', 'unknown'],
]

/** The frame as it is saved. */
export function toForeign(frame: Pick<Frame, 'name' | 'kind' | 'file' | 'line'>): ForeignFrame {
  const { name, kind, file, line } = frame
  if (kind === 'js') return { name, ...(file && { file }), ...(line !== undefined && { line }) }
  for (const [word, { name: known, kind: its }] of specialFrames) {
    if (known === name && its === kind) return { name: word }
  }
  const own = kind === 'gc' ? `${file ?? 'v8'} gc` : (file ?? 'native')
  const part = parts.find(([its]) => its === kind)?.[1] ?? own
  return { name, file: `[${part}]` }
}

/** How a reader of foreign frames looks at them. */
export interface ForeignReading {
  /** Shortens a path. */
  place: (path: string) => string
  /** What a name without a file is: a function of the program, or one of V8's builtins. */
  nameless: 'program' | 'builtin'
}

/** A frame of another tool's. Its kind is guessed from name and file if the file does not say. */
export function fromForeign({ name, file, line }: ForeignFrame, reading: ForeignReading): Frame {
  if (file === undefined || file === '') return namelessFrame(name, reading)
  const part = /^\[(.+)\]$/.exec(file)?.[1]
  if (part !== undefined) return frameOfPart(name, part)
  if (isScript(file)) return scriptFrame(name, file, line ?? 0, reading.place)
  const frame: Frame = { name: name || '(anonymous)', kind: 'native', file: reading.place(file) }
  if (line !== undefined && line > 0) frame.line = line
  return frame
}

function frameOfPart(name: string, part: string): Frame {
  const collector = /^(.+) gc$/.exec(part)?.[1]
  if (collector !== undefined) return { name, kind: 'gc', file: collector }
  const kind = parts.find(([, its]) => its === part)?.[0]
  if (kind === 'unseen' || kind === 'unknown') return { name, kind }
  if (kind !== undefined) return { name, kind, file: kind === 'kernel' ? 'kernel' : 'v8' }
  return part === 'native' ? { name, kind: 'native' } : { name, kind: 'native', file: part }
}

const scriptEndings = /\.(?:[cm]?[jt]sx?|vue|svelte|html?)(?:\?.*)?$/

function isScript(file: string): boolean {
  return (
    /^(?:node|file|https?|webpack|evalmachine|internal)[:./]/.test(file) || scriptEndings.test(file)
  )
}

/** A module without a name is no file. */
function withoutModule({ file, ...frame }: Frame): Frame {
  return file === undefined || file === '' ? frame : { ...frame, file }
}

function namelessFrame(name: string, { place, nameless }: ForeignReading): Frame {
  const special = specialFrames.get(name)
  if (special !== undefined) return special
  const v8 = v8Frame(name, place)
  if (v8 !== undefined) return v8
  if (/^Builtins_|^(?:v8|node|std|cppgc|uv)::|^_|^uv_|::/.test(name)) {
    return withoutModule(nativeFrame(name, ''))
  }
  if (nameless === 'builtin') return { name: name || '(anonymous)', kind: 'builtin', file: 'v8' }
  return { name: name || '(anonymous)', kind: 'js' }
}

const tiers: ReadonlyMap<string, string> = new Map([
  ['~', 'interpreter'],
  ['^', 'sparkplug'],
  ['+', 'maglev'],
  ['*', 'turbofan'],
])

/**
 * V8's own spelling, as in the maps that it writes for perf: `JS:*fib file:///srv/app.js:2:13`,
 * `LazyCompile:~next /srv/app.js:12`, `Builtin:ArrayMap`. Undefined if it is none of them.
 */
export function v8Frame(text: string, place: (path: string) => string): Frame | undefined {
  const match =
    /^(JS|LazyCompile|Function|Script|Eval|Callback|Builtin|BytecodeHandler|Stub|Handler|RegExp):(o?[~^+*]?'?)(.*)$/s.exec(
      text,
    )
  if (match === null) return undefined
  const [, type, mark, rest] = match as unknown as [string, string, string, string]
  if (type === 'RegExp') return { name: `RegExp ${rest}`, kind: 'builtin', file: 'v8' }
  if (!/^(?:JS|LazyCompile|Function|Script|Eval)$/.test(type)) {
    return { name: rest, kind: 'builtin', file: 'v8' }
  }
  const tier = tiers.get(mark.replace(/^o|'$/g, ''))
  const frame = jsFrame(rest, tier, place)
  if (frame.file !== undefined) return frame
  // A script without a scheme, as Node named its own before 12: `emit events.js:123`.
  const old = splitLocation(rest)
  if (old === undefined) return frame
  const named = scriptFrame(old.name, ofToday(old.file), old.line, place)
  return tier === undefined ? named : { ...named, tier }
}

/** Scripts of Node itself had no scheme before Node 12: `events.js` is `node:events`. */
export function ofToday(script: string): string {
  const own =
    /^(internal\/[\w/]+|_(?:stream|http|tls)_\w+|bootstrap_node|buffer|events|net|node|timers)\.js$/
  return script.replace(own, 'node:$1')
}

/** `emit events.js:123:7` in its parts; undefined if there is no location at the end. */
export function splitLocation(
  text: string,
): { name: string; file: string; line: number } | undefined {
  const at = text.lastIndexOf(' ')
  const match = /^(.+?):(\d{1,9})(?::\d{1,9})?$/.exec(text.slice(at + 1))
  if (match === null) return undefined
  return { name: text.slice(0, Math.max(0, at)).trim(), file: match[1]!, line: Number(match[2]) }
}

/** A symbol that perf has found, in `module`. */
export function perfFrame(
  { symbol, module, kernel }: { symbol: string; module: string; kernel: boolean },
  place: (path: string) => string,
): Frame {
  if (kernel) return kernelFrame(symbol)
  const v8 = v8Frame(symbol, place)
  if (v8 !== undefined) return v8
  if (symbol !== '[unknown]') {
    return withoutModule(nativeFrame(symbol, module === 'inlined' ? '' : module))
  }
  if (module === '' || module.startsWith('[unknown') || /\/perf-\d+\.map$/.test(module)) {
    return { name: '(unknown)', kind: 'unknown' }
  }
  const { file = 'native' } = nativeFrame(symbol, module)
  return { name: `(in ${file})`, kind: 'native', file }
}
