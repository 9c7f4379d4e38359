/** The difference of two stages as text; the lesson of the lab. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import { paint } from '../cli/colour.ts'
import type { Stage } from '../manifest.ts'
import { labRoot } from '../run/server.ts'

/** Coloured for a terminal; files that do not differ are named in one line. */
export async function stageDiff(from: Stage, to: Stage): Promise<string> {
  const before = await sources(from)
  const after = await sources(to)
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  const same = names.filter((name) => before.get(name) === after.get(name))
  const changed = names.filter((name) => !same.includes(name))
  return [
    `${paint.bold(`${from.id} → ${to.id}`)}  ${to.title}`,
    paint.dim(`${to.id} ${to.change}`),
    ...changed.flatMap((name) => [
      '',
      ...fileDiff(name, before.get(name) ?? '', after.get(name) ?? '', from, to),
    ]),
    '',
    same.length === 0 ? '' : paint.dim(`unchanged: ${same.join(', ')}`),
  ]
    .join('\n')
    .trimEnd()
}

async function sources(stage: Stage): Promise<Map<string, string>> {
  const directory = join(labRoot, 'stages', stage.id)
  const names = (await readdir(directory)).filter(
    (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
  )
  const texts = names.map(
    async (name) => [name, await readFile(join(directory, name), 'utf8')] as const,
  )
  return new Map(await Promise.all(texts))
}

function fileDiff(name: string, before: string, after: string, from: Stage, to: Stage): string[] {
  const { hunks } = structuredPatch(name, name, before, after, undefined, undefined, {
    context: 2,
  })
  const added = hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith('+')).length
  const removed = hunks.flatMap(({ lines }) => lines).filter((line) => line.startsWith('-')).length
  const counts = `${paint.green(`+${added}`)} ${paint.red(`-${removed}`)}`
  return [
    `${paint.bold(`stages/{${from.id} → ${to.id}}/${name}`)}  ${counts}`,
    ...hunks.flatMap((hunk) => [
      paint.cyan(`@@ line ${hunk.oldStart} → ${hunk.newStart} @@`),
      ...hunk.lines.map(colourLine),
    ]),
  ]
}

function colourLine(line: string): string {
  if (line.startsWith('+')) return paint.green(line)
  if (line.startsWith('-')) return paint.red(line)
  return line
}
