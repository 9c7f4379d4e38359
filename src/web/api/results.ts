/** Saved results, and what is shown of each kind. */
import type { ArticleResult } from '../../article/figures.ts'
import type { Finding } from '../../article/finding.ts'
import type { Row, ShownComparison } from '../../experiment/comparison.ts'
import type { Note } from '../../experiment/comparison-notes.ts'
import type { Varied } from '../../experiment/variations.ts'
import type { Difference } from '../../flame/difference.ts'
import type { FrameTree } from '../../flame/tree.ts'
import type { TestName, Workload } from '../../load/workload.ts'
import type { StageReport } from '../../report/stage-report.ts'
import type { Failure } from '../../run/lab-error.ts'
import type { StageCard } from './lab.ts'

/** What a saved result is of. A lesson has a comparison of two stages and a profile of the later. */
export type ResultKind =
  | 'stage'
  | 'flame'
  | 'alloc'
  | 'difference'
  | 'lesson'
  | 'exercise'
  | 'compare'
  | 'findings'

/** A result that can be shown. */
export interface ResultCard {
  /** `reference`, or the name of its directory in `profiles/local`. */
  id: string
  kind: ResultKind
  /** Ids of the stages, or of the exercise, that it is of; empty for a comparison and for findings. */
  stages: string[]
  /** ISO 8601. */
  at: string
  /** `2 x AMD EPYC, …`; null if the files do not say. */
  machine: string | null
  /** How it was loaded: `SET and GET; 50 clients, …`; null if the files do not say. */
  load: string | null
}

/** GET /api/stage/:id?run=… */
export interface StageData {
  stage: StageCard
  result: ResultCard
  /** Null for a result that holds a flame graph alone. */
  report: StageReport | null
  tree: FrameTree | null
  /** Why there is no profile, and what to do; null if there is one. */
  noTree: Failure | null
  /** What a reader must know of the profile, as in its flamegraph.html. */
  notes: readonly Note[]
  /** Of a lesson: what was compared. */
  comparison: ShownComparison | null
  /** The same stage in the newest comparison, with Redis; a row for each load and test. */
  beside: BesideRow[]
  /** Which comparison that is. */
  besideResult: ResultCard | null
  /** What a reader must know of that comparison. */
  besideNotes: Note[]
  article: readonly ArticleResult[]
}

export interface BesideRow {
  workload: Workload
  test: TestName
  stage: Row
  before: Row | null
  redis: Row | null
}

/** GET /api/exercise/:id?run=… */
export interface ExerciseData {
  result: ResultCard
  /** What the run measured, a line each: what it is, and how much. */
  figures: [label: string, value: string][]
  tree: FrameTree
  /** What a reader must know of the profile, as in its flamegraph.html. */
  notes: readonly Note[]
}

/** GET /api/difference/:from/:to?before=…&after=… */
export interface DifferenceData {
  difference: Difference
  before: ResultCard
  after: ResultCard
  /** What to know before the two are compared, a sentence each: other machines, other loads. */
  notes: string[]
}

/** GET /api/comparison/:run; `/api/comparison/:run/whole` returns the Comparison itself. */
export interface ComparisonData {
  result: ResultCard
  comparison: ShownComparison
}

/** GET /api/findings?run=… */
export interface FindingsData {
  result: ResultCard
  findings: Finding[]
}

/** GET /api/slider/:id: the points of an experiment by slider. */
export interface SliderData {
  /** On the machine of the recordings; null if none were taken. */
  recorded: Varied | null
  /** Those of this machine, the oldest first. */
  runs: Varied[]
}
