/** What every capture of a program returns, whatever recorded it. */
import { type MachineLoad, mergeLoads } from '../measure/machine-load.ts'
import { LabError } from '../run/lab-error.ts'
import type { Program } from '../run/program.ts'
import { rolesOfStages as roles } from '../stages.ts'
import type { BesideCpu, CpuTime } from './accounting.ts'
import { percent } from './caption.ts'
import type { Window } from './capture-window.ts'
import type { LoopDelays } from './event-loop.ts'
import { byLayers } from './layers.ts'
import { relativeTo } from './relative-to.ts'
import { type Shares, shares } from './roles.ts'
import type { FrameTree } from './tree.ts'
import type { Files } from './v8-profiles.ts'

/** A tree of frames, and what else is known of the window. */
export interface Captured {
  /** Its name. */
  program: string
  tree: FrameTree
  shares: Shares
  cpu: CpuTime | undefined
  /** Of other threads and of child processes. */
  beside?: BesideCpu | undefined
  /** Whether the program was recorded from its first line to its end. */
  whole?: boolean
  /** How busy the machine was meanwhile; older results do not have it. */
  machineLoad?: MachineLoad
  /** How late the event loop was; of a program that is no stage, if its inspector could be asked. */
  delays?: LoopDelays
}

/** Where a program's files are, and what those of the stages do. */
export function filesOf({ root }: Program): Files {
  return { place: relativeTo(root), roles }
}

/**
 * The result of a window.
 * @param tree as the profiler gives it; what it cannot see is added to its `blind`
 * @throws LabError if there are no samples
 */
export function finishCapture(
  program: Program,
  tree: FrameTree,
  { requests, cpu, shortOf, machineLoad, attached, beside, whole }: Window<unknown>,
): Captured {
  if (tree.root.total === 0) throw new LabError(`${program.name}: ${tree.source} took no samples`)
  if (requests !== undefined && requests > 0) tree.requests = requests
  tree.blind.push(...(attached?.unseen ?? []), ...besideSentences(beside, cpu))
  if (shortOf !== undefined) {
    tree.blind.push(
      `how the server runs when it is warm: the warm-up served ${Math.round(shortOf)} requests only`,
    )
  }
  const known = { program: program.name, shares: shares(tree), cpu, beside, whole, machineLoad }
  return { ...known, tree: program.grouping === 'layers' ? byLayers(tree) : tree }
}

/** How busy the machine was during several captures, as far as they know. */
export function machineLoadOf(captures: readonly Captured[]): Pick<Captured, 'machineLoad'> {
  const loads = captures.flatMap(({ machineLoad }) => machineLoad ?? [])
  return loads.length === 0 ? {} : { machineLoad: mergeLoads(loads) }
}

/** What a thread or a process must have taken to be worth a sentence, as a share of all. */
const WORTH_A_SENTENCE = 0.05

/** What ran beside the main thread and was not sampled, if that was much. */
function besideSentences(beside: BesideCpu | undefined, cpu: CpuTime | undefined): string[] {
  if (beside === undefined || cpu === undefined) return []
  const { workers, otherThreads, children } = beside
  const all = cpu.user + cpu.system + workers + otherThreads + children
  const said = (micros: number, what: string) =>
    micros < all * WORTH_A_SENTENCE
      ? []
      : [`${what}: ${(micros / 1e6).toFixed(2)} s of CPU time, ${percent(micros / all)} of all`]
  return [
    ...said(workers, 'worker threads'),
    ...said(otherThreads, 'other threads (libuv’s pool, V8’s helpers; before Node 24 workers too)'),
    ...said(children, 'child processes'),
  ]
}
