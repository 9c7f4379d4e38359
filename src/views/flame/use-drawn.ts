/** What is drawn of a profile: its tree as the settings want it, and where each frame stands. */
import { useMemo } from 'preact/hooks'
import { foldKernel } from '../../flame/tree.ts'
import { type Frame, invertCalls, mergeRecursion, readStack, stackIds } from './frames.ts'
import { type Cell, type Layout, layOut, type WidthOf } from './layout.ts'
import type { Model, Width } from './model.ts'
import type { Calls } from './settings.tsx'

/** Kernel functions drawn on top of one another, unless the reader asks for all. */
const kernelDepth = 5

export interface Drawing {
  calls: Calls
  /** Whether a function that calls itself is one frame. */
  merged: boolean
  /** Of a difference. */
  width: Width
  allKernel: boolean
}

export interface Drawn {
  widthOf: WidthOf
  /** With all kernel functions. */
  whole: Frame
  /** What is drawn of it. */
  tree: Frame
  layout: Layout
  /** By the id of their stack. */
  cells: ReadonlyMap<number, Cell>
}

/** Computes again only what a setting changes: a profile may have ten thousand frames. */
export function useDrawn(model: Model, { calls, merged, width, allKernel }: Drawing): Drawn {
  const widthOf = useMemo(() => model.widthOf(width), [model, width])
  const whole = useMemo(() => {
    const all = merged ? mergeRecursion(model.root) : model.root
    return calls === 'inverted' ? invertCalls(all) : all
  }, [model, calls, merged])
  const tree = useMemo(
    () => (allKernel ? whole : foldKernel(whole, kernelDepth)),
    [whole, allKernel],
  )
  const layout = useMemo(() => layOut(tree, widthOf), [tree, widthOf])
  const cells = useMemo(() => new Map(layout.cells.map((cell) => [cell.id, cell])), [layout])
  return { widthOf, whole, tree, layout, cells }
}

/** Whether the stack of an address is there once all kernel functions are drawn, and not before. */
export function isFolded({ root }: Model, at: string): boolean {
  const { id } = readStack(at)
  const has = (tree: Frame) => [...stackIds(tree).values()].includes(id)
  return !has(foldKernel(root, kernelDepth)) && has(root)
}
