/** The flame graph of the reader's own program, by its entry file. */
import { basename } from 'node:path'
import { type CommandLine, type Words, wrongWords } from '../../src/cli/command.ts'
import { ofStages, readEntryOptions, readLoadPlan } from '../../src/cli/load-words.ts'
import { programWords } from '../../src/cli/program-words.ts'
import { readProfiler } from '../../src/cli/words.ts'
import { type EntryProgram, entryProgram } from '../../src/experiment/entry.ts'
import { broughtLoad } from '../../src/experiment/loads.ts'
import { captureGraphs } from '../../src/report/flame-graph.ts'
import { type Emit, stepsOf } from '../../src/run/events.ts'
import { showGraphs } from './show.ts'

export async function flameOfEntries(
  files: readonly string[],
  { values, argumentsOfProgram }: Words,
  line: CommandLine,
  emit: Emit,
): Promise<undefined> {
  const stray = ofStages.find((name) => values[name] !== undefined)
  if (stray !== undefined) throw wrongWords(`--${stray} is for stages, not for ${files[0]}`, line)
  const { load, url, seconds } = readLoadPlan(values, line)
  const prefer = readProfiler(values.profiler, ['perf', 'cpu-prof'])
  const programs = toldApart(
    files.map((file) =>
      entryProgram(file, {
        ...readEntryOptions(values, argumentsOfProgram),
        ...{ url, listens: load !== broughtLoad },
      }),
    ),
  )
  const of = values.alloc === true ? 'bytes' : 'time'
  const options = {
    ...{ load, seconds, warmUpSeconds: values.quick === true ? 1 : 3, prefer },
    words: programWords(),
  }
  const graphs = await captureGraphs(programs, of, options, stepsOf(emit))
  const notes = programs.flatMap((program) => program.notes)
  const more = [...new Set([...notes, ...(load.said?.() ?? [])])]
  await showGraphs(graphs, load.text, values, emit, more)
}

/** Two versions of a program in two directories have the same name: their directories tell them apart. */
function toldApart(programs: readonly EntryProgram[]): EntryProgram[] {
  const isOne = new Set(programs.map(({ name }) => name)).size === programs.length
  return programs.map((program) => {
    const title = isOne ? program.name : `${basename(program.root)}/${program.name}`
    return { ...program, name: title, title }
  })
}
