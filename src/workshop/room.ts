/** The bundles of a folder: one per person, and what else was found there. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodingOf } from '../flame/formats/bytes-in.ts'
import { counted, whole } from '../report/format.ts'
import { LabError } from '../run/lab-error.ts'
import { printable } from '../run/printable.ts'
import { type Bundle, largestBundle, NotABundle, readBundle } from './bundle.ts'

/** One machine of the room. */
export interface Person {
  /** Unique in the room. */
  label: string
  bundle: Bundle
}

export interface Room {
  /** By name. */
  people: Person[]
  /** Which files were skipped, and why; a sentence each. */
  notes: string[]
}

/** With more files than this it is the wrong folder. */
const MOST_FILES = 500

/**
 * Reads every bundle of a folder. Damaged ones and other files are skipped, with a note.
 * @throws LabError if the folder cannot be read, or has no bundle in it
 */
export function readRoom(folder: string): Room {
  const notes: string[] = []
  const found: { file: string; bundle: Bundle }[] = []
  const others: string[] = []
  for (const file of filesIn(folder)) {
    if (!/\.json$/i.test(file)) {
      others.push(file)
      continue
    }
    try {
      found.push({ file, bundle: readBundle(textOf(join(folder, file))) })
    } catch (failure) {
      if (!(failure instanceof NotABundle)) throw failure
      notes.push(`${shownName(file)} ${failure.message}`)
    }
  }
  if (others.length > 0) notes.push(`not bundles, by their names: ${some(others.map(shownName))}`)
  if (found.length === 0) {
    throw new LabError(`there is no bundle in ${folder}`, {
      means: notes.length > 0 ? notes.slice(0, 5).join('; ') : 'the folder is empty',
      next: 'npm run bundle -- --name "Ada" --out FOLDER, on each machine',
    })
  }
  return { people: label(newestOfEach(found, notes)), notes }
}

function filesIn(folder: string): string[] {
  let names: string[]
  try {
    names = readdirSync(folder).sort()
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const why =
      code === 'ENOENT' ? 'there is no such folder' : code === 'ENOTDIR' ? 'it is a file' : code
    throw new LabError(`${folder} cannot be read: ${why}`, {
      next: 'npm run room -- FOLDER, the folder that has the bundles in it',
      cause,
    })
  }
  if (names.length <= MOST_FILES) return names.filter((name) => !name.startsWith('.'))
  throw new LabError(`there are ${names.length} files in ${folder}`, {
    means: 'that is not a folder of bundles',
    next: 'npm run room -- FOLDER, the folder that has only the bundles in it',
  })
}

/** Asks the open file for its size: by its name, it could be replaced in between. */
function textOf(path: string): string {
  let file: number | undefined
  try {
    // Without O_NONBLOCK, opening a named pipe waits for a writer.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const seen = fstatSync(file)
    if (!seen.isFile()) throw new NotABundle('is not a file')
    if (seen.size > largestBundle) {
      throw new NotABundle(`has ${whole(seen.size / 1000)} kB: a bundle is much smaller`)
    }
    const bytes = readFileSync(file)
    // An editor may have saved it with a mark of its encoding at the beginning.
    return new TextDecoder(encodingOf(bytes)).decode(bytes)
  } catch (failure) {
    if (failure instanceof NotABundle) throw failure
    throw new NotABundle(`cannot be read: ${(failure as NodeJS.ErrnoException).code}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Of several bundles of one checkout only the newest counts. */
function newestOfEach(found: { file: string; bundle: Bundle }[], notes: string[]): Bundle[] {
  const newest = new Map<string, { file: string; bundle: Bundle }>()
  for (const one of found.toSorted((a, b) => (a.bundle.at < b.bundle.at ? -1 : 1))) {
    const earlier = newest.get(one.bundle.id)
    if (earlier !== undefined) {
      const why = `${shownName(one.file)} is newer, and from the same checkout`
      notes.push(`${shownName(earlier.file)} is skipped: ${why}`)
    }
    newest.set(one.bundle.id, one)
  }
  return [...newest.values()].map(({ bundle }) => bundle)
}

/** Two people with one name are `Ada` and `Ada (2)`. */
function label(bundles: Bundle[]): Person[] {
  const sorted = bundles.toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
  const seen = new Map<string, number>()
  return sorted.map((bundle) => {
    const number = (seen.get(bundle.name) ?? 0) + 1
    seen.set(bundle.name, number)
    return { label: number === 1 ? bundle.name : `${bundle.name} (${number})`, bundle }
  })
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ')
  return names.length <= 5 ? shown : `${shown} and ${counted(names.length - 5, 'other')}`
}

/** A file name may have control characters in it, and be long. */
function shownName(file: string): string {
  return printable(file, 60)
}
