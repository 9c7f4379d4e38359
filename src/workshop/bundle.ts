/**
 * A bundle: the figures, the machine and the guesses of one person, in one file. Each field is named
 * here, and no part of a result is copied as it is, so no path and no user name can get in.
 *
 * A bundle that is read may be cut off, made by another version, or edited. After `readBundle` every
 * field has its type, and no text can move the cursor or change the direction of writing.
 */
import * as v from 'valibot'
import { testNames } from '../load/workload.ts'
import { counters } from '../measure/counters.ts'
import { printable } from '../run/printable.ts'
import { stages } from '../stages.ts'

/** Raised when an older lab could not read it. */
export const bundleFormat = 2

/** A bundle has some kilobytes, bytes. */
export const largestBundle = 512 * 1024

/** Far more entries than any reader has. */
const mostEntries = 200

/** A text that can be printed, cut to a length. */
export const text = (longest: number) =>
  v.pipe(
    v.string(),
    v.transform((value) => printable(value, longest)),
    v.nonEmpty('is empty'),
  )
const finite = v.pipe(v.number(), v.finite('is not a number'))
export const atLeastZero = v.pipe(finite, v.minValue(0, 'is below 0'))
export const positive = v.pipe(finite, v.gtValue(0, 'is not above 0'))
export const moment = v.pipe(
  v.string(),
  v.check((value) => !Number.isNaN(Date.parse(value)), 'is not a date'),
  v.transform((value) => new Date(value).toISOString()),
)
export const counted = <T extends v.GenericSchema>(value: T) =>
  v.union([v.strictObject({ value }), v.strictObject({ missing: text(200) })])
const list = <T extends v.GenericSchema>(entry: T) =>
  v.pipe(v.array(entry), v.maxLength(mostEntries, `has more than ${mostEntries} entries`))
const stageId = v.picklist(
  stages.map(({ id }) => id),
  'is not a stage of this lab: bring it up to date (git pull)',
)
export const testName = v.picklist(testNames, 'is not a test of this lab')
/** Per request, by the id of the counter. */
export const readings = v.record(v.picklist(counters.map(({ id }) => id)), counted(atLeastZero))
const ratio = v.object({
  ratio: positive,
  low: v.nullable(atLeastZero),
  high: v.nullable(atLeastZero),
})

/** As in `Machine`. */
const machine = v.object({
  cpu: text(60),
  cores: positive,
  memoryBytes: positive,
  os: text(60),
  kernel: text(60),
  arch: text(20),
  node: text(20),
  v8: text(40),
  commit: text(40),
  dirty: v.nullable(v.boolean()),
})

/** One stage under one load. */
const readingSchema = v.object({
  stage: stageId,
  at: moment,
  /** `npm run stage`, or the medians of a comparison. */
  from: v.picklist(['stage', 'comparison']),
  test: testName,
  pipeline: positive,
  /** Length of a measured run. */
  seconds: positive,
  requestsPerSecond: positive,
  /** ms. */
  latency: v.object({ p50: positive, p99: positive }),
  counters: readings,
  /** Share of a core that the load generator used; null if it is not known. */
  clientBusy: v.nullable(atLeastZero),
  /** Null: it was not profiled. */
  profile: v.nullable(
    v.object({
      source: text(20),
      certain: v.boolean(),
      byRole: v.record(text(20), finite),
    }),
  ),
})

/** A stage over the one before it, from interleaved rounds. */
const stepRatioSchema = v.object({
  stage: stageId,
  before: stageId,
  at: moment,
  test: testName,
  pipeline: positive,
  rounds: positive,
  rate: ratio,
  cpu: counted(ratio),
  /** Whether the load generator was the bottleneck in one of the two. */
  clientBound: v.boolean(),
})

/** A guess as `npm start` saves it: a number, a choice or a ranking. */
export const guessSchema = v.union([
  finite,
  text(120),
  v.pipe(v.array(text(120)), v.maxLength(12, 'has more than 12 entries')),
])

const savedGuess = v.object({
  /** Of the prediction. */
  id: text(60),
  guess: guessSchema,
  /** How close it was, if that was saved. */
  verdict: v.nullable(text(20)),
})

const bundleSchema = v.object({
  format: v.literal(bundleFormat),
  kind: v.literal('lab-bundle'),
  /** Of the checkout, random: a later bundle of the same checkout replaces an earlier one. */
  id: text(40),
  /** As the reader gave it, or `guest-` and the beginning of the id. */
  name: text(40),
  at: moment,
  machine,
  readings: list(readingSchema),
  ratios: list(stepRatioSchema),
  guesses: list(savedGuess),
})

export type Bundle = v.InferOutput<typeof bundleSchema>
export type Reading = v.InferOutput<typeof readingSchema>
export type StepRatio = v.InferOutput<typeof stepRatioSchema>
export type SavedGuess = v.InferOutput<typeof savedGuess>

/** Why a file is not a bundle; the message follows the name of the file. */
export class NotABundle extends Error {}

/**
 * @param json of the file
 * @throws NotABundle, which names the field
 */
export function readBundle(json: string): Bundle {
  const document = parse(json)
  const { kind, format } = (document ?? {}) as Partial<Record<keyof Bundle, unknown>>
  if (kind !== 'lab-bundle') throw new NotABundle('is not a bundle of the lab')
  if (typeof format === 'number' && format > bundleFormat) {
    throw new NotABundle('was made by a newer lab: bring this checkout up to date (git pull)')
  }
  if (typeof format === 'number' && format < bundleFormat) {
    throw new NotABundle('was made by an older lab: git pull there, and npm run bundle again')
  }
  const result = v.safeParse(bundleSchema, document)
  if (result.success) return result.output
  throw new NotABundle(`is damaged: ${firstIssue(result.issues)}`)
}

/** The field and what is wrong with it, e.g. `readings.0.stage: expected string, not null`. */
export function firstIssue([issue]: readonly [v.BaseIssue<unknown>, ...unknown[]]): string {
  const { expected, received } = issue
  const mismatch = issue.message.startsWith('Invalid')
  const what = mismatch ? `: expected ${expected}, not ${received}` : ` ${issue.message}`
  return printable(`${v.getDotPath(issue) ?? 'the document'}${what}`, 160)
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new NotABundle(json.trim() === '' ? 'is empty' : 'is not JSON, or was cut off')
  }
}
