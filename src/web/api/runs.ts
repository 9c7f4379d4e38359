/** What the page runs, and what runs on this machine. */
import type { VariationId } from '../../experiment/variations.ts'
import type { TestName } from '../../load/workload.ts'
import type { Running } from '../../run/events.ts'
import type { Failure } from '../../run/lab-error.ts'
import type { ResultCard } from './results.ts'

/** The body of POST /api/runs. */
export type RunOrder =
  /** What a lesson runs, by its id: the counts or rounds that its guesses are judged by, then a profile. */
  | { kind: 'lesson'; lesson: string }
  | ({ kind: 'stage'; stage: string } & LoadOrder)
  | { kind: 'flame'; stage: string; alloc?: boolean; quick?: boolean }
  | ({ kind: 'compare'; servers?: string[]; sweep?: SweepOrder; ablate?: string } & LoadOrder)
  | { kind: 'findings'; quick?: boolean }
  /** The command of one finding; its output comes as text. */
  | { kind: 'finding'; finding: string }
  /** One value of an experiment by slider. */
  | { kind: 'slider'; slider: VariationId; value: number }
  /** Judges the copy for a task; of a stage with a race only if that is asked for. */
  | { kind: 'check'; task: string; race?: boolean }
  /** A wrong benchmark beside the right one. */
  | { kind: 'broken'; pitfall: string }

export interface LoadOrder {
  quick?: boolean
  /** For a comparison, a list. */
  pipeline?: number | number[]
  clients?: number
  payload?: number
  keyspace?: number
  tests?: TestName[]
}

export interface SweepOrder {
  over: 'pipeline' | 'clients' | 'payload' | 'keyspace'
  values: number[]
}

export type RunState = 'running' | 'done' | 'failed' | 'cancelled'

/** A run that the page has started. */
export interface PageRun {
  id: string
  order: RunOrder
  /** As a person would type it. */
  command: string
  pid: number
  startedAt: string
  state: RunState
  /** What it did so far, the latest last. */
  steps: string[]
  /** If it failed. */
  failure: Failure | null
  /** What it has saved, also if it failed later. */
  result: ResultCard | null
  /** What it printed, if that is not saved as a result; of a run that failed, its error output. */
  output: string | null
}

/** GET /api/runs. POST returns the PageRun (201), or 409. DELETE /api/runs/:id returns it as it ended. */
export interface RunsData {
  /** The page's own run, or the last one; null before the first. */
  own: PageRun | null
  /** All that is under way on this machine, in a terminal too. The page's own has its pid. */
  running: Running[]
  /** Why a run in a terminal cannot be seen here; null if it can. */
  notSeen: string | null
}
