/** `--summary FILE`: what a recording says, as Markdown. */
import { resolve } from 'node:path'
import { type CommandLine, type Words, wrongWords } from '../../src/cli/command.ts'
import type { Named } from '../../src/cli/program-words.ts'
import { type Graph, summaryOf } from '../../src/report/flame-graph.ts'
import { mustBeWritableFile, writeWhole } from '../../src/run/disk.ts'
import { readerDirectory } from '../../src/run/reader-directory.ts'

/**
 * Looks before anything is recorded whether a summary can be written.
 * @throws LabError if there is none of what is asked, or no place to write to
 */
export function checkSummary(values: Words['values'], named: Named, line: CommandLine): void {
  const file = summaryFile(values)
  if (file === undefined) return
  const programs = 'stages' in named ? named.stages : 'files' in named ? named.files : []
  if (programs.length > 1)
    throw wrongWords('--summary is of one program, not of a difference', line)
  if (values.replay === true || values.profiler === '0x') {
    throw wrongWords('--summary is of a new recording, by perf or cpu-prof', line)
  }
  mustBeWritableFile(file, 'the summary')
}

/** Writes it if it was asked for. @returns where, or undefined */
export function writeSummary(
  values: Words['values'],
  graph: Graph,
  load: string,
): string | undefined {
  const file = summaryFile(values)
  if (file !== undefined) writeWhole(file, summaryOf(graph, load))
  return file
}

function summaryFile({ summary }: Words['values']): string | undefined {
  return typeof summary === 'string' ? resolve(readerDirectory(), summary) : undefined
}
