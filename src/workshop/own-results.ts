/** Your own results, as the commands saved them: the newest of each kind, of this machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { otherStages } from '../experiment/results.ts'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { defaultWorkload, type Workload } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import { countersIn, type Readings, reading } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import { ratioOfRounds } from '../measure/statistics.ts'
import { stages } from '../stages.ts'
import {
  firstIssue,
  moment,
  positive,
  type Reading,
  readings,
  type StepRatio,
  testName,
  text,
} from './bundle.ts'

/** Figures of one machine: of a person in the room, or the reference. */
export interface Figures {
  readings: Reading[]
  ratios: StepRatio[]
}

export interface OwnResults extends Figures {
  /** What was left out, and why; a sentence each. */
  notes: string[]
}

/**
 * Reads the directories in which the commands save results. A file that cannot be read is a note.
 * @param places `profiles/local`, and where results go if that cannot be written to
 * @param here this machine: results that came with a copied checkout are of another one
 */
export function ownResults(places: readonly string[], here: Machine): OwnResults {
  const damaged: string[] = []
  let [ofOthers, otherLoads] = [0, 0]
  const all: Figures = { readings: [], ratios: [] }
  for (const { name, json, directory } of places.flatMap(resultFiles)) {
    try {
      const document = checkResult(parsed(json))
      if (document === undefined) continue
      const other = otherStages(directory, json.match(/(?<=")stage\d+(?=")/g) ?? [])
      if (other !== undefined) throw new Error(other)
      if (!isSameMachine(document.machine, here)) ofOthers++
      else if ('workload' in document && !isUsual(document)) otherLoads++
      else {
        const { readings, ratios } = figuresOf(document)
        all.readings.push(...readings)
        all.ratios.push(...ratios)
      }
    } catch (failure) {
      damaged.push(`${name} is left out: ${(failure as Error).message}`)
    }
  }
  const key = ({ stage, test, pipeline }: Reading | StepRatio) => `${stage} ${test} ${pipeline}`
  return {
    readings: newest(all.readings, (one) => `${key(one)} ${one.from}`),
    ratios: newest(all.ratios, key),
    notes: [
      ...leftOut(ofOthers, 'of another machine'),
      ...leftOut(otherLoads, "under another load than the article's"),
      ...damaged,
    ],
  }
}

function leftOut(count: number, why: string): string[] {
  return count === 0 ? [] : [`${count} result${count === 1 ? '' : 's'} ${why}: left out`]
}

/** The newest of each key, in the order of the stages. */
function newest<T extends { stage: string; at: string }>(all: T[], key: (one: T) => string): T[] {
  const found = new Map<string, T>()
  for (const one of all.toSorted((a, b) => (a.at < b.at ? -1 : 1))) found.set(key(one), one)
  const place = ({ stage }: T) => stages.findIndex(({ id }) => id === stage)
  return [...found.values()].sort((a, b) => place(a) - place(b))
}

function resultFiles(place: string): { name: string; json: string; directory: string }[] {
  const attempt = <T>(read: () => T[]): T[] => {
    try {
      return read()
    } catch {
      return [] // no such directory, or one with another kind of result
    }
  }
  return attempt(() => readdirSync(place))
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => ['result.json', 'compare.json'].map((file) => join(name, file)))
    .flatMap((name) =>
      attempt(() => [
        {
          name,
          json: readFileSync(join(place, name), 'utf8'),
          directory: dirname(join(place, name)),
        },
      ]),
    )
}

// ---- the parts of a result that go into a bundle ----

const machine = v.object({ cpu: v.string(), cores: v.number(), os: v.string() })
const workload = v.object({
  clients: positive,
  pipeline: positive,
  payload: v.number(),
  keyspace: positive,
})
const latency = v.object({ p50: positive, p99: positive })
const client = v.nullable(v.object({ busy: v.number() }))
const summary = v.object({
  test: testName,
  seconds: positive,
  requestsPerSecond: positive,
  latency,
  client,
})

/** A result of `npm run stage`. */
const stageResult = v.object({
  format: v.literal(1),
  at: moment,
  machine,
  tool: v.string(),
  stage: v.object({ id: v.string() }),
  workload,
  tests: v.array(
    v.object({
      summary,
      server: readings,
    }),
  ),
  profile: v.object({
    route: v.object({ source: text(20) }),
    shares: v.object({ certain: v.boolean(), byRole: v.record(v.string(), v.number()) }),
  }),
})

/** A result of `npm run compare`. */
const comparisonResult = v.object({
  format: v.literal(1),
  at: moment,
  machine,
  plan: v.object({
    tool: v.string(),
    ablation: v.optional(v.unknown()),
    workloads: v.array(workload),
    rounds: positive,
    seconds: positive,
  }),
  tables: v.array(
    v.object({
      workload: v.number(),
      test: testName,
      rows: v.array(
        v.object({
          target: v.string(),
          requestsPerSecond: positive,
          latency,
          counters: readings,
          clientBusy: v.nullable(v.number()),
        }),
      ),
    }),
  ),
  runs: v.array(
    v.object({
      target: v.string(),
      workload: v.number(),
      round: v.number(),
      summary: v.object({ test: testName, requestsPerSecond: positive }),
      server: readings,
    }),
  ),
})

type StageResult = v.InferOutput<typeof stageResult>
type ComparisonResult = v.InferOutput<typeof comparisonResult>

/**
 * Checks a result; undefined if it is of a kind that bundles do not have.
 * @throws Error if it is damaged, with the field
 */
function checkResult(document: unknown): StageResult | ComparisonResult | undefined {
  if (document === null || typeof document !== 'object') throw new Error('it is not a result')
  const schema = 'tables' in document ? comparisonResult : 'tests' in document ? stageResult : null
  if (schema === null) {
    if ('kind' in document || 'profile' in document) return undefined
    throw new Error('it has no results in it')
  }
  const result = v.safeParse(schema as v.GenericSchema<unknown, StageResult>, document)
  if (result.success) return result.output
  throw new Error(`it is damaged: ${firstIssue(result.issues)}`)
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new Error('it is not JSON, or was cut off')
  }
}

function isSameMachine(a: StageResult['machine'], b: Machine): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.os === b.os
}

function isUsual({ tool, workload }: { tool: string; workload: Workload }): boolean {
  return tool === 'lab' && isUsualLoad(workload)
}

/** The article's load, without pipelining or in the pipelines of 16 of the course. */
function isUsualLoad({ clients, payload, keyspace, pipeline }: Workload): boolean {
  const same = clients === defaultWorkload.clients && payload === defaultWorkload.payload
  return same && keyspace === defaultWorkload.keyspace && [1, 16].includes(pipeline)
}

const isStage = (name: string) => stages.some(({ id }) => id === name)

/**
 * The figures of a result of `npm run stage` or `npm run compare`; none if it is another document.
 * @throws Error if it is damaged, with the field
 */
export function figuresIn(document: unknown): Figures {
  const result = checkResult(document)
  return result === undefined ? { readings: [], ratios: [] } : figuresOf(result)
}

function figuresOf(document: StageResult | ComparisonResult): Figures {
  if ('tables' in document) {
    const { tool, ablation } = document.plan
    if (tool !== 'lab' || ablation !== undefined) return { readings: [], ratios: [] }
    return { readings: readingsOfComparison(document), ratios: stepRatios(document) }
  }
  return { readings: isStage(document.stage.id) ? readingsOfStage(document) : [], ratios: [] }
}

function readingsOfStage({ stage, at, workload, tests, profile }: StageResult): Reading[] {
  const { source } = profile.route
  const { byRole, certain } = profile.shares
  return tests.map(({ summary, server }) => ({
    stage: stage.id,
    at,
    from: 'stage',
    test: summary.test,
    pipeline: workload.pipeline,
    seconds: summary.seconds,
    requestsPerSecond: summary.requestsPerSecond,
    latency: { p50: summary.latency.p50, p99: summary.latency.p99 },
    counters: mainCounters(server),
    clientBusy: summary.client?.busy ?? null,
    profile: { source, certain, byRole: { ...byRole } },
  }))
}

/** Medians over the rounds of a comparison. */
function readingsOfComparison({ at, plan, tables }: ComparisonResult): Reading[] {
  return tables.flatMap(({ workload, test, rows }) => {
    const load = plan.workloads[workload]
    if (load === undefined || !isUsualLoad(load)) return []
    return rows
      .filter(({ target }) => isStage(target))
      .map((row) => ({
        stage: row.target,
        at,
        from: 'comparison' as const,
        test,
        pipeline: load.pipeline,
        seconds: plan.seconds * plan.rounds,
        requestsPerSecond: row.requestsPerSecond,
        latency: { p50: row.latency.p50, p99: row.latency.p99 },
        counters: mainCounters(row.counters),
        clientBusy: row.clientBusy,
        profile: null,
      }))
  })
}

/** A stage over the one before, for each test and load of a comparison that has both. */
function stepRatios({ at, plan, tables, runs }: ComparisonResult): StepRatio[] {
  return tables.flatMap(({ workload, test, rows }) => {
    const load = plan.workloads[workload]
    if (load === undefined || !isUsualLoad(load)) return []
    const runsOf = (id: string) =>
      runs
        .filter((run) => run.target === id && run.workload === workload)
        .filter((run) => run.summary.test === test)
        .sort((a, b) => a.round - b.round)
    return stages.slice(1).flatMap(({ id }, place): StepRatio[] => {
      const before = stages[place]!.id
      const [own, base] = [runsOf(id), runsOf(before)]
      if (own.length === 0 || own.length !== base.length) return []
      const busy = rows.filter(({ target }) => target === id || target === before)
      const rates = (of: typeof own) => of.map(({ summary }) => summary.requestsPerSecond)
      return [
        {
          stage: id,
          before,
          at,
          test,
          pipeline: load.pipeline,
          rounds: plan.rounds,
          rate: ratioOfRounds(rates(own), rates(base)),
          cpu: cpuRatio(own, base),
          clientBound: busy.some(({ clientBusy }) => isLoadGeneratorBound(clientBusy)),
        },
      ]
    })
  })
}

function cpuRatio(own: ComparisonResult['runs'], base: ComparisonResult['runs']): StepRatio['cpu'] {
  const totals: number[][] = []
  for (const runs of [own, base]) {
    const cpu = runs.map(({ server }) => reading(server, 'cpu'))
    const missing = cpu.find((one) => 'missing' in one)
    if (missing !== undefined) return withoutPaths(missing as Counted<never>)
    totals.push(cpu.flatMap((one) => ('value' in one ? [one.value] : [])))
  }
  return { value: ratioOfRounds(totals[0]!, totals[1]!) }
}

/** The counters that a room compares. */
function mainCounters(all: Readings): Readings {
  return Object.fromEntries(
    countersIn([all], true).map(({ id }) => [id, withoutPaths(reading(all, id))]),
  )
}

/** A reason may quote a program's output, with paths that have the name of a user. */
function withoutPaths<T>(figure: Counted<T>): Counted<T> {
  if ('value' in figure) return figure
  return { missing: figure.missing.replace(/\S*[/\\]\S*/g, '…').slice(0, 160) }
}
