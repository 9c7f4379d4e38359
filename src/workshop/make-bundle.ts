/** Puts a bundle together from what is kept in this checkout, and writes it. Nothing is sent. */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lessons } from '../course/lessons.ts'
import { readMachine } from '../measure/machine.ts'
import { notWritten, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { type Bundle, bundleFormat } from './bundle.ts'
import { guessesIn } from './guesses.ts'
import { ownResults } from './own-results.ts'

/** Where things are kept; tests have places of their own. */
export interface Places {
  /** Directories of results, in any order. */
  results: readonly string[]
  /** `.lab`: what the course keeps of the reader, and the id of this checkout's bundles. */
  lab: string
}

export const ownPlaces: Places = {
  results: [
    join(labRoot, 'profiles', 'local'),
    join(tmpdir(), `redis-profiling-lab-${process.getuid?.() ?? 'results'}`),
  ],
  lab: join(labRoot, '.lab'),
}

/**
 * Reads the newest results and the guesses.
 * @param name as the reader gave it
 * @returns the bundle, and what was left out of it, a sentence each
 * @throws LabError where there is nothing to put into it
 */
export function makeBundle(
  name: string | undefined,
  places: Places = ownPlaces,
): { bundle: Bundle; notes: string[] } {
  const machine = readMachine()
  const { readings, ratios, notes } = ownResults(places.results, machine)
  const ids = lessons.flatMap(({ predictions }) => predictions.map((one) => one.id))
  const guesses = guessesIn(keptCourse(places.lab), ids)
  if (readings.length === 0 && guesses.length === 0) {
    throw new LabError('there are no results of your own yet', {
      means: notes.length > 0 ? notes.join('; ') : 'nothing has been run in this checkout',
      next: 'npm run stage 1',
    })
  }
  const id = idOf(places.lab)
  return {
    bundle: {
      format: bundleFormat,
      kind: 'lab-bundle',
      id,
      name: name ?? `guest-${id.slice(0, 4)}`,
      at: new Date().toISOString(),
      machine,
      readings,
      ratios,
      guesses,
    },
    notes,
  }
}

/**
 * Writes a bundle as `lab-results-NAME.json`; an earlier one of the same name is replaced.
 * @returns the path of the file
 * @throws LabError where it cannot be written
 */
export function keepBundle(bundle: Bundle, directory: string): string {
  const next = 'npm run bundle -- --out FOLDER, with a folder where you may write'
  try {
    mkdirSync(directory, { recursive: true })
  } catch (failure) {
    throw notWritten('the bundle', directory, failure, next)
  }
  const file = join(directory, `lab-results-${fileWord(bundle.name)}.json`)
  writeWhole(file, `${JSON.stringify(bundle, null, 1)}\n`)
  return file
}

/**
 * A name as it may be typed: some letters, no control characters.
 * @throws LabError, exit status 2
 */
export function readName(word: string): string {
  const name = word.trim()
  if (name !== '' && name.length <= 40 && !/\p{C}/u.test(name)) return name
  throw new LabError('--name wants a name of up to 40 letters', {
    next: 'npm run bundle -- --name "Ada"',
    exitCode: 2,
  })
}

/** `Ada Lovelace` as `ada-lovelace`. Letters of any script stay; nothing that a path is made of. */
function fileWord(name: string): string {
  const word = name.normalize('NFC').toLowerCase()
  const plain = word.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return plain === '' ? 'guest' : plain
}

function keptCourse(lab: string): unknown {
  try {
    return JSON.parse(readFileSync(join(lab, 'course.json'), 'utf8'))
  } catch {
    return undefined // the walkthrough was not begun, or its file is damaged: it tells that itself
  }
}

/** Drawn at random, so that it tells nothing; kept, so that a later bundle is known for the same. */
function idOf(lab: string): string {
  const file = join(lab, 'workshop.json')
  try {
    const { id } = JSON.parse(readFileSync(file, 'utf8')) as { id?: unknown }
    if (typeof id === 'string' && /^[\da-f]{12}$/.test(id)) return id
  } catch {
    // The first bundle of this checkout.
  }
  const id = randomBytes(6).toString('hex')
  try {
    mkdirSync(lab, { recursive: true })
    writeWhole(file, `${JSON.stringify({ id })}\n`)
  } catch {
    // A checkout that is read-only: each bundle stands for itself.
  }
  return id
}
