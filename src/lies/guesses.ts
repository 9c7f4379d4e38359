/** What was guessed wrongly of each recording; kept in `.lab/lies.json`: who guesses again is helped. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

/** Names of causes, by the number of the recording. */
type Kept = Record<string, string[]>

/** Tests have a directory of their own, so that they leave a reader's alone. */
const usual = process.env.LAB_LIES_DIRECTORY ?? join(labRoot, '.lab')

/** Different wrong guesses at a recording so far; none where nothing can be read. */
export function wrongGuesses(number: number, directory = usual): readonly string[] {
  const list = read(directory)[number]
  return Array.isArray(list) ? list.filter((guess) => typeof guess === 'string') : []
}

/**
 * Remembers a wrong guess. Where that cannot be written, it is forgotten again: it only brings help.
 * @returns all of them, this one included
 */
export function keepWrongGuess(
  number: number,
  guess: string,
  directory = usual,
): readonly string[] {
  const all = [...new Set([...wrongGuesses(number, directory), guess])]
  try {
    mkdirSync(directory, { recursive: true })
    const kept = { ...read(directory), [number]: all }
    writeWhole(join(directory, file), `${JSON.stringify(kept, null, 2)}\n`)
  } catch (failure) {
    if (!(failure instanceof LabError || (failure as NodeJS.ErrnoException).code)) throw failure
  }
  return all
}

const file = 'lies.json'

function read(directory: string): Kept {
  try {
    const kept: unknown = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    return typeof kept === 'object' && kept !== null ? (kept as Kept) : {}
  } catch {
    return {}
  }
}
