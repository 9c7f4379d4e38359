/**
 * The references in `profiles/`: a recording of each stage and of a comparison on one machine, in git,
 * for a reader who has not run anything yet, and for the figures in README and docs.
 */
import { existsSync } from 'node:fs'
import { cp, readFile, rename, rm } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Finding } from '../article/finding.ts'
import type { Comparison } from '../experiment/comparison.ts'
import { stagesFile } from '../experiment/results.ts'
import type { VariationId, Varied } from '../experiment/variations.ts'
import { draftName, sweepDrafts, writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'
import { type Stage, stages } from '../stages.ts'
import { files } from './flame-files.ts'
import type { StageReport } from './stage-report.ts'

const profiles = join(labRoot, 'profiles')

/** Puts the results of a run, relative to the checkout, in the place of a stage's reference. */
export async function keepReference(stageId: string, results: string): Promise<void> {
  const reference = join(profiles, stageId)
  const draft = join(profiles, draftName(stageId))
  sweepDrafts(profiles)
  try {
    // The page can be drawn again from the tree beside it; a reference is of the stages as they are.
    const left = [files.flamegraph, stagesFile]
    const filter = (file: string) => !left.includes(basename(file))
    await cp(resolve(labRoot, results), draft, { recursive: true, filter })
    await rm(reference, { recursive: true, force: true })
    await rename(draft, reference)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

/** The stages that have a recording: a new one has none until `npm run profiles` took it. */
export const recordedStages: readonly Stage[] = stages.filter(({ id }) =>
  existsSync(join(profiles, id, 'result.json')),
)

/** The reference result of every stage that has one. */
export async function readReferences(): Promise<StageReport[]> {
  const texts = stages.map(({ id }) =>
    readFile(join(profiles, id, 'result.json'), 'utf8').catch(() => undefined),
  )
  const found = (await Promise.all(texts)).filter((text) => text !== undefined)
  return found.map((text) => JSON.parse(text) as StageReport)
}

/** What is saved of a comparison and of the findings that rest on it. */
export interface ReferenceFindings {
  format: 1
  at: string
  findings: Finding[]
}

/** Puts a comparison, with all its rounds, and the findings in the place of the reference. */
export function keepComparison(comparison: Comparison, findings: Finding[]): void {
  const document: ReferenceFindings = { format: 1, at: comparison.at, findings }
  writeWhole(join(profiles, 'compare.json'), `${JSON.stringify(comparison)}\n`)
  writeWhole(join(profiles, 'findings.json'), `${JSON.stringify(document, null, 2)}\n`)
}

/** Puts all values of an experiment in the place of its reference; returns where that is. */
export function keepVariedReference(varied: Varied): string {
  writeWhole(variedReference(varied.variation), `${JSON.stringify(varied)}\n`)
  return 'profiles'
}

/** The recording of an experiment; undefined if there is none. */
export async function readVariedReference(id: VariationId): Promise<Varied | undefined> {
  const text = await readFile(variedReference(id), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : (JSON.parse(text) as Varied)
}

function variedReference(id: VariationId): string {
  return join(profiles, `vary-${id}.json`)
}

export async function readComparison(): Promise<Comparison> {
  return JSON.parse(await readFile(join(profiles, 'compare.json'), 'utf8')) as Comparison
}

export async function readFindings(): Promise<ReferenceFindings> {
  return JSON.parse(await readFile(join(profiles, 'findings.json'), 'utf8')) as ReferenceFindings
}
