/** The documents of a result: the parts that the page needs, and the error for a damaged one. */
import { readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import * as v from 'valibot'
import type { Finding } from '../article/finding.ts'
import { exerciseNames } from '../exercises.ts'
import type { Comparison } from '../experiment/comparison.ts'
import type { ExerciseMeasured } from '../experiment/exercise-counts.ts'
import type { Difference } from '../flame/difference.ts'
import type { Machine } from '../measure/machine.ts'
import type { SavedTree } from '../report/flame-files.ts'
import type { StageReport } from '../report/stage-report.ts'
import { labRoot } from '../run/server.ts'
import type { Failure } from './api/index.ts'
import { WebError } from './web-error.ts'

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
    exercise: v.picklist(exerciseNames),
    counters: v.looseObject({}),
    load: v.looseObject({
      cpu: v.looseObject({}),
      figures: v.looseObject({ requests: v.number(), seconds: v.number() }),
    }),
  }),
}

/** The documents that a result may have, by the file that they are in. */
export interface Documents {
  'result.json': StageReport
  'profile.json': SavedTree
  'compare.json': Comparison
  'findings.json': { at: string; machine?: Machine; findings: Finding[] }
  'difference.json': Difference
  'exercise.json': ExerciseMeasured
}

export type DocumentName = keyof Documents

/**
 * Reads a document; undefined if the directory has none of that name.
 * @throws WebError, 404, if it is damaged, with the field that is
 */
export async function document<Name extends DocumentName>(
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
  if (issue.type === 'parse_json')
    throw new WebError(404, cutOff(directory, `${name} is damaged: it was cut off`))
  const at = v.getDotPath(issue)
  const where = at === null ? '' : ` at ${at}`
  const happened = `${name} is damaged${where}: ${issue.message}`
  throw new WebError(404, { happened, next: removal(directory) })
}

/** What to say of a result that was not saved whole. */
export function cutOff(directory: string, happened: string): Failure {
  return {
    happened,
    means: 'the disk was full, or the computer went off while it was copied or saved',
    next: removal(directory),
  }
}

function removal(directory: string): string {
  const inside = directory.startsWith(labRoot + sep)
  const place = inside ? relative(labRoot, directory) : directory
  return `choose another result; to be rid of this one: rm -r ${place}`
}
