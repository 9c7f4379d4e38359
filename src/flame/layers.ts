/**
 * Which layer of a Node process a frame belongs to: your code, a dependency by the name of its
 * package, Node's JavaScript, V8, libuv and C++, the kernel. Unlike the roles of a stage, it needs no
 * knowledge of the program: kind and file of a frame are enough.
 */
import type { Frame, FrameNode, FrameTree } from './tree.ts'

/** In the order in which they are shown; the packages come after the first. */
const fixedLayers = [
  'your code',
  "Node's JavaScript",
  'V8',
  'libuv and C++',
  'kernel',
  'GC',
  'not seen',
] as const

export type FixedLayer = (typeof fixedLayers)[number]

/** A layer for each package: `fastify`, `@hono/node-server`. */
export type Layer = FixedLayer | (string & {})

/** What a layer is, in a sentence. */
export const layerMeanings: Record<FixedLayer, string> = {
  'your code': 'JavaScript outside node_modules',
  "Node's JavaScript": 'the part of Node that is written in JavaScript: streams, http, timers',
  V8: 'the engine: builtins such as JSON.stringify, regular expressions, compiling, entering JavaScript',
  'libuv and C++': 'the event loop, Node’s C++, the C library, native add-ons',
  kernel: 'the operating system on behalf of the process: system calls',
  GC: 'V8 taking back memory that nothing refers to any more',
  'not seen': 'time that the operating system accounts for and the profiler did not see',
}

export const layerColours: Record<FixedLayer, string> = {
  'your code': '#7fc97f',
  "Node's JavaScript": '#f6a04d',
  V8: '#f2d24f',
  'libuv and C++': '#82b1e0',
  kernel: '#ec6f63',
  GC: '#c79ad6',
  'not seen': '#a9a9a9',
}

const packageColours = ['#66c2b5', '#e6a3c4', '#c9b18b', '#a6cf5f', '#8fd0e8', '#d9b3ff'] as const

/** Of a package, the same in every graph. Two packages may have the same one. */
export function packageColour(name: string): string {
  let hash = 0
  for (const character of name) hash = (Math.imul(hash, 31) + character.codePointAt(0)!) >>> 0
  return packageColours[hash % packageColours.length]!
}

export function isFixedLayer(name: string): name is FixedLayer {
  return (fixedLayers as readonly string[]).includes(name)
}

/** Sorts layers as they are shown: your code, packages by share, then downwards to the kernel. */
export function layerOrder(shares: ReadonlyMap<string, number>): string[] {
  const packages = [...shares.keys()]
    .filter((name) => !isFixedLayer(name))
    .sort((a, b) => shares.get(b)! - shares.get(a)! || (a < b ? -1 : 1))
  const [own, ...others] = fixedLayers
  return [own, ...packages, ...others].filter((name) => shares.has(name))
}

/**
 * The package that a file belongs to: what follows its last `node_modules`, so that a nested one is
 * named and not its parent, and pnpm's `.pnpm` and Yarn's `.yarn` directories do not matter.
 */
export function packageOf(file: string | undefined): string | undefined {
  return /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^@/.][^/]*)\//.exec(file ?? '')?.[1]
}

/** JavaScript that the reader can change: neither Node's nor a package's. */
export function isOwnCode({ kind, file = '' }: Pick<Frame, 'kind' | 'file'>): boolean {
  return kind === 'js' && !file.startsWith('node:') && packageOf(file) === undefined
}

/**
 * @param caller layer of the calling frame: if it is of JavaScript, that of code without a file, as
 *   `new Function` makes it
 */
export function layerOf({ kind, file }: Pick<Frame, 'kind' | 'file'>, caller: Layer): Layer {
  if (kind === 'kernel') return 'kernel'
  if (kind === 'gc') return 'GC'
  if (kind === 'unseen') return 'not seen'
  if (kind === 'js') {
    if (file === undefined || /^(evalmachine|wasm):/.test(file)) {
      return /^(?:V8|libuv and C\+\+|kernel)$/.test(caller) ? 'your code' : caller
    }
    if (file.startsWith('node:')) return "Node's JavaScript"
    const name = packageOf(file)
    if (name === undefined) return 'your code'
    return isFixedLayer(name) ? `${name} (package)` : name
  }
  return file === 'v8' ? 'V8' : 'libuv and C++'
}

/** The same tree, coloured and counted by layers. */
export function byLayers(tree: FrameTree): FrameTree {
  const convert = (node: FrameNode, caller: Layer): FrameNode => {
    const role = layerOf(node, caller)
    return { ...node, role, children: node.children.map((child) => convert(child, role)) }
  }
  return { ...tree, grouping: 'layers', root: convert(tree.root, 'libuv and C++') }
}
