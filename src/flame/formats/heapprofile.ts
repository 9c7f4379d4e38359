/** `.heapprofile`, what `node --heap-prof` and Chrome's DevTools write: who allocated, in bytes. */
import type { FrameNode, FrameTree } from '../tree.ts'
import { type HeapNode, heapStacks } from '../v8-profiles.ts'
import { callFrameFor, inspectedFrame, rootFrame, rowsOf } from './cpuprofile.ts'
import { isAmount, isObject, type Json, own } from './json-parts.ts'
import { damaged, type ImportContext, startImport, tooLarge } from './stack-import.ts'

const format = 'heap profile of V8'

export function isHeapProfile(json: unknown): boolean {
  return isAmount(own(own(json, 'head'), 'selfSize'))
}

/** @throws LabError if it is damaged, or beyond a limit */
export function readHeapProfile(json: Json, context: ImportContext): FrameTree {
  const head = checkedHead(json.head, context)
  const stacks = startImport(context)
  let allocations = 0
  for (const { frames, count } of heapStacks(head, inspectedFrame(context), context.limits.depth)) {
    stacks.add(frames, count)
    allocations++
  }
  const { samples } = json
  return stacks.finish({
    source: 'heap-prof',
    format,
    method: "V8's sampling heap profiler",
    of: 'bytes',
    samples: Array.isArray(samples) && samples.length > 0 ? samples.length : allocations,
    blind: [
      'memory that was collected before the end, unless its recorder asked for it: node --heap-prof does not',
      "bytes outside V8's heap: what is in a Buffer",
    ],
  })
}

/** The tree with every field that is read checked. */
function checkedHead(head: unknown, context: ImportContext): HeapNode {
  let count = 0
  const open: unknown[] = [head]
  for (let one = open.pop(); one !== undefined; one = open.pop()) {
    const callFrame = own(one, 'callFrame')
    const children = own(one, 'children')
    const size = own(one, 'selfSize')
    if (!isAmount(size) || size < 0) throw damaged(context, format, 'a node has no size')
    if (!isObject(callFrame) || !Array.isArray(children)) {
      throw damaged(context, format, 'a node has no function or no list of children')
    }
    const { functionName, url, lineNumber } = callFrame
    if (typeof functionName !== 'string' || typeof url !== 'string' || !isAmount(lineNumber)) {
      throw damaged(context, format, 'a function has no name, file or line')
    }
    count++
    if (count > context.limits.frames) {
      throw tooLarge(context, context.limits.frames, 'nodes of a profile')
    }
    for (const child of children) open.push(child ?? null)
  }
  return head as HeapNode
}

/** @param tree of bytes */
export function writeHeapProfile(tree: FrameTree): string {
  const { root } = tree
  let id = 0
  const samples: object[] = []
  const convert = (node: FrameNode): object => {
    const nodeId = ++id
    const rows = rowsOf(node, tree)
    for (let row = 0; row < rows; row++) {
      samples.push({ size: node.self / rows, nodeId, ordinal: samples.length + 1 })
    }
    return {
      callFrame: node === root ? rootFrame : callFrameFor(node),
      selfSize: node.self,
      id: nodeId,
      children: node.children.map(convert),
    }
  }
  return JSON.stringify({ head: convert(root), samples })
}
