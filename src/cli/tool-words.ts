/** What the words name in commands that run a third-party tool, which takes one program at a time. */
import { entryProgram } from '../experiment/entry.ts'
import { broughtLoad, type LoadPlan, respLoad } from '../experiment/loads.ts'
import { entrySubject, stageSubject, type ToolSubject } from '../experiment/outside-tools.ts'
import { readProfileLoad } from '../load/options.ts'
import type { Stage } from '../stages.ts'
import { quoted } from './called-as.ts'
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
  if (load === broughtLoad) throw wrongWords('name a load: --http URL, or --load "COMMAND"', line)
  const options = { ...readEntryOptions(values, argumentsOfProgram), url, listens: true }
  const loadedBy =
    url === undefined ? `--load ${quoted(String(values.load))}` : `--http ${quoted(url.href)}`
  const flame = `npm run flame -- ${quoted(file)} ${loadedBy}`
  const subject = entrySubject(entryProgram(file, options), flame)
  const asked = values.seconds === undefined ? {} : { seconds }
  return { subject, load, stage: undefined, ...asked }
}
