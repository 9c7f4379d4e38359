/** The reader's own results, as the commands kept them: the newest of each kind, of this machine. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { boundFrom, type Comparison, cpuRatio, rateRatio } from '../experiment/comparison.ts'
import { defaultWorkload, type Workload } from '../load/workload.ts'
import type { Counted } from '../measure/counted.ts'
import type { Machine } from '../measure/machine.ts'
import type { StageReport } from '../report/stage-report.ts'
import { stages } from '../stages.ts'
import type { Reading, StepRatio } from './bundle.ts'

export interface OwnResults {
  readings: Reading[]
  ratios: StepRatio[]
  /** What was left out, and why; a sentence each. */
  notes: string[]
}

/**
 * Reads the directories that the commands keep results in. What cannot be read is told, never thrown.
 * @param places `profiles/local`, and where results go when that cannot be written to
 * @param here the machine: results that came with a copied checkout are another's
 */
export function ownResults(places: readonly string[], here: Machine): OwnResults {
  const damaged: string[] = []
  const documents = places.flatMap((place) => documentsIn(place, damaged))
  const own = documents.filter(({ machine }) => isSameMachine(machine, here))
  const reports = own.filter(isReport)
  const comparisons = own.filter(isComparison)
  const fit = reports.filter((report) => report.tool === 'lab' && isUsual(report.workload))
  const notes = [
    ...left(documents.length - own.length, 'of another machine'),
    ...left(reports.length - fit.length, "under another load than the article's"),
    ...damaged.map((name) => `${name} cannot be read: left out`),
  ]
  const readings = [...fit.flatMap(readingsOfReport), ...comparisons.flatMap(readingsOfComparison)]
  const ratios = comparisons.flatMap(stepRatios)
  const key = ({ stage, test, pipeline }: Reading | StepRatio) => `${stage} ${test} ${pipeline}`
  return {
    // A run of one stage knows its profile: it goes before a comparison, which has none.
    readings: newest(readings, (one) => `${key(one)} ${one.from}`),
    ratios: newest(ratios, key),
    notes,
  }
}

function left(count: number, why: string): string[] {
  return count === 0 ? [] : [`${count} result${count === 1 ? '' : 's'} ${why}: left out`]
}

/** The newest of each, in the order of the stages. */
function newest<T extends { stage: string; at: string }>(all: T[], key: (one: T) => string): T[] {
  const found = new Map<string, T>()
  for (const one of all.toSorted((a, b) => (a.at < b.at ? -1 : 1))) found.set(key(one), one)
  const place = ({ stage }: T) => stages.findIndex(({ id }) => id === stage)
  return [...found.values()].sort((a, b) => place(a) - place(b))
}

type Document = StageReport | Comparison

function documentsIn(place: string, damaged: string[]): Document[] {
  let names: string[]
  try {
    names = readdirSync(place)
  } catch {
    return []
  }
  return names
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => ['result.json', 'compare.json'].map((file) => join(name, file)))
    .flatMap((name) => {
      let text: string
      try {
        text = readFileSync(join(place, name), 'utf8')
      } catch {
        return [] // a directory that holds another kind of result
      }
      const document = parsed(text)
      if (document === undefined) damaged.push(name)
      return document ?? []
    })
}

function parsed(text: string): Document | undefined {
  try {
    const document = JSON.parse(text)
    const whole = document.format === 1 && 'machine' in document && typeof document.at === 'string'
    if (whole && ('tests' in document || 'tables' in document)) return document
  } catch {
    // Cut off, or not a result.
  }
  return undefined
}

function isReport(document: Document): document is StageReport {
  return 'stage' in document && stages.some(({ id }) => id === document.stage.id)
}

function isComparison(document: Document): document is Comparison {
  if (!('tables' in document)) return false
  return document.plan.tool === 'lab' && document.plan.ablation === undefined
}

function isSameMachine(a: Machine, b: Machine): boolean {
  return a.cpu === b.cpu && a.cores === b.cores && a.os === b.os
}

/** The article's load, one at a time or in the batches that the course speaks of. */
function isUsual({ clients, payload, keyspace, pipeline }: Workload): boolean {
  const same = clients === defaultWorkload.clients && payload === defaultWorkload.payload
  return same && keyspace === defaultWorkload.keyspace && [1, 16].includes(pipeline)
}

/** What a run of one stage has to say to a room. */
export function readingsOfReport({ stage, at, workload, tests, profile }: StageReport): Reading[] {
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
    cpu: plain(server.cpuMicros),
    reads: plain(server.reads),
    writes: plain(server.writes),
    clientBusy: summary.client?.busy ?? null,
    profile: { source, certain, byRole: { ...byRole } },
  }))
}

/** The same of each stage in a comparison: medians over its rounds. */
export function readingsOfComparison({ at, plan, tables }: Comparison): Reading[] {
  return tables.flatMap(({ workload, test, rows }) => {
    const load = plan.workloads[workload]!
    if (!isUsual(load)) return []
    return rows
      .filter(({ target }) => stages.some(({ id }) => id === target))
      .map((row) => ({
        stage: row.target,
        at,
        from: 'comparison' as const,
        test,
        pipeline: load.pipeline,
        seconds: plan.seconds * plan.rounds,
        requestsPerSecond: row.requestsPerSecond,
        latency: { p50: row.latency.p50, p99: row.latency.p99 },
        cpu: plain(row.cpu),
        reads: plain(row.reads),
        writes: plain(row.writes),
        clientBusy: row.clientBusy,
        profile: null,
      }))
  })
}

/** A stage over the one before, for each test and load of a comparison that has both. */
export function stepRatios(comparison: Comparison): StepRatio[] {
  const { at, plan, tables, runs } = comparison
  return tables.flatMap(({ workload, test, floor, rows }) => {
    const load = plan.workloads[workload]!
    if (!isUsual(load)) return []
    const runsOf = (id: string) =>
      runs
        .filter((run) => run.target === id && run.workload === workload)
        .filter((run) => run.summary.test === test)
        .sort((a, b) => a.round - b.round)
    return stages.flatMap(({ id }, place): StepRatio[] => {
      const before = stages[place - 1]?.id
      const [own, base] = [runsOf(id), before === undefined ? [] : runsOf(before)]
      if (before === undefined || own.length === 0 || base.length === 0) return []
      const busy = rows.filter(({ target }) => target === id || target === before)
      const { verdict: _, ...rate } = rateRatio(own, base, floor.rate)
      const cpu = cpuRatio(own, base, floor.cpu)
      return [
        {
          stage: id,
          before,
          at,
          test,
          pipeline: load.pipeline,
          rounds: plan.rounds,
          rate,
          cpu: 'missing' in cpu ? plain(cpu) : { value: ratioOnly(cpu.value) },
          clientBound: busy.some(({ clientBusy }) => (clientBusy ?? 0) >= boundFrom),
        },
      ]
    })
  })
}

function ratioOnly({
  ratio,
  low,
  high,
}: {
  ratio: number
  low: number | null
  high: number | null
}) {
  return { ratio, low, high }
}

/** A reason may quote what a program said; a path in it would tell who lives on this machine. */
function plain<T>(counted: Counted<T>): Counted<T> {
  if ('value' in counted) return counted
  return { missing: counted.missing.replace(/\S*[/\\]\S*/g, '…').slice(0, 160) }
}
