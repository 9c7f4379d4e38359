/**
 * Where results go: a directory per run under `profiles/local`, which is not in git. It gets its
 * name only when it is complete, so that no half result is found there. If nothing can be written
 * there, they go to the directory for temporary files, and a line says so: a run of minutes must
 * not be lost.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'
import {
  draftName,
  isPrivate,
  notWritten,
  sweepDrafts,
  whyNotWritten,
  writeWhole,
} from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'

const local = join(labRoot, 'profiles', 'local')

/** Where results can go, and how a person learns that the first place could not be used. */
export interface ResultPlaces {
  /** In the order in which they are tried; the first is `profiles/local`. */
  directories: readonly string[]
  notify(line: string): void
}

/** What the reader has chosen, absolute: by `--out`, or by working in a project of their own. */
let chosen = process.env.LAB_RESULTS

/** From here on results go to this directory alone. */
export function sendResultsTo(directory: string): void {
  chosen = directory
}

function defaultPlaces(): ResultPlaces {
  const temporary = join(tmpdir(), `redis-profiling-lab-${process.getuid?.() ?? 'results'}`)
  return {
    directories: chosen === undefined ? [local, temporary] : [chosen],
    notify: (line) => console.error(line),
  }
}

/**
 * All places where results may be, absolute; not all of them need to be there. One outside of the
 * checkout that another user could write to is left out: what is in it may be anything.
 */
export function resultDirectories(directories = defaultPlaces().directories): string[] {
  return directories.filter((place) => isInCheckout(place) || isPrivate(place))
}

function isInCheckout(place: string): boolean {
  return place.startsWith(labRoot + sep)
}

/**
 * Lets `write` fill a new directory, and gives it its name when that is done. It is called again if
 * what it wrote first could not be saved.
 * @param what the beginning of the name, e.g. `stage1`, `mine/stage1`; the time of day makes it
 *   unlike all others
 * @returns the directory: relative to the checkout, absolute if it is outside
 * @throws LabError if nothing can be written anywhere; whatever `write` throws
 */
export async function keepResults(
  what: string,
  write: (directory: string) => Promise<void>,
  { directories, notify }: ResultPlaces = defaultPlaces(),
): Promise<string> {
  const name = `${what.replaceAll('/', '-')}-${timestamp(new Date())}`
  let first: unknown
  for (const place of directories) {
    try {
      const directory = await keepIn(place, name, write)
      if (first !== undefined) {
        notify(`profiles/local: ${whyNotWritten(first)}; the results are in ${directory} instead`)
      }
      return shownPlace(directory)
    } catch (failure) {
      if (whyNotWritten(failure) === undefined) throw failure
      first ??= failure
    }
  }
  const next = 'make room, or copy the checkout to where you may write, and run the command again'
  const where = chosen ?? `profiles/local, nor to ${tmpdir()}`
  throw notWritten('the results', where, first, next)
}

/** A directory of results as it is named: relative to the checkout, absolute if it is outside. */
export function shownPlace(directory: string): string {
  return isInCheckout(directory) ? relative(labRoot, directory) : directory
}

async function keepIn(
  place: string,
  name: string,
  write: (directory: string) => Promise<void>,
): Promise<string> {
  mkdirSync(place, { recursive: true, mode: place === chosen ? 0o777 : 0o700 })
  // In the reader's project it is not to be committed by chance.
  if (basename(place) === '.profiling-lab') writeFileSync(join(place, '.gitignore'), '*\n')
  if (place !== chosen && !isInCheckout(place) && !isPrivate(place)) {
    throw new LabError(`the results cannot be written to ${place}`, {
      means: 'it is a symbolic link, or another user of this machine could change what is in it',
      next: `remove it, and run the command again: rm -r ${place}`,
    })
  }
  sweepDrafts(place)
  const draft = join(place, draftName(name))
  const removeDraft = () => rmSync(draft, { recursive: true, force: true })
  process.once('exit', removeDraft)
  try {
    await mkdir(draft)
    await write(draft)
    writeWhole(join(draft, stagesFile), `${JSON.stringify(titles)}\n`)
    return await claim(draft, join(place, name))
  } finally {
    await rm(draft, { recursive: true, force: true })
    process.removeListener('exit', removeDraft)
  }
}

/** Beside each result: what the stages were then, by their ids. */
export const stagesFile = 'stages.json'
const titles: Readonly<Record<string, string>> = Object.fromEntries(
  stages.map(({ id, title }) => [id, title]),
)
/** The stages of results from before that file was written, if they differ from today's. */
const titlesBefore: Readonly<Record<string, string>> = { stage5: 'its own event loop' }

/**
 * Why a result must not be shown as one of these stages: when it was saved, one of them was another.
 * @param directory of the result
 * @param ids those that it speaks of
 * @returns a sentence without its beginning and its full stop; undefined if all are the same
 */
export function otherStages(directory: string, ids: readonly string[]): string | undefined {
  const then = titlesIn(directory)
  const changed = ids.find((id) => id in titles && (then[id] ?? titles[id]) !== titles[id])
  if (changed === undefined) return undefined
  const now = stages.find(({ title }) => title === then[changed])
  const is = now === undefined ? '' : `, which is ${now.id} now`
  return `it is of a ${changed} that was '${then[changed]}'${is}`
}

function titlesIn(directory: string): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(join(directory, stagesFile), 'utf8'))
  } catch {
    return titlesBefore
  }
}

/** Two runs may end in the same second: the second one gets a number. */
async function claim(draft: string, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const directory = number === 1 ? wanted : `${wanted}-${number}`
    try {
      await rename(draft, directory)
      return directory
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw failure
    }
  }
}

/** `2025-11-11-142530`, in local time. */
function timestamp(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}
