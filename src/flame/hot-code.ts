/**
 * What the reader's own code spends its time on: which of its functions, and which operations of V8,
 * Node or a package it calls. A sample belongs to the own functions on its stack, unless it is in
 * Node's own work for a stream or a socket: that is done for every reply, and is no hot spot.
 */
import { isOwnCode, packageOf } from './layers.ts'
import { type Frame, type FrameNode, labelOf } from './tree.ts'

/** What V8, Node and C++ do on behalf of a function, as a person knows it. */
interface KnownOperation {
  name: string
  /** What it is, after a comma; empty if the name says it. */
  what: string
  kind: RegExp
  file?: RegExp
  frame: RegExp
}

const engine = /^(builtin|native)$/

const known: readonly KnownOperation[] = [
  {
    name: 'structuredClone',
    what: 'a deep copy',
    kind: /./,
    file: /^(node:|node$|v8$)/,
    frame: /^(structuredClone|node::worker::StructuredClone)$/,
  },
  {
    name: 'JSON.stringify',
    what: 'which makes text of objects',
    kind: engine,
    frame: /^(v8::internal::(Builtin_)?)?JsonStringify$|^stringify$/,
  },
  {
    name: 'JSON.parse',
    what: 'which makes objects of text',
    kind: engine,
    frame: /^(v8::internal::Builtin_)?JsonParse$|^parse$/,
  },
  {
    name: 'a regular expression',
    what: '',
    kind: engine,
    frame: /^RegExp|^v8::internal::.*RegExp/,
  },
  {
    name: 'sorting',
    what: '',
    kind: engine,
    frame:
      /^(v8::internal::Builtin_)?(ArrayPrototypeSort|TypedArrayPrototypeSort|ArrayTimSort)$|^sort$/,
  },
  {
    name: 'making stack traces',
    what: 'for an Error',
    kind: engine,
    frame: /Capture(AndSetErrorStack|SimpleStackTrace|StackTrace)$/,
  },
]

/** Functions of Node that end when the work is done, and let no other request in meanwhile. */
const synchronous = { file: /^node:/, frame: /Sync$/ }
/** A hash is synchronous too, without `Sync` in its name. */
const hashing = {
  file: /^node:internal\/crypto\/hash$/,
  frame: /^(Hash|Hmac)\b|^(update|digest|hash)$/,
}

/** An operation that runs on behalf of a function. */
export interface Operation {
  name: string
  what: string
}

/** The operation that begins with a frame; undefined if none is known. */
function operationOf(frame: FrameNode): Operation | undefined {
  const { name, kind, file = '' } = frame
  if (kind === 'js') {
    if (synchronous.file.test(file) && synchronous.frame.test(name)) {
      return { name, what: 'which lets no other request in until it is done' }
    }
    if (hashing.file.test(file) && hashing.frame.test(name)) {
      return { name: 'hashing', what: 'which lets no other request in until it is done' }
    }
    const from = packageOf(file)
    if (from !== undefined) return { name: `${name} of the package ${from}`, what: '' }
  }
  const found = known.find(
    (one) =>
      one.kind.test(kind) &&
      one.frame.test(name) &&
      (one.file === undefined || one.file.test(file)),
  )
  return found && { name: found.name, what: found.what }
}

/** A function of the reader's own. */
export interface HotFunction {
  frame: Pick<FrameNode, 'name' | 'kind' | 'file' | 'line'>
  label: string
  /** What it does and has done for it, in the unit of the tree. */
  work: number
  /** Of that, on top of the stack, or in a builtin or the collector right below it. */
  self: number
}

/** What a function has done for it: `JSON.stringify, called from listItems`. */
export interface HotOperation extends Operation {
  caller: Pick<HotFunction, 'frame' | 'label'>
  /** Without the own functions that it calls back, as sorting does. */
  work: number
  callsBack: boolean
}

export interface HotCode {
  /**
   * The function to look at: the one with most work, or what it calls as long as nearly all of its
   * work is in that. Undefined if no own code was seen.
   */
  function: HotFunction | undefined
  /** Largest first; by the function that calls it. */
  operations: HotOperation[]
}

/** Goes on to a callee that does so much of its caller's work. */
const MOST_OF_IT = 0.7

export function hotCode(root: FrameNode): HotCode {
  const functions = new Map<string, HotFunction>()
  const operations = new Map<string, Omit<HotOperation, 'callsBack'>>()
  const callees = new Map<string, Map<string, number>>()
  const callBack = new Set<string>()
  const visit = (node: FrameNode, below: Below) => {
    const here = stepInto(node, below, functions)
    if (here.own !== below.own && below.operation !== undefined) {
      callBack.add(keyOf(below.operation, below.own.at(-1)!))
    }
    if (node.self > 0 && here.own.length > 0 && !here.plumbing) {
      const keys = [...new Set(here.own)]
      for (const key of keys) functions.get(key)!.work += node.self
      const last = here.own.at(-1)!
      if (here.operation === undefined) functions.get(last)!.self += node.self
      else addOperation(operations, here.operation, functions.get(last)!, last, node.self)
      for (const [at, key] of keys.entries()) {
        const callee = keys[at + 1]
        if (callee === undefined) break
        const own = callees.get(key) ?? new Map<string, number>()
        own.set(callee, (own.get(callee) ?? 0) + node.self)
        callees.set(key, own)
      }
    }
    for (const child of node.children) visit(child, here)
  }
  visit(root, { own: [], operation: undefined, plumbing: false })
  return {
    function: narrowed(functions, callees),
    operations: [...operations]
      .map(([key, operation]) => ({ ...operation, callsBack: callBack.has(key) }))
      .sort((a, b) => b.work - a.work),
  }
}

interface Below {
  /** Keys of the own functions on the stack, outermost first. */
  own: string[]
  /** What the innermost of them has done for it. */
  operation: Operation | undefined
  /** In Node's own work, for a socket or a timer. */
  plumbing: boolean
}

function stepInto(node: FrameNode, below: Below, functions: Map<string, HotFunction>): Below {
  if (isOwnCode(node) && node.file !== undefined) {
    const key = `${node.file}:${node.line} ${node.name}`
    if (!functions.has(key)) {
      const { name, kind, file, line } = node
      const frame = { name, kind, file, ...(line === undefined ? {} : { line }) }
      functions.set(key, { frame, label: labelOf(frame), work: 0, self: 0 })
    }
    return { own: [...below.own, key], operation: undefined, plumbing: false }
  }
  if (below.plumbing || below.own.length === 0) return below
  const operation = below.operation ?? operationOf(node)
  if (operation !== undefined) {
    // Below a package's function, Node's streams are at work for it, and not the package.
    const plumbing = isNode(node) && below.operation?.name.includes(' of the package ') === true
    return { ...below, operation, plumbing }
  }
  return isNode(node) ? { ...below, plumbing: true } : below
}

function isNode({ kind, file = '' }: Pick<Frame, 'kind' | 'file'>): boolean {
  return kind === 'js' && file.startsWith('node:')
}

function keyOf({ name }: Operation, callerKey: string): string {
  return `${name} ${callerKey}`
}

function addOperation(
  into: Map<string, Omit<HotOperation, 'callsBack'>>,
  operation: Operation,
  { frame, label }: HotFunction,
  callerKey: string,
  work: number,
): void {
  const key = keyOf(operation, callerKey)
  const found = into.get(key) ?? { ...operation, caller: { frame, label }, work: 0 }
  found.work += work
  into.set(key, found)
}

function narrowed(
  functions: ReadonlyMap<string, HotFunction>,
  callees: ReadonlyMap<string, ReadonlyMap<string, number>>,
): HotFunction | undefined {
  let [at] = [...functions.keys()].sort((a, b) => functions.get(b)!.work - functions.get(a)!.work)
  const seen = new Set<string>()
  while (at !== undefined && !seen.has(at)) {
    seen.add(at)
    const most = [...(callees.get(at) ?? [])].find(
      ([callee, work]) => !seen.has(callee) && work >= MOST_OF_IT * functions.get(at!)!.work,
    )
    if (most === undefined) break
    at = most[0]
  }
  return at === undefined ? undefined : functions.get(at)
}
