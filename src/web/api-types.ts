/**
 * What the lab's server and its page send each other, for both sides. All of it is JSON. Documents that the lab saves anyway (a report, a comparison, a tree of frames) go as they are.
 */

import type { ArticleResult } from '../article/figures.ts'
import type { Finding } from '../article/finding.ts'
import type { Chapter as ChapterCard, RegionRef } from '../course/chapters.ts'
import type { Guess, Interval, Outcome } from '../course/prediction.ts'
import type { Comparison, Row } from '../experiment/comparison.ts'
import type { Note } from '../experiment/comparison-notes.ts'
import type { VariationId, Varied } from '../experiment/variations.ts'
import type { Difference } from '../flame/difference.ts'
import type { Role } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { TestName, Workload } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import type { Machine } from '../measure/machine.ts'
import type { StageReport } from '../report/stage-report.ts'
import type { Story } from '../report/story-data.ts'
import type { Running } from '../run/events.ts'
import type { Failure } from '../run/lab-error.ts'
import type { HunkRef } from '../source/difference.ts'

export type { LiveFigures } from '../run/events.ts'
export type {
  ArticleResult,
  ChapterCard,
  Comparison,
  Difference,
  Failure,
  Finding,
  FrameTree,
  Guess,
  HunkRef,
  Machine,
  Outcome,
  RegionRef,
  Role,
  Row,
  Running,
  StageReport,
  Story,
  TestName,
  VariationId,
  Varied,
  Workload,
}

/** The header in which the page sends its token. */
export const tokenHeader = 'x-lab-token'

/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  error: Failure
  /** With status 409: who is running. */
  running?: Running[]
  /** With status 409, when a file was saved: what is on disk by now. */
  current?: TaskFile
}

// ---- results ----

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

// ---- GET /api/lab ----

interface Taught {
  id: string
  /** Among the stages, or among the exercises. */
  number: number
  title: string
  /** How long it takes, as npm start and the docs say. */
  minutes: number
  /** Why it cannot run on this machine; null if it can. */
  whyNot: string | null
  lesson: LessonCard
  task: TaskCard | null
}

export interface StageCard extends Taught {
  kind: 'stage'
  change: string
  next: string
  /** Name of its chapter; null if there is none. */
  chapter: string | null
}

/** An exercise on the server of `docs/your-own-server`. */
export interface ExerciseCard extends Taught {
  kind: 'exercise'
  /** What the users of the server say. */
  complaint: string
  /** How it is loaded: `GET /orders; 20 connections`. */
  load: string
}

/** What has a lesson. */
export type TaughtCard = StageCard | ExerciseCard

/** A prediction without the function that answers it. */
export type PredictionCard = { id: string; ask: string } & (
  | { kind: 'number'; unit: string }
  | { kind: 'percent' }
  | { kind: 'choice'; options: string[] }
  | { kind: 'ranking'; items: string[] }
)

export interface QuestionCard {
  id: string
  ask: string
  options: string[]
  /** Index of the right one. */
  answer: number
  because: string
}

export interface LessonCard {
  about: string[]
  code: SourcePiece
  predictions: PredictionCard[]
  look: string[]
  /** The frame that the chapter's flame graph is opened at; null: the whole graph. */
  lookAt: string | null
  questions: QuestionCard[]
  cost: string
  /** How long its run takes about, in seconds. */
  seconds: number
}

export interface TaskCard {
  title: string
  goal: string
  steps: StepCard[]
  /** The commands of the task, in their order. */
  commands: string[]
}

/** A step of a task, which can be reached alone. */
export interface StepCard {
  id: string
  title: string
  /** What to do. */
  what: string
  /** The file of the copy to begin in, and what to look for there; '' for all of it. */
  file: string
  region: string
  /** What is counted, and why it matters. */
  counted: string
  /** `read(2) per SET: at most 1` */
  limits: string[]
  /** From where to look to nearly the code. */
  hints: string[]
}

export interface LabData {
  machine: Machine
  /** `2 x AMD EPYC, 24 GiB, …` */
  machineLine: string
  stages: StageCard[]
  exercises: ExerciseCard[]
  chapters: ChapterCard[]
  article: readonly ArticleResult[]
  results: ResultCard[]
  /** What this machine cannot do, a sentence each. */
  notes: string[]
  /** How a role is coloured and what it means. */
  roles: { role: Role; colour: string; means: string }[]
  course: CourseData
  runs: RunsData
  /** The page was written as files by `npm run lab -- --export`: nothing can be run in it. */
  exported: boolean
  /** For `git clone`, in an exported page whose checkout had a public origin. */
  cloneFrom: string | null
}

/** GET /api/story; null if two stages have not been recorded. */
export type StoryData = Story | null

// ---- an exported page ----

/** What the file `data/index.js` of an exported page holds. */
export interface ExportIndex {
  /** Every path that is answered. */
  paths: string[]
  /** By stage, what the recording answers to each prediction. */
  recorded: Record<string, RecordedAnswers>
}

export interface RecordedAnswers {
  run: NonNullable<LessonProgress['run']>
  predictions: {
    card: PredictionCard
    measured: Counted<number | string | readonly number[]>
    interval: Interval | null
    /** Why it came out so; '' if the recording does not have it. */
    because: string
  }[]
}

// ---- GET /api/stage/:id?run=… ----

export interface StageData {
  stage: StageCard
  result: ResultCard
  /** Null for a result that holds a flame graph alone. */
  report: StageReport | null
  tree: FrameTree | null
  /** Why there is no profile, and what to do; null if there is one. */
  noTree: Failure | null
  /** What a reader has to know of the profile, as in its flamegraph.html. */
  notes: readonly Note[]
  /** Of a lesson: what was compared. */
  comparison: Comparison | null
  /** The same stage in the newest comparison, with Redis; a row for each load and test. */
  beside: BesideRow[]
  /** Which comparison that is. */
  besideResult: ResultCard | null
  /** What a reader has to know of that comparison. */
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

// ---- GET /api/exercise/:id?run=… ----

export interface ExerciseData {
  result: ResultCard
  /** What the run measured, a line each: what it is, and how much. */
  figures: [label: string, value: string][]
  tree: FrameTree
  /** What a reader has to know of the profile, as in its flamegraph.html. */
  notes: readonly Note[]
}

// ---- GET /api/chapter/:name ----

/** What the page shows with a piece of a chapter; `text`: its words and its block as they are. */
export type PieceKind =
  | 'text'
  /** The predictions of a lesson, to be guessed. */
  | 'predict'
  /** The heading above which a lesson is run. */
  | 'run'
  /** An output, a table or a chart of recorded figures: it gives the answers away. */
  | 'recorded'
  /** The flame graph, and the same as text. */
  | 'flame'
  | 'flame-text'
  | 'diff'
  | 'questions'
  | 'task'
  /** An experiment by slider; the block's first word names it. */
  | 'slider'

/** What a part of a stage's chapter is for, by its heading of the second level. */
export type ChapterPart = 'predict' | 'run' | 'look' | 'diff' | 'check' | 'try'

export interface ChapterPiece {
  /** Stable within the chapter; an id in the page, too. */
  id: string
  kind: PieceKind
  /** Null: a part that is only read, and every part of a chapter that is not of a stage. */
  part: ChapterPart | null
  /** The heading of the second level that it is under; '' above the first. */
  section: string
  heading: { level: number; text: string; id: string } | null
  /** What fills it from the lab's data; null for text alone. */
  block: { kind: string; words: string[] } | null
  /** Of the block: a diff, a table, a picture, … ; '' for text alone. */
  blockHtml: string
  /** The paragraphs that follow, and speak of the block. */
  wordsHtml: string
  /** Hunks that the block shows and the words speak of. */
  hunks: HunkRef[]
  regions: RegionRef[]
}

export interface ChapterData extends ChapterCard {
  pieces: ChapterPiece[]
}

// ---- GET /api/diff/:from/:to ----

export interface DiffHunk {
  number: number
  /** First line in the earlier and in the later stage, from 1. */
  before: number
  after: number
  /** `@@ hunk 2 of 3, line 35 → 36 @@` */
  head: string
  /** With their signs. */
  lines: string[]
}

export interface PieceRef {
  chapter: string
  piece: string
  section: string
}

export interface DiffFile {
  name: string
  in: 'both' | 'earlier' | 'later'
  added: number
  removed: number
  hunks: DiffHunk[]
  /** In the form of `diff -u`, for a diff view; '' if nothing differs. */
  unified: string
  /** What is compared: without the switches of `--ablate`. */
  before: string | null
  after: string | null
  /** For each line of the two its number in the file, from 1. */
  numbers: { before: number[]; after: number[] }
}

export interface DiffData {
  from: string
  to: string
  files: DiffFile[]
}

// ---- GET /api/difference/:from/:to?before=…&after=… ----

export interface DifferenceData {
  difference: Difference
  before: ResultCard
  after: ResultCard
  /** What to know before the two are compared, a sentence each: other machines, other loads. */
  notes: string[]
}

// ---- GET /api/explain?frame=…&file=…&line=…&stage=… ----

export interface Explanation {
  frame: string
  /** What a frame that is not the stage's own does; null for the stage's own, and unknown ones. */
  means: string | null
  /** `libuv, C`, `the kernel, …`; null likewise. */
  where: string | null
  role: Role | null
  roleMeans: string | null
  /** The function in every stage that has it, the asked stage first. */
  sources: SourcePiece[]
  /** Hunks that touch it, those of the asked stage first. */
  hunks: HunkRef[]
  /** Where the chapters speak of it, the asked stage's first. */
  paragraphs: PieceRef[]
}

export interface SourcePiece {
  name: string
  file: string
  /** Of the stage; null for what all stages share. */
  stage: string | null
  line: number
  end: number
  text: string
  /** The same with classes for its colours. */
  html: string
  /** Numbers of the lines that hold more than a comment. */
  codeLines: number[]
}

/** GET /api/source?file=stages/stage1/reader.ts */
export interface SourceData {
  file: string
  text: string
  html: string
}

// ---- GET /api/comparison/:run, /api/findings?run=… ----

export interface ComparisonData {
  result: ResultCard
  comparison: Comparison
}

export interface FindingsData {
  result: ResultCard
  findings: Finding[]
}

// ---- GET /api/slider/:id ----

/** The points of an experiment by slider. */
export interface SliderData {
  /** On the machine of the recordings; null if none were taken. */
  recorded: Varied | null
  /** Those of this machine, the oldest first. */
  runs: Varied[]
}

// ---- tasks: GET /api/task/:id; POST /api/task/:id/copy and /hint return it too ----

export interface TaskData {
  /** Of the stage or the exercise. */
  id: string
  /** The reader's copy, e.g. `mine/stage1`, with the names of its files; null if there is none. */
  copy: { directory: string; files: string[] } | null
  /** Ids of the steps that the last check, here or in a terminal, has found reached. */
  reached: string[]
  /** Id of the step to work at: the first that is not reached, or the last. */
  step: string
  /** How many of its hints were shown. */
  hintsShown: number
  /** The last check that this page has run since the lab was started; null before the first. */
  check: CheckCard | null
  /** The stages whose difference shows a solution; null if the next stage does not. */
  solution: { from: string; to: string } | null
  /** What to read and try when the goal is reached, a line each. */
  after: string[]
}

/** GET /api/task/:id/file/:name; PUT returns it too. */
export interface TaskFile {
  name: string
  text: string
  /** Another one whenever the text is another. */
  version: string
}

/** The body of PUT /api/task/:id/file/:name: 409 if the file on disk has another version by now. */
export interface SaveOrder {
  text: string
  /** Of the file that was changed. */
  version: string
}

/** What `npm run check` found. */
export interface CheckCard {
  /** When it was begun, ISO 8601. */
  at: string
  verdict: string
  conforms: boolean
  /** Whether the goal of the task is reached. */
  reached: boolean
  /** What was answered otherwise than expected, with what it usually means. */
  failures: { seen: string; means: string }[]
  typeErrors: string[]
  /** Empty if it does not conform: then nothing is counted. */
  steps: StepResult[]
  /** All of it, as the terminal prints it. */
  screen: string
}

export interface StepResult {
  id: string
  title: string
  reached: boolean
  limits: {
    title: string
    /** What was counted; null if it cannot be counted here. */
    seen: string | null
    atMost: string
    reached: boolean
    /** Why it cannot be counted; '' if it can. */
    missing: string
  }[]
}

// ---- recordings with one thing wrong: GET /api/lies, GET /api/lie/:number ----

export interface LieCard {
  /** From 1. */
  number: number
  claim: string
  /** The names of the wrong guesses so far. */
  wrong: string[]
}

/** Texts in lines are as the terminal has them. */
export interface LieData extends LieCard {
  /** The table that is shown with the claim. */
  shown: string
  tree: FrameTree | null
  /** Of the flame graph. */
  caption: { title: string; workload: string }
  recordedOn: string
  looks: { name: string; asks: string; text: string }[]
  guesses: {
    name: string
    words: string
    right: boolean
    /** The figure that speaks for it or against it. */
    figure: string
  }[]
  /** The help after one wrong guess, and after two. */
  question: string
  hint: { look: string; find: string }
  /** What is wrong, in words. */
  answer: string
  lesson: string
  /** Commands that do it right. */
  right: string[]
}

/** The body of POST /api/lie/:number/guess, which returns `LieProgress`. */
export interface LieGuess {
  guess: string
}

export type LieProgress = Pick<LieCard, 'number' | 'wrong'>

// ---- wrong benchmarks beside right ones: GET /api/pitfalls ----

export interface PitfallCard {
  name: string
  title: string
  /** What is done wrong, and what is done instead. */
  wrong: string
  right: string
  /** What the last run of this page said; null before the first. */
  result: PitfallResult | null
}

export interface PitfallResult {
  /** ISO 8601. */
  at: string
  wrong: string
  right: string
  error: string
  /** The noise explains the difference. */
  inconclusive: boolean
  why: string
  details: string[]
}

// ---- runs ----

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

// ---- the course ----

/** What a reader guessed, answered and ran; GET /api/course. */
export interface CourseData {
  lessons: Record<string, LessonProgress>
  /** What the reader has to know of how it is saved, a line each. */
  notes: string[]
}

export interface LessonProgress {
  guesses: Record<string, { guess: Guess | null; at: string }>
  outcomes: Record<string, OutcomeCard>
  answers: Record<string, { chosen: number | null; right: boolean; at: string }>
  run: {
    at: string
    recorded: boolean
    result: string | null
    machine: string
    /** That the machine was busy meanwhile, in words. */
    busy?: string
  } | null
  done: string | null
  /** When its chapter was read to the end; null if it was not. */
  read: string | null
  /** The copy for its task was checked. */
  tried: boolean
  /** A check of the copy has reached the goal. */
  solved: boolean
}

export type OutcomeCard = Outcome & {
  /** What the recording says, if this machine could not tell. */
  recorded?: Outcome
  /** Why it came out so. */
  because: string
}

/** POST /api/guess; a guess of null: skipped. Returns CourseData. */
export interface GuessOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
  prediction: string
  guess: Guess | null
}

/** POST /api/answer; returns CourseData. */
export interface AnswerOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
  question: string
  chosen: number | null
}

/** POST /api/read: a chapter was read to its end. Returns CourseData. */
export interface ReadOrder {
  /** Its name: `stage2`. */
  chapter: string
}

/** POST /api/recorded; judges the guesses by the recording, if nothing can be run. */
export interface RecordedOrder {
  /** Its id: that of its stage or exercise. */
  lesson: string
}

// ---- GET /api/events ----

/** A line of JSON for each event, `{ name, data }`. `runs` comes first. */
export interface Events {
  /** Whenever anything about what runs has changed; some three times per second during a run. */
  runs: RunsData
  /** A result came or went. */
  results: ResultCard[]
  /** Guesses were saved, or judged. */
  course: CourseData
  /** Files of a copy were written, or are gone: the versions of all that there are, by name. */
  copy: { task: string; files: Record<string, string> }
  /** The page's run has come to its end: `state` says how. */
  ended: PageRun
}
