/**
 * The lab's story in figures: what a request costs the first stage and the last one, and how they
 * stand beside Redis. No Node: the page draws it as the README and the terminal do.
 */
import type { Comparison, Judged, Row } from '../experiment/comparison.ts'
import { cpuOf } from '../experiment/comparison-answer.ts'
import { isOwnCode } from '../flame/layers.ts'
import { type Role, roles, shares } from '../flame/roles.ts'
import type { FrameNode, FrameTree } from '../flame/tree.ts'
import { boundMark, boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { valueOrUndefined } from '../measure/counted.ts'
import { reading } from '../measure/counters.ts'
import { dateText, figures, intervalText, machineLine } from '../measure/format.ts'
import type { StageReport } from './stage-report.ts'

/** Frames of one role that stand on top of one another, as one box. */
export interface StoryFrame {
  name: string
  role: Role
  /** The stage's own code. */
  own: boolean
  kernel: boolean
  /** Of CPU per request, with all that it called. */
  micros: number
  children: StoryFrame[]
}

export interface StorySide {
  id: string
  number: number
  title: string
  /** CPU per request in its profile, of which the frames are parts. */
  micros: number
  /** Those that take something, the most first. */
  roles: { role: Role; micros: number }[]
  frames: StoryFrame
}

/** A stage beside Redis, in the same rounds of one comparison. */
export interface BesideRedis {
  id: string
  requestsPerSecond: number
  rate: Judged
  /** Null if CPU could not be counted. */
  cpu: Judged | null
  /** The load generator was the bottleneck: the stage may be faster. */
  bound: boolean
}

export interface Story {
  first: StorySide
  last: StorySide
  /** `read(2)` per SET, of the stages that change it. */
  reads: { id: string; value: number }[]
  /** The first stage and the last; empty if Redis was not compared. */
  beside: BesideRedis[]
  /** Of Redis itself; null if it was not compared. */
  redisPerSecond: number | null
  /** `Recorded on 2 x AMD EPYC, …, 28 Nov 2026`. */
  origin: string
}

/**
 * @param reports two stages or more, in their order
 * @param trees profiles of the first and the last of them
 * @returns undefined if a profile does not say how many requests it is of
 */
export function makeStory(
  reports: readonly StageReport[],
  trees: readonly [FrameTree, FrameTree],
  comparison: Comparison | undefined,
): Story | undefined {
  const [one, other] = [reports[0]!, reports.at(-1)!]
  const [first, last] = [sideOf(one, trees[0]), sideOf(other, trees[1])]
  if (first === undefined || last === undefined) return undefined
  const rows = comparison === undefined ? [] : setRows(comparison)
  const beside = [first, last].flatMap(({ id }) => besideOf(rows, id))
  const redis = rows.find(({ target }) => target === 'redis')
  return {
    ...{ first, last, reads: readsOf(reports), beside },
    redisPerSecond: redis?.requestsPerSecond ?? null,
    origin: `Recorded on ${machineLine(one.machine)}, ${dateText(one.at)}`,
  }
}

function sideOf({ stage }: StageReport, tree: FrameTree): StorySide | undefined {
  if (tree.requests === undefined || tree.unit.of !== 'µs') return undefined
  const each = tree.unit.worth / tree.requests
  const micros = tree.root.total * each
  const { byRole } = shares(tree)
  const parts = roles.map((role) => ({ role, micros: byRole[role] * micros }))
  const { id, title } = stage
  return {
    ...{ id, number: Number(/\d+$/.exec(id)?.[0]), title, micros },
    roles: parts.filter(({ micros }) => micros > 0).sort((a, b) => b.micros - a.micros),
    frames: { ...boxOf(tree.root, each, tree.root.total * NARROWEST), name: 'all' },
  }
}

/** Frames below this share of their own profile are left out. */
const NARROWEST = 0.008
/** How much of a frame the one above it must be, to be one box with it. */
const SAME = 0.9

/** A frame and those above it, as long as they have its role and hardly less time. */
function boxOf(frame: FrameNode, each: number, least: number): StoryFrame {
  const chain = [frame]
  for (let top = frame; ; ) {
    const { role } = top
    const next = top.children.find((one) => one.role === role && one.total >= SAME * frame.total)
    if (next === undefined) break
    chain.push(next)
    top = next
  }
  const role = frame.role as Role
  const inside = chain.flatMap(({ children }) => children.filter((one) => !chain.includes(one)))
  const shown = frame.kind === 'kernel' && inside.every((one) => hasOnly(one, role)) ? [] : inside
  return {
    ...{ name: nameOf(chain), role, own: chain.some(isOwnCode) },
    kernel: frame.kind === 'kernel',
    micros: frame.total * each,
    children: shown
      .filter(({ total }) => total >= least)
      .sort((a, b) => b.total - a.total)
      .map((one) => boxOf(one, each, least)),
  }
}

function hasOnly({ role, children }: FrameNode, wanted: Role): boolean {
  return role === wanted && children.every((one) => hasOnly(one, wanted))
}

/** The one that says most: the stage's own function, a system call, JavaScript; else the role. */
function nameOf(chain: readonly FrameNode[]): string {
  const own = chain.find(isOwnCode)
  if (own !== undefined) return own.name
  const call = chain.find(({ file }) => file === 'libc')
  if (call !== undefined) return `${call.name}(2)`
  const script = chain.find(({ kind }) => kind === 'js')
  const [first] = chain as [FrameNode]
  return script?.name ?? (first.kind === 'kernel' ? `${first.role}, kernel` : first.role)
}

/** The first stage, each that differs from the one before by half a call or more, and the last. */
function readsOf(reports: readonly StageReport[]): Story['reads'] {
  const all = reports.flatMap(({ stage, tests }) => {
    const set = tests.find(({ summary }) => summary.test === 'set')
    const value = set && valueOrUndefined(reading(set.server, 'reads'))
    return value === undefined ? [] : [{ id: stage.id, value }]
  })
  return all.filter(({ value }, at) => at === 0 || Math.abs(value - all[at - 1]!.value) >= 0.5)
}

function setRows({ tables, plan }: Comparison): Row[] {
  const table = tables.find(({ test, workload }) => {
    const { pipeline, keyspace } = plan.workloads[workload]!
    return test === 'set' && pipeline === 1 && keyspace === 1
  })
  return plan.baseline === 'redis' ? (table?.rows ?? []) : []
}

function besideOf(rows: readonly Row[], id: string): BesideRedis[] {
  const row = rows.find(({ target }) => target === id)
  if (row === undefined || row.rateRatio === null) return []
  const { requestsPerSecond, rateRatio: rate, clientBusy } = row
  const cpu = cpuOf(row) ?? null
  return [{ id, requestsPerSecond, rate, cpu, bound: isLoadGeneratorBound(clientBusy) }]
}

/** Reads per request: `46`, `1`, `0`; a stage that hands its reads to `io_uring` has some in 100,000. */
function readsText(value: number): string {
  return value >= 0.95 || value < 0.05 ? String(Math.round(value)) : value.toFixed(1)
}

/** A figure of the story: `0.106 → ≥ 1.03`, what it is of, and how far it goes, a line each. */
export interface FigureText {
  what: string
  figure: string
  notes: string[]
}

/**
 * What changed from the first stage to the last; page, README and terminal say the same.
 * @param asks nothing was guessed yet: the reads of the first stage, the first question, are left out
 */
export function figureTexts(
  { reads, beside }: Pick<Story, 'reads' | 'beside'>,
  asks = false,
): FigureText[] {
  const arrows = (parts: readonly string[]) => parts.join(' → ')
  const texts: FigureText[] = []
  if (reads.length > 1) {
    const values = reads.map(({ value }) => readsText(value))
    texts.push({
      what: 'read(2) calls for one SET',
      figure: arrows(asks ? ['?', ...values.slice(1)] : values),
      notes: [
        arrows(reads.map(({ id }) => stageName(id))),
        ...(asks ? ['the first is yours to guess'] : []),
      ],
    })
  }
  const [start, end] = beside
  if (start === undefined || end === undefined) return texts
  texts.push({
    what: 'requests per second, Redis = 1',
    figure: `${figures(start.rate.ratio)} → ${end.bound ? `${boundMark} ` : ''}${figures(end.rate.ratio)}`,
    notes: [...ratioNotes(end.id, end.rate), ...(end.bound ? boundText().split('; ') : [])],
  })
  if (start.cpu === null || end.cpu === null) return texts
  texts.push({
    what: 'CPU per request, Redis = 1',
    figure: `${figures(start.cpu.ratio)} → ${figures(end.cpu.ratio)}`,
    notes: ratioNotes(end.id, end.cpu),
  })
  return texts
}

/** `stage 6, 95 % interval: 0.946–1.12`, and what an inconclusive one says. */
function ratioNotes(id: string, judged: Judged): string[] {
  const interval = intervalText(judged)
  return [
    ...(interval === '' ? [] : [`${stageName(id)}, 95 % interval: ${interval}`]),
    ...(judged.verdict === 'inconclusive' ? ['inconclusive: no difference was seen'] : []),
  ]
}

/** `stage 6`, of its id. */
function stageName(id: string): string {
  return id.replace(/^stage(?=\d)/, 'stage ')
}
