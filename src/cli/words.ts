/** Words on the command line that more than one command takes. */
import { LabError } from '../run/lab-error.ts'
import { type CommandLine, wrongWords } from './command.ts'

/**
 * The one word besides the options; undefined where there is none.
 * @throws LabError, exit status 2, where there are more
 */
export function oneWord(positionals: readonly string[], line: CommandLine): string | undefined {
  if (positionals.length > 1) {
    throw wrongWords(
      `one word is wanted, not ${positionals.length}: ${positionals.join(' ')}`,
      line,
    )
  }
  return positionals[0]
}

/**
 * The profiler that `--profiler` names; undefined where it is not given.
 * @throws LabError, exit status 2
 */
export function readProfiler(word: string | boolean | undefined): 'perf' | '0x' | undefined {
  if (word === undefined || word === 'perf' || word === '0x') return word
  throw new LabError(`--profiler wants perf or 0x, not '${word}'`, {
    next: '--profiler 0x, or leave it out',
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
