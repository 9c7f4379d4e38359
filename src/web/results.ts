/**
 * The results that can be shown: the references, and every run saved on this machine. A result is
 * asked for by its name, which is looked up in a listing: what is in an address never becomes a
 * part of a path.
 */
import { readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import * as v from 'valibot'
import type { Finding } from '../article/finding.ts'
import { exercises, findExercise } from '../exercises.ts'
import type { Comparison } from '../experiment/comparison.ts'
import type { ExerciseMeasured } from '../experiment/exercise-counts.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { otherStages, resultDirectories } from '../experiment/results.ts'
import type { Difference } from '../flame/difference.ts'
import { loadText } from '../load/workload.ts'
import type { Machine } from '../measure/machine.ts'
import type { SavedTree } from '../report/flame-files.ts'
import { machineLine } from '../report/format.ts'
import type { StageReport } from '../report/stage-report.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import type { ResultCard, ResultKind } from './api-types.ts'
import { notFound } from './web-error.ts'

export const reference = 'reference'

/** What is read of a machine, by the line that names it. */
const machineCard = v.looseObject({
  cpu: v.string(),
  cores: v.number(),
  os: v.string(),
  node: v.string(),
})
const workload = v.looseObject({
  clients: v.number(),
  pipeline: v.number(),
  payload: v.number(),
  keyspace: v.number(),
})
const named = v.looseObject({ name: v.string() })
const node = v.looseObject({ name: v.string(), children: v.array(v.looseObject({})) })

/** As much of each document as the cards and the views rest on: a file may be damaged, or be foreign. */
const schemas: Record<DocumentName, v.GenericSchema> = {
  'result.json': v.looseObject({
    format: v.literal(1),
    at: v.string(),
    machine: machineCard,
    stage: v.looseObject({ id: v.string() }),
    workload,
    tests: v.array(v.looseObject({ summary: v.looseObject({ test: v.string() }) })),
    profile: v.looseObject({ shares: v.looseObject({}), route: v.looseObject({}) }),
  }),
  'profile.json': v.looseObject({
    root: node,
    unit: v.looseObject({}),
    notes: v.optional(v.array(v.object({ text: v.string(), warns: v.boolean() }))),
  }),
  'compare.json': v.looseObject({
    format: v.literal(1),
    at: v.string(),
    machine: machineCard,
    plan: v.looseObject({
      targets: v.array(named),
      workloads: v.array(workload),
      tests: v.array(v.string()),
    }),
    twin: named,
    tables: v.array(
      v.looseObject({
        workload: v.number(),
        test: v.string(),
        rows: v.array(v.looseObject({ target: v.string() })),
      }),
    ),
  }),
  'findings.json': v.looseObject({
    at: v.string(),
    machine: v.optional(machineCard),
    findings: v.array(v.looseObject({})),
  }),
  'difference.json': v.looseObject({ root: node, before: named, after: named }),
  'exercise.json': v.looseObject({
    at: v.string(),
    machine: machineCard,
    exercise: v.picklist(exercises.map(({ id }) => id)),
    counters: v.looseObject({}),
    load: v.looseObject({
      cpu: v.looseObject({}),
      figures: v.looseObject({ requests: v.number(), seconds: v.number() }),
    }),
  }),
}

/** The documents that a result may have, by the file that they are in. */
interface Documents {
  'result.json': StageReport
  'profile.json': SavedTree
  'compare.json': Comparison
  'findings.json': { at: string; machine?: Machine; findings: Finding[] }
  'difference.json': Difference
  'exercise.json': ExerciseMeasured
}

export type DocumentName = keyof Documents

export interface Results {
  /** All of them: the references first, then the newest first. One that cannot be read is left out. */
  list(): Promise<ResultCard[]>
  /** What was left out, and why, a sentence each. */
  notes(): Promise<string[]>
  /** A text that differs whenever a result came or went; costs a system call or two. */
  state(): string
  /**
   * The card of a result.
   * @throws WebError, 404, if there is no such result, or it is of something else
   */
  find(id: string, kinds: readonly ResultKind[], stage?: string): Promise<ResultCard>
  /**
   * A document of a result; undefined if it has none of that name.
   * @throws WebError, 404, if it is damaged
   */
  read<Name extends DocumentName>(
    card: ResultCard,
    name: Name,
  ): Promise<Documents[Name] | undefined>
}

const profiles = join(labRoot, 'profiles')

/** @param places where the runs of this machine are; absolute */
export function openResults(places?: readonly string[]): Results {
  /** A directory gets its name when all is in it, so what was read of it once stays true. */
  const known = new Map<string, Promise<ResultCard | string | undefined>>()

  /** The card of each directory; a sentence for one that cannot be read. */
  async function look(): Promise<(ResultCard | string)[]> {
    const found = resultDirectories(places).flatMap((place) =>
      namesIn(place).map((name) => ({ place, name })),
    )
    const cards = found.map(({ place, name }) => {
      const path = join(place, name)
      const card = known.get(path) ?? localCard(path, name).catch(whyLeftOut(path))
      known.set(path, card)
      return card
    })
    const all = [...(await referenceCards()), ...(await Promise.all(cards))]
    return all.filter((card) => card !== undefined)
  }

  async function list(): Promise<ResultCard[]> {
    const all = (await look()).filter((card) => typeof card !== 'string')
    const own = all.filter(({ id }) => id !== reference)
    own.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1))
    return [...all.filter(({ id }) => id === reference), ...own]
  }

  function directoryOf({ id, kind, stages: [stage] }: ResultCard): string | undefined {
    if (id === reference) return kind === 'stage' ? join(profiles, stage!) : profiles
    const place = resultDirectories(places).find((place) => namesIn(place).includes(id))
    return place === undefined ? undefined : join(place, id)
  }

  return {
    list,
    notes: async () => (await look()).filter((card) => typeof card === 'string'),
    state: () => resultDirectories(places).map(changedAt).join(' '),
    async find(id, kinds, stage) {
      const found = (await list()).find(
        (card) =>
          card.id === id &&
          kinds.includes(card.kind) &&
          (stage === undefined || card.stages.includes(stage)),
      )
      if (found !== undefined) return found
      const of = stage === undefined ? '' : ` of ${stage}`
      throw notFound(`there is no result${of} called '${id}'`, 'choose one of the list')
    },
    async read(card, name) {
      const directory = directoryOf(card)
      return directory === undefined ? undefined : await document(directory, name)
    },
  }
}

function whyLeftOut(path: string): (failure: Error) => string {
  const place = path.startsWith(labRoot + sep) ? relative(labRoot, path) : path
  return ({ message }) => `the result in ${place} is left out: ${message}`
}

/** @throws WebError, 404, if it is damaged, with the field that is */
async function document<Name extends DocumentName>(
  directory: string,
  name: Name,
): Promise<Documents[Name] | undefined> {
  let text: string
  try {
    text = await readFile(join(directory, name), 'utf8')
  } catch {
    return undefined
  }
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), schemas[name]), text)
  if (result.success) return result.output as Documents[Name]
  const [issue] = result.issues
  const at = v.getDotPath(issue)
  const where = at === null ? '' : ` at ${at}`
  throw notFound(`${name} is damaged${where}: ${issue.message}`, 'choose another result')
}

/**
 * Names of results: directories. Drafts, which begin with a point, are none yet, and what a symbolic
 * link leads to is not the lab's.
 */
function namesIn(place: string): string[] {
  try {
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter((name) => /^[a-z][\w-]*$/.test(name))
  } catch {
    return []
  }
}

function changedAt(place: string): number {
  try {
    return statSync(place).mtimeMs
  } catch {
    return 0
  }
}

/** The references change only when they are taken again; reading them all takes some 10 ms. */
let references: { state: string; cards: Promise<(ResultCard | string | undefined)[]> } | undefined

async function referenceCards(): Promise<(ResultCard | string | undefined)[]> {
  const directories = [profiles, ...stages.map(({ id }) => join(profiles, id))]
  const state = directories.map(changedAt).join(' ')
  if (references?.state !== state) references = { state, cards: readReferences() }
  return await references.cards
}

async function readReferences(): Promise<(ResultCard | string | undefined)[]> {
  const ofStages = stages.map(({ id }) => join(profiles, id))
  return await Promise.all([
    ...ofStages.map((place) => stageCard(place, reference, 'stage').catch(whyLeftOut(place))),
    comparisonCard(profiles, reference).catch(whyLeftOut(profiles)),
    findingsCard(profiles, reference).catch(whyLeftOut(profiles)),
  ])
}

/** The names are those that `keepResults` is given, with the time after them. */
const kinds: [kind: ResultKind, name: RegExp][] = [
  ['compare', /^compare-\d/],
  ['findings', /^findings-\d/],
  ['difference', /^stage\d+-stage\d+-/],
  ['lesson', /^stage\d+-lesson-/],
  ['alloc', /^stage\d+-alloc-/],
  ['flame', /^stage\d+-flame-/],
  ['stage', /^stage\d+-\d/],
  ['exercise', new RegExp(`^(${exercises.map(({ id }) => id).join('|')})-lesson-`)],
]

async function localCard(directory: string, name: string): Promise<ResultCard | undefined> {
  const kind = kinds.find(([, pattern]) => pattern.test(name))?.[0]
  mustBeOf(directory, idsIn(name))
  switch (kind) {
    case undefined:
      return undefined
    case 'compare':
      return await comparisonCard(directory, name)
    case 'findings':
      return await findingsCard(directory, name)
    case 'stage':
      return await stageCard(directory, name, kind)
    case 'exercise':
      return await exerciseCard(directory, name)
    case 'lesson': {
      const card = await comparisonCard(directory, name, false)
      return card && { ...card, kind, stages: idsIn(name) }
    }
    default: {
      const at = timeIn(name) ?? new Date(changedAt(directory)).toISOString()
      return { id: name, kind, stages: idsIn(name), at, machine: null, load: null }
    }
  }
}

/** @throws Error if one of the stages was another when the result was saved */
function mustBeOf(directory: string, ids: readonly string[]): void {
  const other = otherStages(directory, ids)
  if (other !== undefined) throw new Error(other)
}

function idsIn(name: string): string[] {
  return name.split(/[- ]/).filter((word) => stages.some(({ id }) => id === word))
}

/** The time in a name, which is local time, as ISO 8601. */
function timeIn(name: string): string | undefined {
  const match = /-(\d{4}-\d\d-\d\d)-(\d\d)(\d\d)(\d\d)(?:-\d+)?$/.exec(name)
  if (match === null) return undefined
  const date = new Date(`${match[1]}T${match[2]}:${match[3]}:${match[4]}`)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

async function stageCard(
  directory: string,
  id: string,
  kind: 'stage',
): Promise<ResultCard | undefined> {
  const report = await document(directory, 'result.json')
  if (report === undefined) return undefined
  const { at, machine, stage, workload, tests } = report
  const names = tests.map(({ summary }) => summary.test)
  const load = loadText(workload, names)
  return { id, kind, stages: [stage.id], at, machine: machineLine(machine), load }
}

async function exerciseCard(directory: string, id: string): Promise<ResultCard | undefined> {
  const measured = await document(directory, 'exercise.json')
  if (measured === undefined) return undefined
  const { at, machine, exercise } = measured
  const load = mixText(findExercise(exercise)!.mix)
  return { id, kind: 'exercise', stages: [exercise], at, machine: machineLine(machine), load }
}

/** @param named whether its load names what is compared; a lesson has its stages beside it */
async function comparisonCard(
  directory: string,
  id: string,
  named = true,
): Promise<ResultCard | undefined> {
  const comparison = await document(directory, 'compare.json')
  if (comparison === undefined) return undefined
  const { at, machine, plan } = comparison
  if (id !== reference)
    mustBeOf(
      directory,
      plan.targets.flatMap(({ name }) => idsIn(name)),
    )
  const loads = plan.workloads.map((workload) => loadText(workload, plan.tests)).join('; then ')
  const load = named ? `${comparedText(comparison)}: ${loads}` : loads
  return { id, kind: 'compare', stages: [], at, machine: machineLine(machine), load }
}

/** `stage4 and redis`; `stage4, each optimization left out once`. */
function comparedText({ plan, twin }: Comparison): string {
  if (plan.ablation !== undefined) return `${plan.ablation.stage}, each optimization left out once`
  const names = plan.targets.map(({ name }) => name).filter((name) => name !== twin.name)
  return names.length > 4 ? `${names.length} servers` : names.join(', ')
}

async function findingsCard(directory: string, id: string): Promise<ResultCard | undefined> {
  const found = await document(directory, 'findings.json')
  if (found === undefined) return undefined
  // The reference has its machine beside it, in the comparison that it rests on.
  const machine = found.machine ?? (await document(directory, 'compare.json'))?.machine
  const line = machine === undefined ? null : machineLine(machine)
  return { id, kind: 'findings', stages: [], at: found.at, machine: line, load: null }
}
