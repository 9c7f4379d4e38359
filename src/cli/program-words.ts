/** What the words of a command name: stages, copies of them, entry files of the reader's own, recordings. */
import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { isEntryFile } from '../experiment/entry.ts'
import { files } from '../report/flame-files.ts'
import { howToList } from '../run/attach.ts'
import { firstLine } from '../run/first-line.ts'
import { LabError } from '../run/lab-error.ts'
import { findCopy } from '../run/mine.ts'
import { readerDirectory } from '../run/reader-directory.ts'
import { findStage, type Stage } from '../stages.ts'
import { quoted } from './called-as.ts'
import { type CommandLine, wrongWords } from './command.ts'
import { stageFromWord } from './stage-word.ts'

/** One program, or two that are compared. */
type OneOrTwo<T> = [T] | [T, T]

export type Named =
  | { kind: 'stages'; stages: OneOrTwo<Stage> }
  /** Files that Node runs, absolute. */
  | { kind: 'entries'; files: OneOrTwo<string> }
  /** A process that runs already. */
  | { kind: 'pid'; pid: number }
  /** Files that the lab or another tool has recorded, absolute. */
  | { kind: 'recordings'; files: OneOrTwo<string> }

/**
 * Reads the words that name what a command works on: one program, or two. The one place that decides
 * what a word means: a stage's name is a stage; any other word is a file, from where the reader
 * stands: a program by its ending or its first line, or else a recording.
 * @param line whose first example is suggested
 * @param pid the word of `--pid`, for a command that has it
 * @throws LabError, exit status 2, if a word names nothing, or there are too many
 */
export function readNamed(words: readonly string[], line: CommandLine, pid?: string): Named {
  if (pid !== undefined) return readPid(words, line, pid)
  if (words.length > 2) throw wrongWords('name one stage, or two', line)
  const places = words.map(fileOf)
  if (places.some((file) => file !== undefined)) {
    if (places.includes(undefined)) {
      throw wrongWords(`${words.join(' and ')} are a stage and a file: name two of one kind`, line)
    }
    const entries = places.filter((file) => isEntryFile(file!))
    if (entries.length === places.length) {
      return { kind: 'entries', files: places as OneOrTwo<string> }
    }
    if (entries.length > 0) {
      throw wrongWords(
        `${words.join(' and ')} are a program and a recording: name two of one kind`,
        line,
      )
    }
    for (const file of places) refuseScript(file!, line)
    return { kind: 'recordings', files: places as OneOrTwo<string> }
  }
  const [first, second] = (words.length === 0 ? [undefined] : words).map((word) =>
    stageFromWord(word, line.examples[0]!),
  ) as [Stage, Stage | undefined]
  if (second === undefined) return { kind: 'stages', stages: [first] }
  if (first.id === second.id) {
    throw wrongWords(`name two different stages, not ${first.id} twice`, line)
  }
  return { kind: 'stages', stages: [first, second] }
}

/** @throws LabError, exit status 2, for a file that starts a program by way of a shell, npm or the like */
function refuseScript(file: string, line: CommandLine): void {
  const isScript =
    /\.(sh|bash|zsh|cmd|bat|ps1)$/.test(file) ||
    basename(file) === 'package.json' ||
    firstLine(file).startsWith('#!')
  if (!isScript) return
  throw wrongWords(
    `${basename(file)} is neither a file that Node runs nor a recording: name the .js or .ts file that it starts, or start it and use --pid`,
    line,
  )
}

function readPid(words: readonly string[], line: CommandLine, pid: string): Named {
  if (words.length > 0) {
    throw wrongWords(
      `--pid names a process, and ${words.join(' ')} another program: one of them`,
      line,
    )
  }
  if (/^[1-9]\d{0,9}$/.test(pid)) return { kind: 'pid', pid: Number(pid) }
  throw new LabError(`--pid takes the number of a process, not '${pid}'`, {
    next: howToList,
    exitCode: 2,
  })
}

/**
 * The file that a word names, absolute; undefined if it is, or looks like, the name of a stage.
 * @throws LabError, exit status 2, for a directory without a recording, and for a file that is not there
 */
function fileOf(word: string): string | undefined {
  if (findStage(word) !== undefined || findCopy(word) !== undefined) return undefined
  const place = resolve(readerDirectory(), word)
  const found = statSync(place, { throwIfNoEntry: false })
  if (found?.isDirectory()) {
    // A directory of results is named by the recording in it.
    const recording = join(place, files.tree)
    if (existsSync(recording)) return recording
    const entry = ['main.ts', 'server.ts', 'index.ts', 'index.js'].find((name) =>
      existsSync(join(place, name)),
    )
    throw new LabError(`${word} is a directory, with no recording in it`, {
      means: 'a program is named by the file that starts it',
      next: entry === undefined ? `ls ${place}` : `npm run flame -- ${join(word, entry)}`,
      exitCode: 2,
    })
  }
  if (found !== undefined) return place
  if (!/\.\w+$/.test(word)) return undefined
  throw new LabError(`there is no file ${place}`, {
    means: 'a path counts from the directory in which the command is typed',
    next: `ls ${resolve(place, '..')}`,
    exitCode: 2,
  })
}

/** Options that say how a recording is made or shown, and not of what. */
const shownBy = new Set(['text', 'json', 'open', 'intervals', 'alloc', 'quick'])
const shownByValue = new Set(['summary', 'save', 'profiler', 'seconds'])

/**
 * The program and its load as they were typed, for another command that takes the same:
 * `server.ts --http http://127.0.0.1:3000/`.
 * @param typed what the command was given
 */
export function programWords(typed: readonly string[] = process.argv.slice(2)): string {
  const end = typed.indexOf('--')
  const [own, rest] = end < 0 ? [typed, []] : [typed.slice(0, end), typed.slice(end)]
  const names: string[] = []
  const options: string[] = []
  for (let at = 0; at < own.length; at++) {
    const word = own[at]!
    const [, name, value] = /^--([^=]+)(=.*)?$/s.exec(word) ?? []
    if (name === undefined) names.push(word)
    else if (shownByValue.has(name)) at += value === undefined ? 1 : 0
    else if (!shownBy.has(name)) {
      options.push(word)
      if (value === undefined && own[at + 1]?.startsWith('-') === false) options.push(own[++at]!)
    }
  }
  return [...names, ...options, ...rest].map(quoted).join(' ')
}
