/** What a trial of `npm run test:faults` is. */
import { readCounters } from '../measure/process-counters.ts'
import type { Stage } from '../stages.ts'
import type { WatchedStage } from './watched-stage.ts'

export interface Fault {
  /** One word, for `--only`. */
  name: string
  about: string
  /** How the server is started, beside `--maxmemory 0`. */
  options?: (stage: Stage) => ServerFlags
  /** @throws Error if the server does not survive it */
  run(trial: Trial): Promise<Figures>
}

export interface ServerFlags {
  args?: string[]
  nodeFlags?: string[]
}

/**
 * What was counted, by name: bytes, unless the name ends in `Ms` or `Ratio` or is that of a count
 * (`src/report/faults-report.ts` has them).
 */
export type Figures = Record<string, number>

export interface Trial {
  server: WatchedStage
  stage: Stage
  /** 1, or less for a shorter run: how much of everything is sent. */
  share: number
  /** Called with its progress, from 0 to 1. */
  progress(share: number): void
}

export const MB = 1024 * 1024

/** Bytes; 0 if the system does not say. */
export function rss({ pid }: { pid: number }): number {
  const { residentBytes } = readCounters(pid)
  return 'value' in residentBytes ? residentBytes.value : 0
}

/** Stage 1 takes every byte for itself, so it gets less to read. */
export function readsBytes(stage: Stage): boolean {
  return stage.expected.readsPerRequest === null
}
