/**
 * A bundle: what one person takes to the room, in one file. It holds figures, the machine's card and
 * the guesses, each field named here; nothing of a result is copied whole, so no path and no name
 * that the reader did not give can slip in.
 */
import type { TestName } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import type { Machine } from '../measure/machine.ts'
import type { CpuSplit } from '../measure/process-counters.ts'
import type { Ratio } from '../measure/statistics.ts'

/** Raised where an older lab could not read it any more. */
export const bundleFormat = 1

/** A bundle is some kilobytes; whatever is larger is none. */
export const largestBundle = 512 * 1024

export interface Bundle {
  format: typeof bundleFormat
  kind: 'lab-bundle'
  /** Of the checkout, drawn once: a later bundle of the same one takes the place of an earlier. */
  id: string
  /** As the reader gave it, or `guest-` and the beginning of the id. */
  name: string
  /** When it was made, ISO 8601. */
  at: string
  machine: Machine
  readings: Reading[]
  ratios: StepRatio[]
  guesses: KeptGuess[]
}

/** One stage under one load. */
export interface Reading {
  stage: string
  at: string
  /** `npm run stage`, or the medians of a comparison. */
  from: 'stage' | 'comparison'
  test: TestName
  pipeline: number
  /** Length of a measured run. */
  seconds: number
  requestsPerSecond: number
  latency: { p50: number; p99: number }
  /** µs a request. */
  cpu: Counted<CpuSplit>
  /** Calls a request. */
  reads: Counted<number>
  writes: Counted<number>
  /** Share of a core that the load generator took; null where it cannot be known. */
  clientBusy: number | null
  /** Null: it was not profiled. */
  profile: { source: string; certain: boolean; byRole: Record<string, number> } | null
}

/** A stage over the one before it, from interleaved rounds. */
export interface StepRatio {
  stage: string
  before: string
  at: string
  test: TestName
  pipeline: number
  rounds: number
  rate: Ratio
  cpu: Counted<Ratio>
  /** Whether the load generator was the bottleneck in one of the two. */
  clientBound: boolean
}

/** What was guessed in the walkthrough, under the id of its prediction. */
export interface KeptGuess {
  id: string
  guess: number | string | string[]
  /** How it fared, where that was kept. */
  verdict: string | null
}
