/**
 * V8's CPU profile (`--cpu-prof`, the inspector's Profiler) as a neutral tree. It samples by the wall
 * clock and sees JavaScript: what runs while no JavaScript does, `read(2)` and libuv among it, it
 * calls `(idle)`, since Node tells V8 that it is idle for as long as it is in libuv's poll phase.
 */
import { type CallFrame, inspectorFrame } from './heap-profile.ts'
import { relativeTo } from './names.ts'
import { type Frame, type FrameTree, growTree, type Stack } from './tree.ts'

/** `Profile` of the inspector protocol, and what a `.cpuprofile` file holds. */
export interface CpuProfile {
  nodes: { id: number; callFrame: CallFrame; children?: number[] }[]
  /** Microseconds on V8's clock. */
  startTime: number
  endTime: number
  /** The node on top, by sample. */
  samples: number[]
  /** Microseconds since the sample before; since `startTime` for the first. */
  timeDeltas: number[]
}

/** Converts a profile; `checkout` is taken off the paths. Shares are of the wall clock's time. */
export function cpuTree(profile: CpuProfile, checkout: string): FrameTree {
  const place = relativeTo(checkout)
  const parents = new Map<number, number>()
  const byId = new Map(profile.nodes.map((node) => [node.id, node]))
  for (const { id, children = [] } of profile.nodes) {
    for (const child of children) parents.set(child, id)
  }
  const { spans, micros } = spansOf(profile)
  const samples = profile.samples.length
  const worth = samples === 0 ? 0 : micros / samples
  const counts = new Map<number, number>()
  for (const [at, id] of profile.samples.entries()) {
    counts.set(id, (counts.get(id) ?? 0) + (worth === 0 ? 1 : spans[at]! / worth))
  }
  const stacks: Stack[] = []
  for (const [id, count] of counts) {
    const frames: Frame[] = []
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at)
      // The root is the tree's own.
      if (node !== undefined && parents.has(at))
        frames.unshift(inspectorFrame(node.callFrame, place))
    }
    stacks.push({ frames, count })
  }
  return {
    format: 1,
    source: 'inspector',
    method: "V8's CPU profiler over the inspector, a sample a millisecond of the wall clock",
    unit: { counts: 'samples', worth, of: 'µs' },
    windowSeconds: micros / 1e6,
    samples,
    blind: ['read(2), epoll and libuv: called idle'],
    quality: { broken: 0, unnamed: 0, lost: 0, repaired: 0 },
    root: growTree(stacks),
  }
}

/**
 * How long each sample stands for: until the next one, since the sampler does not keep time when the
 * machine is busy. What comes before the first sample is the profiler's own start.
 */
function spansOf({ startTime, endTime, timeDeltas }: CpuProfile): {
  spans: number[]
  /** All of them together. */
  micros: number
} {
  let at = startTime
  const times = timeDeltas.map((delta) => {
    at += delta
    return at
  })
  const spans = times.map((time, index) => Math.max(0, (times[index + 1] ?? endTime) - time))
  return { spans, micros: spans.reduce((sum, span) => sum + span, 0) }
}
