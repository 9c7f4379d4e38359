/** The flame graph of what was recorded before, by the lab or by another tool. */
import { basename, dirname, resolve, sep } from 'node:path'
import { type CommandLine, type Words, wrongWords } from '../../src/cli/command.ts'
import { haveNothingInCommon } from '../../src/flame/difference.ts'
import { readProfileFile } from '../../src/flame/formats/profile-file.ts'
import { shares } from '../../src/flame/roles.ts'
import type { Graph } from '../../src/report/flame-graph.ts'
import { sentencesOf } from '../../src/report/sentences.ts'
import { type Emit, step } from '../../src/run/events.ts'
import { LabError } from '../../src/run/lab-error.ts'
import { type ShowOptions, showGraphs } from './show.ts'

/** What a file is shown with; all else is about making a recording. */
const taken: readonly string[] = [
  'json',
  'text',
  'intervals',
  'open',
  'save',
  'periods',
  'summary',
  'out',
]

export async function flameOfRecordings(
  files: readonly string[],
  { values, argumentsOfProgram }: Words,
  line: CommandLine,
  emit: Emit,
): Promise<undefined> {
  const stray = Object.keys(values).find((name) => !taken.includes(name))
  if (stray !== undefined || argumentsOfProgram.length > 0) {
    const what = stray === undefined ? 'what comes after a second --' : `--${stray}`
    throw wrongWords(`${what} is for making a recording; ${basename(files[0]!)} is one`, line)
  }
  const graphs: Graph[] = []
  for (const [at, file] of files.entries()) {
    emit(step(`reading ${basename(file)}`))
    graphs.push(await graphOf(file, files[1 - at], values.periods === true))
  }
  const [first, second] = graphs as [Graph, Graph | undefined]
  if (second !== undefined && haveNothingInCommon(first.tree, second.tree)) {
    throw new LabError(
      `${files.map((file) => basename(file)).join(' and ')} have no function in common`,
      {
        means: 'they are recordings of different programs, or of a build with other names',
        next: `npm run flame -- ${files[0]}, and the other by itself`,
      },
    )
  }
  await showGraphs(graphs, '', values as ShowOptions, emit)
}

/** @param other what it is shown beside, if anything */
async function graphOf(file: string, other: string | undefined, periods: boolean): Promise<Graph> {
  const read = await readProfileFile(file, { periods })
  // Stages have a chapter that says what to look for.
  const tree =
    read.grouping === 'layers' ? { ...read, sentences: sentencesOf({ tree: read }) } : read
  // The lab's own files all have the same name: the directory says which recording it is.
  const nameOf = (path: string) => resolve(tree.file === undefined ? dirname(resolve(path)) : path)
  const name = nameBeside(nameOf(file), other === undefined ? undefined : nameOf(other))
  const title = tree.file === undefined ? name : `${name}, ${tree.file.format}`
  return {
    program: { name, title },
    ...{ of: tree.unit.of === 'bytes' ? 'bytes' : 'time', tree, shares: shares(tree) },
    ...{ capture: undefined, check: undefined, isFromFile: true },
  }
}

/** The end of an absolute path, as long as it takes to tell it from another: `old/server.cpuprofile`. */
export function nameBeside(path: string, other: string | undefined): string {
  const [parts, others] = [path, other ?? ''].map((one) => one.split(sep)) as [string[], string[]]
  let length = 1
  while (path !== other && length < parts.length && parts.at(-length) === others.at(-length))
    length++
  return parts.slice(-length).join('/')
}
