/** What the words name in commands that run a third-party tool, which takes one program at a time. */
import { entryProgram } from '../experiment/entry.ts'
import { type LoadPlan, respLoad } from '../experiment/loads.ts'
import { entrySubject, stageSubject, type ToolSubject } from '../experiment/outside-tools.ts'
import { readProfileLoad } from '../load/options.ts'
import type { Stage } from '../stages.ts'
import { type CommandLine, type Words, wrongWords } from './command.ts'
import { ofStages, readEntryOptions, readLoadPlan, refuseWithStages } from './load-words.ts'
import { readNamed } from './program-words.ts'

/**
 * @param names the words that name the program
 * @returns `seconds` only if they were asked for
 * @throws LabError, exit status 2
 */
export function readToolSubject(
  names: readonly string[],
  words: Words,
  line: CommandLine,
): { subject: ToolSubject; load: LoadPlan; stage: Stage | undefined; seconds?: number } {
  const { values, argumentsOfProgram } = words
  const named = readNamed(names, line)
  if (named.kind === 'stages' && named.stages.length === 1) {
    refuseWithStages(words, line)
    const [stage] = named.stages
    const { workload, tests } = readProfileLoad(values)
    return { subject: stageSubject(stage), load: respLoad(workload, tests), stage }
  }
  if (named.kind !== 'entries' || named.files.length > 1) throw wrongWords('name one program', line)
  const [file] = named.files
  const stray = ofStages.find((name) => values[name] !== undefined)
  if (stray !== undefined) throw wrongWords(`--${stray} is for stages, not for ${file}`, line)
  if (values.node !== undefined) {
    throw wrongWords('these tools run in the lab’s own Node: leave --node out', line)
  }
  const { load, url, seconds } = readLoadPlan(values, line)
  if (url === undefined) {
    const what = values.load === undefined ? 'name a load' : 'these tools take no other load than'
    throw wrongWords(`${what}: --http URL`, line)
  }
  const options = { ...readEntryOptions(values, argumentsOfProgram), url, listens: true }
  const flame = `npm run flame -- ${file} --http ${url.href}`
  const subject = entrySubject(entryProgram(file, options), flame)
  const asked = values.seconds === undefined ? {} : { seconds }
  return { subject, load, stage: undefined, ...asked }
}
