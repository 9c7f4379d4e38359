/**
 * The stages of the lab, in order, as the folder `stages/` has them. What belongs to a stage is in
 * `stages/stageN/course/`; nothing outside names a stage, so that a new folder is a new stage.
 */
import { readdirSync } from 'node:fs'
import type { Role, RolesByStage } from './flame/roles.ts'

/** What can be counted exactly on any Linux machine, and so may carry a verdict. */
export interface ExpectedCounters {
  /** `read(2)` calls per request, one request in flight per connection; null: one per byte. */
  readsPerRequest: number | null
  /** `write(2)` calls per request at a pipeline of 16. */
  writesPerPipelinedRequest: number
}

/** What `course/stage.ts` of a stage exports as `stage`. */
export interface StageEntry {
  title: string
  /** What this stage changes over the one before, in one sentence. */
  change: string
  expected: ExpectedCounters
  /** What it needs that not every machine has; the stage itself knows whether it is there. */
  needs?: string
}

export interface Stage extends StageEntry {
  /** Directory under `stages/` and name on the command line. */
  id: string
  number: number
  /** The command to try after this stage. */
  next: string
}

/**
 * What `course/functions.ts` exports as `functions`: a sentence on functions without a doc comment,
 * by name. A sentence of an earlier stage holds for the later ones, too.
 */
export type FunctionTexts = Readonly<Record<string, string>>

/**
 * What it exports as `roles`: the role of the stage's files in a flame graph, by `reader.ts`; of a
 * function that differs from its file, by `reader.ts readByte`. Others have the role of their caller.
 */
export type StageRoles = Readonly<Record<string, Role>>

/** The files of `course/` that export something; a test or a patch may lie beside them. */
type CourseFile = 'stage' | 'lesson' | 'task' | 'functions'

const ids = readdirSync(new URL('../stages/', import.meta.url))
  .filter((name) => /^stage\d+$/.test(name))
  .sort((a, b) => numberOf(a) - numberOf(b))

function numberOf(id: string): number {
  return Number(id.slice('stage'.length))
}

/**
 * What the stages export under a name, by the id of the stage, in their order.
 * @param file in `stages/stageN/course/`, without its extension
 * @returns without the stages that export no such name
 * @throws Error if a stage has no such file
 */
export async function fromStages<T>(
  file: CourseFile,
  name: string = file,
): Promise<Map<string, T>> {
  const modules = ids.map(
    async (id) => [id, await import(`../stages/${id}/course/${file}.ts`)] as const,
  )
  const found = (await Promise.all(modules)).filter(([, exported]) => name in exported)
  return new Map(found.map(([id, exported]) => [id, exported[name] as T]))
}

export const stages: readonly Stage[] = [...(await fromStages<StageEntry>('stage'))].map(
  ([id, entry], at, all) => {
    const number = numberOf(id)
    const following = all[at + 1]
    const next =
      following === undefined
        ? `npm run stage ${number} -- --pipeline 16`
        : `npm run diff -- ${number} ${numberOf(following[0])}`
    return { id, number, next, ...entry }
  },
)

/** What the stages' own files do, for the roles in a flame graph. */
export const rolesOfStages: RolesByStage = await fromStages<StageRoles>('functions', 'roles')

/** Finds a stage by what a person types: `1`, `stage1`. Undefined if there is none. */
export function findStage(word: string): Stage | undefined {
  return stages.find((stage) => stage.id === word || String(stage.number) === word)
}
