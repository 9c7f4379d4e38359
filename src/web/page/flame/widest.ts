/** The frames that take most time themselves, over all their callers: the graph as a short list. */
import type { FrameNode } from '../../../flame/tree.ts'

export interface Widest {
  /** Its widest occurrence. */
  frame: FrameNode
  /** Own time with that of the kernel below it, in the tree's unit. */
  own: number
  /** The part of it that was spent in the kernel. */
  kernel: number
}

/**
 * What the kernel did counts for the function that called it: a reader can do something about
 * `read`, and nothing about the thirty functions of the kernel below it.
 */
export function widestFrames(root: FrameNode, count = 10): Widest[] {
  const found = new Map<string, Widest>()
  const visit = (node: FrameNode, caller: FrameNode) => {
    const inKernel = node.kind === 'kernel'
    const frame = inKernel ? caller : node
    const key = `${frame.role} ${frame.kind} ${frame.file ?? ''} ${frame.name}`
    const entry = found.get(key) ?? { frame, own: 0, kernel: 0 }
    entry.own += node.self
    if (inKernel) entry.kernel += node.self
    if (frame.total > entry.frame.total) entry.frame = frame
    found.set(key, entry)
    for (const child of node.children) visit(child, frame)
  }
  visit(root, root)
  return [...found.values()]
    .filter(({ own }) => own > 0)
    .sort((a, b) => b.own - a.own)
    .slice(0, count)
}
