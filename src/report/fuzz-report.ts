/** What `npm run fuzz` prints, and the file that a failing case is kept in. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readable } from '../conformance/bytes.ts'
import { keepResults } from '../experiment/results.ts'
import type { Observed } from '../fuzz/conversation.ts'
import type { Finding, FuzzResult } from '../fuzz/fuzz.ts'
import { LabError } from '../run/lab-error.ts'

/** A case in a file: JSON, one character a byte in its strings. */
export interface SavedCase {
  stage: string
  seed: number
  index: number
  pieces: string[]
}

const SHOWN = 300

/** The closing line of a stage. */
export function closingLine(stage: string, result: FuzzResult): string {
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
    differences === 0 ? 'no difference' : `${number(differences)} differences`,
    ...(once === 0 ? [] : [`${number(once)} seen only once`]),
  ].join(', ')
}

/** A finding, with the command line that shows it again. */
export function describeFinding(stage: string, finding: Finding, file: string): string {
  const { seed, index, pieces, difference, seenOnce } = finding
  const what = {
    replies: 'other replies',
    connection: 'open where the other is closed',
    state: 'other keys or values afterwards',
    gone: 'no answer',
  }[difference.kind]
  const sent = pieces.map(
    (piece, at) => `  ${at === 0 ? 'sent  ' : 'then  '}  ${readable(piece, SHOWN)}`,
  )
  return [
    `${stage}, seed ${seed}, case ${index}: ${what}${seenOnce ? ' (seen only once)' : ''}`,
    ...sent,
    `  redis   ${observed(difference.redis, difference.stage)}`,
    `  ${stage}  ${observed(difference.stage, difference.redis)}`,
    `  → npm run fuzz -- ${stage} --input ${file}`,
  ].join('\n')
}

/** What one server said, from a little before where the two part. */
function observed(one: Observed, other: Observed): string {
  let at = 0
  while (at < one.bytes.length && one.bytes[at] === other.bytes[at]) at++
  const start = Math.max(0, at - 60)
  const text = readable(one.bytes.slice(start), SHOWN)
  return `${start > 0 ? '… ' : ''}${text}${one.closed ? '  (closed)' : ''}`
}

/** Keeps a failing case; gives the path of its file. */
export async function keepCase(stage: string, finding: Finding): Promise<string> {
  const { seed, index, pieces } = finding
  const saved: SavedCase = { stage, seed, index, pieces }
  const directory = await keepResults(`fuzz-${stage}`, (draft) =>
    writeFile(join(draft, 'case.json'), `${JSON.stringify(saved, null, 2)}\n`),
  )
  return join(directory, 'case.json')
}

/**
 * Reads a case that was kept.
 * @throws LabError where the file is not there, or is something else
 */
export async function readCase(path: string): Promise<SavedCase> {
  try {
    const { stage, seed, index, pieces } = JSON.parse(await readFile(path, 'utf8'))
    const isText = (piece: unknown) => typeof piece === 'string' && /^[\0-\xff]*$/.test(piece)
    if (!Array.isArray(pieces) || !pieces.every(isText)) throw new Error('it has no pieces')
    return { stage: String(stage), seed: Number(seed), index: Number(index), pieces }
  } catch (cause) {
    throw new LabError(`${path} is no case of the fuzzer: ${(cause as Error).message}`, {
      means: 'npm run fuzz prints the path of every case that failed',
      next: 'npm run fuzz -- stage3 --input profiles/local/fuzz-…/case.json',
      exitCode: 2,
      cause,
    })
  }
}
