/** Names of frames, as perf and V8 spell them, to names that a person can read. Needs no Node: the lab page reads profiles too. */
import type { Frame } from './tree.ts'

/**
 * V8's name of a function, `next file:///checkout/stages/stage1/parser.ts:12:7`, as a frame. A name
 * without a place (`wasm-function[12]`) stays as it is.
 */
export function jsFrame(
  text: string,
  tier: string | undefined,
  place: (path: string) => string,
): Frame {
  const match = /^(.*?) ?((?:file:|node:|\/|[A-Za-z]:[\\/]).*?):(\d+)(?::\d+)?$/.exec(text)
  const frame: Frame = match
    ? scriptFrame(match[1]!.trim(), match[2]!, Number(match[3]), place)
    : { name: text.trim() || '(anonymous)', kind: 'js' }
  if (tier !== undefined) frame.tier = tier
  return frame
}

/** The frame of a function of JavaScript by its name, which may be empty, its script and its line from 1. */
export function scriptFrame(
  name: string,
  script: string,
  line: number,
  place: (path: string) => string,
): Frame {
  const known = name || (line === 1 ? '(module)' : '(anonymous)')
  const frame: Frame = { name: known, kind: 'js', file: place(script) }
  if (line > 0) frame.line = line
  return frame
}

/** The frame of a symbol of machine code in `module`, the path of an executable or a library. */
export function nativeFrame(symbol: string, module: string): Frame {
  const builtin = /^Builtins_(.*)$/.exec(symbol)
  if (builtin) return { name: builtin[1]!, kind: 'builtin', file: 'v8' }
  const name = shorten(symbol)
  return { name, kind: 'native', file: partOf(name, fileNameOf(module)) }
}

/** The frame of a kernel function. */
export function kernelFrame(symbol: string): Frame {
  const name =
    symbol === '[unknown]' ? '(kernel)' : symbol.replace(/\.(isra|part|constprop|cold)\.?\d*/g, '')
  return { name, kind: 'kernel', file: 'kernel' }
}

function partOf(name: string, module: string): string {
  if (/^uv_/.test(name)) return 'libuv'
  if (/^v8::|^cppgc::|^heap::/.test(name)) return 'v8'
  if (/^node::/.test(name)) return 'node'
  if (module === 'native' && /^__/.test(name)) return 'libc'
  if (/^libc[.-]|^ld-|^libpthread|^libsystem/.test(module)) return 'libc'
  if (/^\[vdso\]$/.test(module)) return 'vdso'
  return module.replace(/\.so[.\d]*$/, '')
}

/**
 * `non-virtual thunk to node::LibuvStreamWrap::DoTryWrite(uv_buf_t**, unsigned long*)` becomes
 * `node::LibuvStreamWrap::DoTryWrite`: template arguments, parameters and anonymous namespaces make
 * a name ten times as long and no clearer. One pass, since such names can be kilobytes.
 */
export function shorten(symbol: string): string {
  const text = symbol
    .replace(/^(non-virtual|virtual) thunk to /, '')
    .replaceAll('(anonymous namespace)::', '')
    .replace(/@+GLIBC\w*[.\d]*$/, '')
    .replace(/ \[clone [^\]]*\]/g, '')
  let out = ''
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    // The brackets of `operator<`, `operator->` and `operator()` are part of the name.
    const operator = depth === 0 && /\boperator$/.test(out.slice(-9))
    const mark = operator ? /^(?:\(\)|[<>=-]+)/.exec(text.slice(i, i + 3))?.[0] : undefined
    if (mark !== undefined) {
      out += mark
      i += mark.length - 1
    } else if (c === '<' || c === '(') depth++
    else if (c === '>' || c === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) out += c
  }
  out = out.replace(/ const$/, '')
  // A return type in front of the name, as templates have it.
  const blank = out.lastIndexOf(' ')
  if (blank >= 0 && !out.includes('operator')) out = out.slice(blank + 1)
  // libc's names for the same function: __GI___libc_write, __write, write.
  const libc =
    /^(?:__GI_)?_{0,3}(?:libc_)?(read|write|writev|readv|epoll_wait|epoll_pwait|malloc|free|calloc|realloc|recvmsg|sendmsg)$/
  return libc.exec(out)?.[1] ?? (out === '' ? symbol.slice(0, 80) : out)
}

const collector =
  /^v8::internal::(Heap::(CollectGarbage|CollectAllGarbage|PerformGarbageCollection|Scavenge|MarkCompact|MinorMarkSweep|FinalizeIncrementalMarking|StartIncrementalMarking|HandleGCRequest|ReportExternalMemoryPressure)|Scavenger|MarkCompact|MinorMarkSweep|IncrementalMarking|Sweeper|ScavengeJob|MinorGCJob|ArrayBufferSweeper|MemoryReducer|ConcurrentMarking|LocalEmbedderHeapTracer)|^cppgc::/

/** Puts one frame, `garbage collection`, below whatever V8's collector does on a stack. */
export function markCollector(frames: Frame[]): Frame[] {
  const at = frames.findIndex(({ name, kind }) => kind === 'native' && collector.test(name))
  if (at < 0) return frames
  return [
    ...frames.slice(0, at),
    { name: 'garbage collection', kind: 'gc', file: 'v8' },
    ...frames
      .slice(at)
      .map((frame): Frame => (frame.kind === 'native' ? { ...frame, kind: 'gc' } : frame)),
  ]
}

/**
 * Shortens paths: each of `prefixes`, and what leads to the last `node_modules`, is taken off. What
 * is elsewhere becomes what `otherwise` makes of it.
 */
export function shortPath(
  prefixes: readonly string[],
  otherwise: (path: string) => string,
): (location: string) => string {
  const directories = prefixes.map((prefix) => slashes(prefix).replace(/\/+$/, ''))
  return (location) => {
    if (/^(node|evalmachine|wasm|https?):/.test(location)) return location
    const path = slashes(location.startsWith('file:') ? pathOfUrl(location) : location)
    for (const directory of directories) {
      if (path.startsWith(`${directory}/`)) return path.slice(directory.length + 1)
    }
    const modules = path.lastIndexOf('/node_modules/')
    return modules >= 0 ? path.slice(modules + 1) : otherwise(path)
  }
}

function pathOfUrl(url: string): string {
  try {
    return decodeURIComponent(new URL(url).pathname).replace(/^\/(?=[A-Za-z]:\/)/, '')
  } catch {
    return url.replace(/^file:\/*/, '/')
  }
}

/** Whether a path begins at the root of a disk, of Unix or Windows. */
export function isAbsolute(path: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])/.test(path)
}

/** The last part of a path, of Unix or Windows. */
export function fileNameOf(path: string): string {
  return slashes(path).split('/').at(-1)!
}

/** The path with the separator of Unix. */
export function slashes(path: string): string {
  return path.replaceAll('\\', '/')
}
