/** What blocks are filled from: the sources and the references, each read once for all pages. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Comparison } from '../experiment/comparison.ts'
import type { FrameTree } from '../flame/tree.ts'
import {
  type ReferenceFindings,
  readComparison,
  readFindings,
  readReferences,
} from '../report/reference.ts'
import type { StageReport } from '../report/stage-report.ts'
import { labRoot } from '../run/server.ts'
import { type FileDifference, stageDifference } from '../source/difference.ts'
import { findStage, type Stage, stages } from '../stages.ts'

export interface Material {
  /** Text of a file, by its path relative to the checkout. @throws Error if there is none */
  source(file: string): Promise<string>
  difference(from: Stage, to: Stage): FileDifference[]
  /** The reference results of the stages that have one. */
  reports(): Promise<readonly StageReport[]>
  /** That of one stage. @throws NoRecording if it has none */
  report(stage: Stage): Promise<StageReport>
  /** @throws NoRecording likewise */
  tree(stage: Stage): Promise<FrameTree>
  comparison(): Promise<Comparison>
  findings(): Promise<ReferenceFindings>
}

/** A new stage has no recording yet; a block that needs one says so. */
export class NoRecording extends Error {
  constructor(stage: string) {
    super(`There is no recording of ${stage} yet; \`npm run profiles\` makes one.`)
  }
}

/** The material of the checkout as it is now. */
export function openMaterial(): Material {
  const loaded = new Map<string, Promise<unknown>>()
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const value = (loaded.get(key) as Promise<T> | undefined) ?? read()
    loaded.set(key, value)
    return value
  }
  const source = (file: string) =>
    once(file, async () => {
      try {
        return await readFile(join(labRoot, file), 'utf8')
      } catch {
        throw new Error(`there is no file ${file}`)
      }
    })
  const reports = () => once('reports', readReferences)
  return {
    source,
    difference: stageDifference,
    reports,
    report: async ({ id }) => {
      const report = (await reports()).find(({ stage }) => stage.id === id)
      if (report === undefined) throw new NoRecording(id)
      return report
    },
    tree: async ({ id }) => {
      const text = await source(`profiles/${id}/profile.json`).catch(() => {
        throw new NoRecording(id)
      })
      return JSON.parse(text) as FrameTree
    },
    comparison: () => once('comparison', readComparison),
    findings: () => once('findings', readFindings),
  }
}

/**
 * Returns what a block contains between its two comments, without a line break at its end.
 * @param words those after the kind
 * @param file the page, relative to the checkout: links are relative to it
 * @throws Error if the words name nothing that exists; it says what does
 */
export type Filler = (
  words: readonly string[],
  file: string,
  material: Material,
) => string | Promise<string>

/** The stage of that name. @throws Error if there is none */
export function stageOf(word: string | undefined): Stage {
  const stage = stages.find(({ id }) => id === word)
  if (stage !== undefined) return stage
  const meant = word === undefined ? undefined : findStage(word)?.id
  const known = meant ?? stages.map(({ id }) => id).join(', ')
  throw new Error(
    `a stage is wanted, not '${word ?? ''}'; ${meant ? 'write' : 'there are'} ${known}`,
  )
}

/** The one word of a block that takes a stage. @throws Error if it is another one, or more */
export function onlyStage(words: readonly string[]): Stage {
  if (words.length > 1) throw new Error(`one stage is wanted, not '${words.join(' ')}'`)
  return stageOf(words[0])
}
