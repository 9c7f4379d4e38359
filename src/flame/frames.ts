/**
 * Names of frames, as perf and V8 spell them, to names that a person can read and that tell nothing
 * of the machine: this is the one place where the absolute path of the checkout is taken off.
 */
import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Frame } from './tree.ts'

/**
 * Makes paths relative to the checkout. V8 names a script by its real path, a person may have come
 * through a symbolic link: both prefixes are taken off. A file elsewhere keeps only what follows
 * its last `node_modules`, or its own name.
 */
export function relativeTo(checkout: string): (location: string) => string {
  const prefixes = new Set(
    [checkout, real(checkout)].map((path) => slashes(path).replace(/\/+$/, '')),
  )
  return (location) => {
    if (/^(node|evalmachine|wasm):/.test(location)) return location
    const path = slashes(location.startsWith('file:') ? pathOfUrl(location) : location)
    for (const prefix of prefixes) {
      if (path.startsWith(`${prefix}/`)) return path.slice(prefix.length + 1)
    }
    const modules = path.lastIndexOf('/node_modules/')
    return modules >= 0 ? path.slice(modules + 1) : basename(path)
  }
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function pathOfUrl(url: string): string {
  try {
    return fileURLToPath(url)
  } catch {
    return url.replace(/^file:\/*/, '/')
  }
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/')
}

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
  const name = (match?.[1] ?? text).trim()
  const frame: Frame = { name: name === '' ? '(anonymous)' : name, kind: 'js' }
  if (match) {
    frame.file = place(match[2]!)
    frame.line = Number(match[3])
    if (match[1] === '' && frame.line === 1) frame.name = '(module)'
  }
  if (tier !== undefined) frame.tier = tier
  return frame
}

/** The frame of a symbol of machine code in `module`, the path of an executable or a library. */
export function nativeFrame(symbol: string, module: string): Frame {
  const builtin = /^Builtins_(.*)$/.exec(symbol)
  if (builtin) return { name: builtin[1]!, kind: 'builtin', file: 'v8' }
  const name = shorten(symbol)
  return { name, kind: 'native', file: partOf(name, basename(slashes(module))) }
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
