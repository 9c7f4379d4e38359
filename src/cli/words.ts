/** Words on the command line that more than one command takes. */
import { LabError } from '../run/lab-error.ts'
import { type CommandLine, wrongWords } from './command.ts'

/**
 * The one word besides the options; undefined if there is none.
 * @param what it names, for the error
 * @throws LabError, exit status 2, if there are more
 */
export function oneWord(
  positionals: readonly string[],
  line: CommandLine,
  what: 'stage' | 'chapter' | 'recording' | 'folder' = 'stage',
): string | undefined {
  if (positionals.length > 1) {
    throw wrongWords(
      `one ${what} at a time; got ${positionals.length}: ${positionals.join(' ')}`,
      line,
    )
  }
  return positionals[0]
}

/**
 * For a command that takes options only.
 * @throws LabError, exit status 2, if there is a word besides them
 */
export function refuseWords([word]: readonly string[], line: CommandLine): void {
  if (word === undefined) return
  throw wrongWords(`'${word}' is not understood: ${line.command} takes options only`, line)
}

/**
 * The profiler that `--profiler` names; undefined if it is not given.
 * @param names of those that the command can use
 * @throws LabError, exit status 2
 */
export function readProfiler<Name extends string>(
  word: string | boolean | undefined,
  names: readonly Name[],
): Name | undefined {
  const name = names.find((known) => known === word)
  if (name !== undefined || word === undefined) return name
  const stagesOnly = word === '0x' ? ': 0x is run on stages, and by npm run profilers' : ''
  throw new LabError(`--profiler is one of ${names.join(', ')}, not '${word}'${stagesOnly}`, {
    next: `--profiler ${names.at(-1)}, or leave it out`,
    exitCode: 2,
  })
}

/**
 * A port that a person typed.
 * @throws LabError, exit status 2
 */
export function readPort(word: string, example: string): number {
  const port = /^\d{1,5}$/.test(word) ? Number(word) : Number.NaN
  if (port <= 65535) return port
  throw new LabError(`a port is a number from 0 to 65535, not '${word}'`, {
    next: example,
    exitCode: 2,
  })
}
