/**
 * The difference of two stages in hunks with numbers. `npm run diff` and the chapters both take
 * them from here, so that they can be read beside each other.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import { directoryOf } from '../run/server.ts'
import type { Stage } from '../stages.ts'

/** Lines around a change that are shown with it. */
const CONTEXT = 2

export interface Hunk {
  /** From 1, within its file. */
  number: number
  /** How many the file has. */
  of: number
  /** First line of it in the earlier and in the later stage, from 1. */
  before: number
  after: number
  /** Each with its sign in front: `+`, `-` or a space. */
  lines: string[]
}

export interface FileDifference {
  /** Within the directory of a stage: `reader.ts`. */
  name: string
  /** In which of the two stages it is. */
  in: 'both' | 'earlier' | 'later'
  added: number
  removed: number
  /** None where it is the same in both. */
  hunks: Hunk[]
}

/** All files of two stages, by name. */
export async function stageDifference(
  from: Pick<Stage, 'id'>,
  to: Pick<Stage, 'id'>,
): Promise<FileDifference[]> {
  const [before, after] = [await sources(from), await sources(to)]
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.map((name) => fileDifference(name, before.get(name), after.get(name)))
}

function fileDifference(
  name: string,
  before: string | undefined,
  after: string | undefined,
): FileDifference {
  const { hunks } = structuredPatch(name, name, before ?? '', after ?? '', undefined, undefined, {
    context: CONTEXT,
  })
  const signed = (sign: string) =>
    hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith(sign)).length
  return {
    name,
    in: before === undefined ? 'later' : after === undefined ? 'earlier' : 'both',
    added: signed('+'),
    removed: signed('-'),
    hunks: hunks.map(({ oldStart, newStart, lines }, at) => ({
      number: at + 1,
      of: hunks.length,
      before: oldStart,
      after: newStart,
      lines,
    })),
  }
}

/** The line above a hunk: `@@ hunk 2 of 3, line 35 → 36 @@`. */
export function hunkHead({ number, of, before, after }: Hunk): string {
  return `@@ hunk ${number} of ${of}, line ${before} → ${after} @@`
}

async function sources(stage: Pick<Stage, 'id'>): Promise<Map<string, string>> {
  const directory = directoryOf(stage.id)
  const names = (await readdir(directory)).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const texts = names.map(
    async (name) => [name, await readFile(join(directory, name), 'utf8')] as const,
  )
  return new Map(await Promise.all(texts))
}
