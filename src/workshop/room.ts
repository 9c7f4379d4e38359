/** The bundles of a folder: one for each person, and what else was found there. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { counted } from '../report/format.ts'
import { LabError } from '../run/lab-error.ts'
import { type Bundle, largestBundle } from './bundle.ts'
import { NotABundle, readBundle } from './read-bundle.ts'

/** One row of the room. */
export interface Person {
  /** Unlike all others in the room. */
  label: string
  bundle: Bundle
}

export interface Room {
  /** By name. */
  people: Person[]
  /** What was passed over, and why; a sentence each. */
  notes: string[]
}

/** More files than this are not a workshop, and somebody named the wrong folder. */
const MOST_FILES = 500

/**
 * Reads every bundle of a folder; files that are none, and damaged ones, are named and passed over.
 * @throws LabError where the folder cannot be read, or there is no bundle in it
 */
export function readRoom(folder: string): Room {
  const notes: string[] = []
  const found: { file: string; bundle: Bundle }[] = []
  const others: string[] = []
  for (const file of filesIn(folder)) {
    if (!file.endsWith('.json')) {
      others.push(file)
      continue
    }
    try {
      found.push({ file, bundle: readBundle(textOf(join(folder, file))) })
    } catch (failure) {
      if (!(failure instanceof NotABundle)) throw failure
      notes.push(`${printable(file)} ${failure.message}`)
    }
  }
  if (others.length > 0) notes.push(`no bundles, by their names: ${some(others.map(printable))}`)
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
      next: 'npm run room -- FOLDER, the folder that holds the bundles',
      cause,
    })
  }
  if (names.length <= MOST_FILES) return names.filter((name) => !name.startsWith('.'))
  throw new LabError(`there are ${names.length} files in ${folder}`, {
    means: 'that is no folder of bundles',
    next: 'npm run room -- FOLDER, the folder that holds nothing but the bundles',
  })
}

/** Looks at the size of what is open, so that it is the size of what is read. */
function textOf(path: string): string {
  let file: number | undefined
  try {
    // A pipe with this name would keep us waiting for somebody to write to it.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const seen = fstatSync(file)
    if (!seen.isFile()) throw new NotABundle('is no file')
    if (seen.size > largestBundle) {
      throw new NotABundle(`has ${Math.round(seen.size / 1000)} kB: a bundle is much smaller`)
    }
    return readFileSync(file, 'utf8')
  } catch (failure) {
    if (failure instanceof NotABundle) throw failure
    throw new NotABundle(`cannot be read: ${(failure as NodeJS.ErrnoException).code}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Of several bundles of one checkout the last one counts. */
function newestOfEach(found: { file: string; bundle: Bundle }[], notes: string[]): Bundle[] {
  const newest = new Map<string, { file: string; bundle: Bundle }>()
  for (const one of found.toSorted((a, b) => (a.bundle.at < b.bundle.at ? -1 : 1))) {
    const earlier = newest.get(one.bundle.id)
    if (earlier !== undefined) {
      const why = `${printable(one.file)} is newer, and of the same checkout`
      notes.push(`${printable(earlier.file)} is passed over: ${why}`)
    }
    newest.set(one.bundle.id, one)
  }
  return [...newest.values()].map(({ bundle }) => bundle)
}

/** Two people of one name are `Ada` and `Ada (2)`. */
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

/** A file may have any name, also one that moves the cursor. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, '?').slice(0, 60)
}
