/** Profiles who allocates in a program, and compares the samples with the bytes that V8 counted. */
import type { Program } from '../run/program.ts'
import { type CaptureOptions, captureWindow } from './capture-window.ts'
import { type Captured, filesOf, finishCapture, machineLoadOf } from './captured.ts'
import { byInspector, overInspector } from './over-inspector.ts'
import { shares } from './roles.ts'
import { mergeRuns } from './runs.ts'
import { inSource, mapsOf } from './source-maps.ts'
import type { FrameTree } from './tree.ts'
import { type HeapProfile, heapTree, noInliningFlags, samplingParameters } from './v8-profiles.ts'

/** Who allocates in a program. */
export interface AllocationCapture extends Captured {
  check: AllocationCheck
}

/** The sampled bytes compared with those that V8 counted, over the same window. */
export interface AllocationCheck {
  sampledBytes: number
  /** Undefined if V8 does not count, as before Node 26. */
  countedBytes: number | undefined
  /** Undefined: there was nothing to compare. */
  agrees: boolean | undefined
}

/** Samples are random, and V8 counts whole pages when it hands them out. */
const ALLOCATION_TOLERANCE = 0.1

/** All bytes ever allocated on the JavaScript heap. */
const allocatedSoFar = `process.getBuiltinModule('node:v8').getHeapStatistics().total_allocated_bytes ?? null`

/**
 * Captures who allocates, in bytes, collected objects included.
 * @throws LabError as `captureWindow` does
 */
export async function captureAllocations(
  program: Program,
  options: CaptureOptions,
): Promise<AllocationCapture> {
  let before: number | null = null
  const window = await captureWindow(program, options, {
    ...byInspector(noInliningFlags),
    record: overInspector(
      async (inspector) => {
        await inspector.send('HeapProfiler.startSampling', samplingParameters)
        before = (await inspector.evaluate(allocatedSoFar)) as number | null
      },
      async (inspector) => {
        const after = (await inspector.evaluate(allocatedSoFar)) as number | null
        const stopped = await inspector.send('HeapProfiler.stopSampling')
        const { profile } = stopped as { profile: HeapProfile }
        return { profile: inSource(profile, await mapsOf(inspector, profile)), after }
      },
    ),
  })
  const { windowSeconds, result } = window
  const tree = heapTree(result.profile, {
    windowSeconds,
    inlined: window.attached !== undefined,
    ...filesOf(program),
  })
  const countedBytes = before === null || result.after === null ? undefined : result.after - before
  return { ...finishCapture(program, tree, window), check: checkAllocations(tree, countedBytes) }
}

/** Several runs of one program as one capture of allocations. */
export function mergeAllocations(captures: readonly AllocationCapture[]): AllocationCapture {
  const [first, ...others] = captures as [AllocationCapture, ...AllocationCapture[]]
  if (others.length === 0) return first
  const tree = mergeRuns(captures.map((capture) => capture.tree))
  const counted = captures.map(({ check }) => check.countedBytes)
  const countedBytes = counted.reduce<number | undefined>(
    (all, bytes) => (all === undefined || bytes === undefined ? undefined : all + bytes),
    0,
  )
  const check = checkAllocations(tree, countedBytes)
  return { ...first, tree, shares: shares(tree), check, ...machineLoadOf(captures) }
}

function checkAllocations(
  { root }: Pick<FrameTree, 'root'>,
  countedBytes: number | undefined,
): AllocationCheck {
  const sampledBytes = root.total
  const agrees =
    countedBytes === undefined
      ? undefined
      : Math.abs(sampledBytes - countedBytes) <= ALLOCATION_TOLERANCE * countedBytes
  return { sampledBytes, countedBytes, agrees }
}
