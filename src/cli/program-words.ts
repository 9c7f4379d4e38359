/** What the words of a command name: stages or copies of them. */
import type { Stage } from '../stages.ts'
import { type CommandLine, wrongWords } from './command.ts'
import { stageFromWord } from './stage-word.ts'

export type Named = { kind: 'stages'; stages: [Stage] | [Stage, Stage] }

/**
 * Reads the words that name what a command works on: one program, or two to be compared. The one
 * place that decides what a word means.
 * @param line whose first example is suggested
 * @throws LabError, exit status 2, if a word names nothing, or there are too many
 */
export function readNamed(words: readonly string[], line: CommandLine): Named {
  if (words.length > 2) throw wrongWords('name one stage, or two', line)
  const [first, second] = (words.length === 0 ? [undefined] : words).map((word) =>
    stageFromWord(word, line.examples[0]!),
  ) as [Stage, Stage | undefined]
  if (second === undefined) return { kind: 'stages', stages: [first] }
  if (first.id === second.id) {
    throw wrongWords(`name two different stages, not ${first.id} twice`, line)
  }
  return { kind: 'stages', stages: [first, second] }
}
