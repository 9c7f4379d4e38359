/**
 * What every command of the lab has in common: `--help`, errors with the next command to type, an
 * end to the children however the command ends, and the exit status:
 *
 * - 0 done; 1 it failed or a check fell short; 2 wrong words;
 * - 128 and the number of the signal that ended it: 130 Ctrl-C, 143 SIGTERM, 129 a closed terminal,
 *   141 a closed pipe, which is no failure of the lab's, but not all of the output was read.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { notWritten } from '../run/disk.ts'
import type { Emit } from '../run/events.ts'
import { LabError, toFailure } from '../run/lab-error.ts'
import { asCalled, quoted } from './called-as.ts'
import { paintError } from './colour.ts'
import { CLOSED_PIPE, flushed, outputLost, tooNarrow, watchWidth } from './finish.ts'
import { nearest } from './nearest.ts'
import { runEvents } from './progress.ts'
import { endWithNpm } from './signals.ts'
import { swallowedOptions } from './swallowed.ts'
import { widthOf, wrap, wrapAroundCommands, wrapExample, wrapHelp, wrapOptions } from './wrap.ts'

/** The oldest Node that strips types from the stages and has all that the lab uses. */
const NODE_MAJOR = 26

type Options = NonNullable<ParseArgsConfig['options']>
type Values = Record<string, string | boolean | undefined>

export interface CommandLine {
  /** As it is typed: `npm run stage`. */
  command: string
  /** What follows it in the usage line: `N [options]`. */
  usage: string
  /** What it does, in a few lines. */
  about: string
  options: Options
  /** Whether words after a second `--` are for the program that it starts. */
  takesArguments?: boolean
  /** `--name VALUE   what it is`, a line each. */
  help: readonly string[]
  /** Example command lines. */
  examples: readonly string[]
}

export interface Words {
  values: Values
  positionals: string[]
  /** What came after the second `--`: for the program that is started. */
  argumentsOfProgram: string[]
}

/**
 * Runs a command and ends the process with its exit status.
 * @param run gets the words and the function to emit events with; returns the exit status, or nothing
 *   for 0. A LabError that it throws is printed for a person
 */
export function runCommand(
  line: CommandLine,
  run: (words: Words, emit: Emit) => Promise<number | undefined>,
): void {
  const emit = runEvents(asTyped(line.command, process.argv.slice(2)))
  endOnSignals(emit)
  endWithNpm()
  process.on('uncaughtException', (failure) => process.exit(report(failure, line, emit)))
  const width = watchWidth(process.stdout)
  main(line, run, emit)
    .catch((failure) => report(failure, line, emit))
    .then(async (status) => {
      const narrow = tooNarrow(width(), process.stdout.columns ?? 0, line.command)
      if (narrow !== undefined) console.error(narrow)
      process.exit(await flushed(status))
    })
}

async function main(
  line: CommandLine,
  run: (words: Words, emit: Emit) => Promise<number | undefined>,
  emit: Emit,
): Promise<number> {
  if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR) throw oldNode()
  const words = readWords(line)
  if (words.values.help === true) {
    console.log(helpText(line, widthOf(process.stdout)))
    return 0
  }
  const status = (await run(words, emit)) ?? 0
  emit({ type: 'end' })
  return status
}

/**
 * A command with its words, as a person types it through npm, which keeps options for itself that
 * come before a `--`. `--json`, which changes nothing of what is done, is left out.
 */
export function asTyped(command: string, all: readonly string[]): string {
  const words = all.filter((word) => word !== '--json')
  const dash = words.findIndex((word) => word.startsWith('-'))
  if (dash >= 0) words.splice(dash, 0, '--')
  return [command, ...words.map(quoted)].join(' ')
}

function readWords(line: CommandLine): Words {
  refuseSwallowed(line)
  const all = process.argv.slice(2)
  const end = line.takesArguments === true ? all.indexOf('--') : -1
  const [args, argumentsOfProgram] = end < 0 ? [all, []] : [all.slice(0, end), all.slice(end + 1)]
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...line.options, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    })
    return { values: values as Values, positionals, argumentsOfProgram }
  } catch (error) {
    throw wrongWords(wrongOption(error as NodeJS.ErrnoException, line), line)
  }
}

/** What is wrong with an option, by the error of `parseArgs`. */
function wrongOption({ code, message }: NodeJS.ErrnoException, { options }: CommandLine): string {
  const name = /'(--?[\w-]+)/.exec(message)?.[1]
  if (name === undefined) return message
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
    const near = nearest(name.replace(/^-+/, ''), Object.keys(options))[0]
    return `there is no option ${name}${near === undefined ? '' : `; near it: --${near}`}`
  }
  return `${name} ${message.includes('does not take') ? 'takes no value' : 'needs a value'}`
}

/** @throws LabError: without them the command would run as if they had not been typed */
function refuseSwallowed(line: CommandLine): void {
  const found = swallowedOptions(line.options, line.help, process.argv.slice(2), process.env)
  if (found === undefined) return
  const check = found.unsure ? '; npm hides which value belongs to which option: check them' : ''
  throw new LabError(`npm took ${found.names.join(' and ')} for itself`, {
    means: `options for a command of the lab come after a --${check}`,
    next: asTyped(line.command, found.words),
    exitCode: 2,
  })
}

/** An error for words that the command does not take. */
export function wrongWords(happened: string, line: CommandLine): LabError {
  return new LabError(happened, { next: `${line.command} -- --help`, exitCode: 2 })
}

function oldNode(): LabError {
  return new LabError(`this is Node ${process.versions.node}; the lab runs on ${NODE_MAJOR}`, {
    means:
      'npm puts the right one into node_modules for Linux and macOS; here it did not, or the script was not started through npm',
    next: `npm ci, then the same command through "npm run"; or install Node ${NODE_MAJOR}`,
  })
}

/** What `--help` prints, in lines of at most `width` characters. */
export function helpText(line: CommandLine, width: number): string {
  const [usage, ...more] = wrap(asCalled(`Usage: ${line.command} ${line.usage}`), '  ', width)
  return [
    usage!.trimStart(),
    ...more,
    '',
    ...wrapHelp(line.about.split('\n'), width),
    '',
    'Options:',
    ...wrapOptions([...line.help, '--help  this text'], width),
    '',
    'Examples:',
    ...line.examples.flatMap((example) => wrapExample(asCalled(example), width)),
  ].join('\n')
}

/** Prints an error; returns the exit status. */
function report(thrown: unknown, line: CommandLine, emit: Emit): number {
  const failure = explained(thrown)
  emit({ type: 'failure', ...toFailure(failure) })
  if (!(failure instanceof LabError)) {
    console.error(`${line.command}: a fault in the lab itself. Nothing was recorded.`)
    console.error(failure)
    return 1
  }
  // Lines are wrapped on a terminal only: in a file a message stays on one line, for grep.
  const width = process.stderr.isTTY ? widthOf(process.stderr) : Number.POSITIVE_INFINITY
  console.error(errorText(failure, width))
  return failure.exitCode
}

/** What happened, what it means, the next command; a command is never broken. */
export function errorText({ message, means, next }: LabError, width: number): string {
  const set = (text: string) =>
    text.split('\n').flatMap((part) => wrapAroundCommands(part, '  ', width))
  const marked = (mark: string, text: string) => {
    const [first, ...rest] = wrapAroundCommands(asCalled(text), '    ', width)
    return [`  ${mark} ${first!.trimStart()}`, ...rest]
  }
  const [happened, ...more] = set(message)
  return [
    `${paintError.red('✗')} ${happened!.trimStart()}`,
    ...more,
    ...(means === undefined ? [] : set(means)),
    ...(next === undefined ? [] : marked('→', next).map((line) => paintError.bold(line))),
  ].join('\n')
}

/** A disk may be full wherever a file is written. */
function explained(thrown: unknown): unknown {
  const { code, path = 'the disk' } = (thrown ?? {}) as NodeJS.ErrnoException
  if (!['ENOSPC', 'EDQUOT', 'EROFS'].includes(code ?? '')) return thrown
  return notWritten('a file', path, thrown, 'make room there, and run the command again')
}

function endOnSignals(emit: Emit): void {
  const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const
  for (const [signal, status] of Object.entries(signals)) {
    process.once(signal, () => {
      emit({ type: 'end' })
      console.error('interrupted: nothing was recorded')
      process.exit(status) // children and temporary files go in the `exit` handlers
    })
  }
  // `npm run stage 1 | head`: the reader has gone, so no message would be read.
  process.stdout.on('error', (error) => process.exit(outputLost(error)))
  process.stderr.on('error', () => process.exit(CLOSED_PIPE))
}
