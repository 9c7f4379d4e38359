/** What the questions of an exercise are answered from: its counters, a load, and a profile. */
import type { ExerciseMeasured } from '../experiment/exercise-counts.ts'
import type { FrameNode, FrameTree } from '../flame/tree.ts'
import { type Counted, combine } from '../measure/counted.ts'

export interface ExerciseEvidence {
  measured: ExerciseMeasured
  /** By layers. */
  tree: FrameTree
}

/** Kilobytes that a usual request allocates. */
export function kilobytes({ measured }: ExerciseEvidence): Counted<number> {
  const { heap } = measured.counters
  return combine(heap, heap, (bytes) => bytes / 1000)
}

/** Percent of the time in or below functions of a name. */
export function percentBelow(name: RegExp, { tree }: ExerciseEvidence): Counted<number> {
  let total = 0
  const visit = (node: FrameNode) => {
    // Its total includes what it calls.
    if (name.test(node.name)) total += node.total
    else node.children.forEach(visit)
  }
  visit(tree.root)
  return tree.root.total === 0 ? nothing : { value: (100 * total) / tree.root.total }
}

/** Percent of the time that V8 collected garbage. */
export function percentCollecting({ tree }: ExerciseEvidence): Counted<number> {
  let self = 0
  const visit = (node: FrameNode) => {
    if (node.role === 'GC') self += node.self
    node.children.forEach(visit)
  }
  visit(tree.root)
  return tree.root.total === 0 ? nothing : { value: (100 * self) / tree.root.total }
}

/** Percent of a core that the server used under its load. */
export function percentBusy({ measured }: ExerciseEvidence): Counted<number> {
  const { cpu, figures } = measured.load
  return combine(cpu, cpu, (each) => (each * figures.requests) / figures.seconds / 1e4)
}

/** The 99th percentile of the latency of usual requests, ms. */
export function usualP99({ measured }: ExerciseEvidence): Counted<number> {
  return { value: measured.load.figures.usual.p99 }
}

const nothing = { missing: 'the profile has no samples' }
