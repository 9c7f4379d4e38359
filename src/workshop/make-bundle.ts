/** Makes a bundle from the results and guesses of this checkout, and writes it. Nothing is sent. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { stageLessons } from '../course/lessons.ts'
import { resultDirectories } from '../experiment/results.ts'
import { readMachine } from '../measure/machine.ts'
import { notWritten, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { type Bundle, bundleFormat, guessSchema, type SavedGuess } from './bundle.ts'
import { ownResults } from './own-results.ts'

/** Where to read; tests have places of their own. */
export interface Places {
  /** Directories of results, in any order. */
  results: readonly string[]
  /** `.lab`: the guesses, and the id of this checkout's bundles. */
  lab: string
}

export const ownPlaces: Places = {
  results: resultDirectories(),
  lab: join(labRoot, '.lab'),
}

/**
 * Reads the newest results and the guesses.
 * @param name as the reader gave it
 * @returns the bundle, and what was left out of it, a sentence each
 * @throws LabError if there is nothing to put into it
 */
export function makeBundle(
  name: string | undefined,
  places: Places = ownPlaces,
): { bundle: Bundle; notes: string[] } {
  const machine = readMachine()
  const { readings, ratios, notes } = ownResults(places.results, machine)
  const guesses = savedGuesses(places.lab)
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
 * Writes a bundle as `lab-results-NAME-ID.json`, with the beginning of its id: two people of one name
 * may use one folder. An earlier bundle of the same checkout and name is replaced.
 * @returns the path of the file
 * @throws LabError if it cannot be written
 */
export function writeBundle(bundle: Bundle, directory: string): string {
  const next = 'npm run bundle -- --out FOLDER, with a folder that you may write to'
  try {
    mkdirSync(directory, { recursive: true })
  } catch (failure) {
    throw notWritten('the bundle', directory, failure, next)
  }
  const file = join(directory, `lab-results-${fileWord(bundle)}.json`)
  writeWhole(file, `${JSON.stringify(bundle, null, 1)}\n`)
  return file
}

/**
 * Reads the word of `--name`: up to 40 characters, no control characters.
 * @throws LabError, exit status 2
 */
export function readName(word: string): string {
  const name = word.trim()
  if (name !== '' && name.length <= 40 && !/\p{C}/u.test(name)) return name
  throw new LabError('--name takes a name of up to 40 letters', {
    next: 'npm run bundle -- --name "Ada"',
    exitCode: 2,
  })
}

/** `Ada Lovelace` as `ada-lovelace-0af8`: letters of any script, and no separator of paths. */
function fileWord({ name, id }: Bundle): string {
  const word = name.normalize('NFC').toLowerCase()
  const plain = word.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  const end = id.slice(0, 4)
  if (plain.endsWith(`-${end}`)) return plain
  return `${plain === '' ? 'guest' : plain}-${end}`
}

/** What the bundle takes from `.lab/course.json`; entries of another form are left out. */
const courseSchema = v.object({
  lessons: v.record(
    v.string(),
    v.fallback(
      v.object({
        guesses: v.record(
          v.string(),
          v.fallback(v.object({ guess: v.nullable(guessSchema) }), { guess: null }),
        ),
        outcomes: v.record(
          v.string(),
          v.fallback(v.object({ verdict: v.nullable(v.string()) }), { verdict: null }),
        ),
      }),
      { guesses: {}, outcomes: {} },
    ),
  ),
})

/** The guesses of the walkthrough, in the order of the course; none if it was not begun. */
function savedGuesses(lab: string): SavedGuess[] {
  const { lessons: saved } = readCourse(lab)
  return stageLessons.flatMap(({ id: stage, predictions }) =>
    predictions.flatMap(({ id }) => {
      const guess = saved[stage]?.guesses[id]?.guess
      if (guess === undefined || guess === null) return []
      return [{ id, guess, verdict: saved[stage]?.outcomes[id]?.verdict ?? null }]
    }),
  )
}

function readCourse(lab: string): v.InferOutput<typeof courseSchema> {
  try {
    return v.parse(courseSchema, JSON.parse(readFileSync(join(lab, 'course.json'), 'utf8')))
  } catch {
    return { lessons: {} } // not begun, or damaged: npm start says so
  }
}

/**
 * Random, so that it identifies no person; saved, to recognize a later bundle of the same checkout.
 * A copy of the checkout, in another place or on another machine, gets an id of its own.
 */
function idOf(lab: string): string {
  const file = join(lab, 'workshop.json')
  const place = createHash('sha256').update(`${hostname()} ${lab}`).digest('hex')
  try {
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { id?: unknown; place?: unknown }
    const { id } = saved
    if (typeof id === 'string' && /^[\da-f]{12}$/.test(id) && saved.place === place) return id
  } catch {
    // The first bundle of this checkout.
  }
  const id = randomBytes(6).toString('hex')
  try {
    mkdirSync(lab, { recursive: true })
    writeWhole(file, `${JSON.stringify({ id, place })}\n`)
  } catch {
    // The checkout is read-only: every bundle gets a new id.
  }
  return id
}
