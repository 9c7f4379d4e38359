/** What `npm run fuzz` prints of a difference, and the file that the case is saved in. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { readable } from '../conformance/bytes.ts'
import { keepResults } from '../experiment/results.ts'
import { LabError } from '../run/lab-error.ts'
import type { Observed } from './conversation.ts'
import type { Finding, FuzzResult } from './fuzz.ts'

/** A case in a file: JSON, with one character per byte in its strings. */
const savedCase = v.object({
  stage: v.string(),
  seed: v.number(),
  index: v.number(),
  keyspace: v.optional(v.number()),
  pieces: v.array(v.pipe(v.string(), v.regex(/^[\0-\xff]*$/, 'is not bytes'))),
})

export type SavedCase = v.InferOutput<typeof savedCase>

/** Characters of a reply that are printed. */
const shown = 300

/** The summary of a stage. */
export function summaryLine(stage: string, result: FuzzResult, keyspace?: number): string {
  const { cases, commands, bytes, pieces, seconds, seed, findings } = result
  const differences = findings.filter(({ seenOnce }) => !seenOnce).length
  const once = findings.length - differences
  const number = (value: number) => value.toLocaleString('en-US')
  return [
    `${stage}: ${number(cases)} cases`,
    `${number(commands)} commands`,
    `${number(bytes)} bytes`,
    `${number(pieces)} pieces`,
    `${seconds.toFixed(1)} s`,
    `seed ${seed}`,
    ...(keyspace === undefined ? [] : [`among ${number(keyspace)} keys`]),
    differences === 0 ? 'no difference' : `${number(differences)} differences`,
    ...(once === 0 ? [] : [`${number(once)} seen only once`]),
  ].join(', ')
}

/** A finding, with the command line that shows it again. */
export function describeFinding(stage: string, finding: Finding, file: string): string {
  const { seed, index, pieces, difference, seenOnce } = finding
  const what = {
    replies: 'different replies',
    connection: 'one connection is open, the other closed',
    state: 'different keys or values afterwards',
    'no answer': 'no answer',
  }[difference.kind]
  const sent = pieces.map(
    (piece, at) => `  ${at === 0 ? 'sent  ' : 'then  '}  ${readable(piece, shown)}`,
  )
  return [
    `${stage}, seed ${seed}, case ${index}: ${what}${seenOnce ? ' (seen only once)' : ''}`,
    ...sent,
    `  redis   ${observed(difference.redis, difference.stage)}`,
    `  ${stage}  ${observed(difference.stage, difference.redis)}`,
    `  → npm run fuzz -- ${stage} --input ${file}`,
  ].join('\n')
}

/** The reply of one server, from a little before the first difference. */
function observed(one: Observed, other: Observed): string {
  let at = 0
  while (at < one.bytes.length && one.bytes[at] === other.bytes[at]) at++
  const start = Math.max(0, at - 60)
  const text = readable(one.bytes.slice(start), shown)
  return `${start > 0 ? '… ' : ''}${text}${one.closed ? '  (closed)' : ''}`
}

/** Saves a failing case; returns the path of its file. */
export async function saveCase(
  stage: string,
  finding: Finding,
  keyspace?: number,
): Promise<string> {
  const { seed, index, pieces } = finding
  const saved: SavedCase = {
    stage,
    seed,
    index,
    pieces,
    ...(keyspace === undefined ? {} : { keyspace }),
  }
  const directory = await keepResults(`fuzz-${stage}`, (draft) =>
    writeFile(join(draft, 'case.json'), `${JSON.stringify(saved, null, 2)}\n`),
  )
  return join(directory, 'case.json')
}

/**
 * Reads a saved case.
 * @throws LabError if the file is missing, or is something else
 */
export async function readCase(path: string): Promise<SavedCase> {
  try {
    const result = v.safeParse(savedCase, JSON.parse(await readFile(path, 'utf8')))
    if (result.success) return result.output
    const [issue] = result.issues
    throw new Error(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
  } catch (cause) {
    throw new LabError(`${path} is not a case of the fuzzer: ${(cause as Error).message}`, {
      means: 'npm run fuzz prints the path of every case that failed',
      next: 'npm run fuzz -- stage3 --input profiles/local/fuzz-…/case.json',
      exitCode: 2,
      cause,
    })
  }
}
