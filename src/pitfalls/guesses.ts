/** The wrong guesses at each recording, in `.lab/lies.json`: after each of them there is more help. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

/** Names of pitfalls, by the number of the recording. */
const Guesses = v.record(v.string(), v.array(v.string()))

/** Tests name another directory, to leave a reader's alone. */
const usual = process.env.LAB_LIES_DIRECTORY ?? join(labRoot, '.lab')

const file = 'lies.json'

/** The different wrong guesses at a recording so far; none if they cannot be read. */
export function wrongGuesses(number: number, directory = usual): readonly string[] {
  return read(directory)[number] ?? []
}

/**
 * Saves a wrong guess. If that fails, it is forgotten: it only brings help.
 * @returns all of them, this one included
 */
export function saveWrongGuess(
  number: number,
  guess: string,
  directory = usual,
): readonly string[] {
  const saved = read(directory)
  const all = [...new Set([...(saved[number] ?? []), guess])]
  try {
    mkdirSync(directory, { recursive: true })
    const text = JSON.stringify({ ...saved, [number]: all }, null, 2)
    writeWhole(join(directory, file), `${text}\n`)
  } catch (failure) {
    if (!(failure instanceof LabError || (failure as NodeJS.ErrnoException).code)) throw failure
  }
  return all
}

function read(directory: string): v.InferOutput<typeof Guesses> {
  try {
    return v.parse(Guesses, JSON.parse(readFileSync(join(directory, file), 'utf8')))
  } catch {
    return {}
  }
}
