/**
 * The results that can be shown: the references, and every run saved on this machine. A result is
 * asked for by its name, which is looked up in a listing: what is in an address never becomes a
 * part of a path.
 */
import { readdirSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { exerciseNames, findExercise } from '../exercises.ts'
import type { Comparison } from '../experiment/comparison.ts'
import { mixText } from '../experiment/exercise-measured.ts'
import { otherStages, resultDirectories } from '../experiment/results.ts'
import { loadText } from '../load/workload.ts'
import { machineLine } from '../report/format.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import type { Failure, ResultCard, ResultKind } from './api/index.ts'
import { cutOff, type DocumentName, type Documents, document } from './result-documents.ts'
import { notFound } from './web-error.ts'

export const reference = 'reference'

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
  /** What to say of a result that lacks a document that every one of its kind has. */
  cutOff(card: ResultCard, name: DocumentName): Failure
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
    cutOff(card, name) {
      const directory = directoryOf(card)
      if (directory === undefined) return { happened: `the result '${card.id}' is gone` }
      return cutOff(directory, `this result was cut off: its ${name} is missing`)
    },
  }
}

function whyLeftOut(path: string): (failure: Error) => string {
  const place = path.startsWith(labRoot + sep) ? relative(labRoot, path) : path
  return ({ message }) => `the result in ${place} is left out: ${message}`
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
  ['exercise', new RegExp(`^(${exerciseNames.join('|')})-lesson-`)],
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
