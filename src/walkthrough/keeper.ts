/** Keeps a reader's state in `.lab/course.json`; what cannot be read is put aside, never written over. */
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { sweepDrafts, whyNotWritten, writeWhole } from '../run/disk.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { type CourseState, newState, readState } from './state.ts'

export interface Keeper {
  state: CourseState
  /** What a reader has to know of the file, a line each; empty where all is well. */
  notes: string[]
  /** Writes the state; a line is told once where that is not possible. */
  keep(): void
  /** Whether it can be written, as far as is known. */
  readonly keeps: boolean
  /** As a person sees it. */
  file: string
}

const place = join(labRoot, '.lab')

/**
 * Reads what there is, or begins anew.
 * @param tell is given a line where something cannot be kept
 */
export function openKeeper(
  tell: (line: string) => void,
  directory = place,
  now = () => new Date(),
): Keeper {
  const file = join(directory, 'course.json')
  const notes: string[] = []
  let state = newState(now().toISOString())
  let trouble = ''
  if (existsSync(file)) {
    const found = readState(textOf(file))
    if (!('wrong' in found)) state = found
    else {
      const kept = putAside(file, 'unread', now())
      notes.push(
        kept === undefined
          ? `.lab/course.json cannot be used: ${found.wrong}. It stays as it is, and nothing is kept this time.`
          : `.lab/course.json cannot be used: ${found.wrong}. It is now .lab/${kept}, and the course begins anew.`,
      )
      if (kept === undefined) trouble = found.wrong
    }
  }
  const keeper: Keeper = {
    state,
    notes,
    file: '.lab/course.json',
    get keeps() {
      return trouble === ''
    },
    keep() {
      if (trouble !== '') return
      try {
        mkdirSync(directory, { recursive: true })
        sweepDrafts(directory)
        writeWhole(file, `${JSON.stringify(keeper.state, null, 2)}\n`)
      } catch (failure) {
        const cause = failure instanceof LabError ? failure.cause : failure
        const why = whyNotWritten(cause) ?? whyNotWritten(failure)
        if (why === undefined) throw failure
        trouble = why
        tell(`Your answers cannot be kept in .lab (${why}): the course goes on without.`)
      }
    },
  }
  return keeper
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // It may not be read, or is a directory: damaged, for us.
  }
}

/**
 * Forgets: the file gets another name.
 * @returns its new name, in `.lab`; undefined where there was none
 * @throws LabError where it cannot be renamed
 */
export function reset(directory = place, now = new Date()): string | undefined {
  const file = join(directory, 'course.json')
  if (!existsSync(file)) return undefined
  const kept = putAside(file, '', now)
  if (kept !== undefined) return kept
  throw new LabError('.lab/course.json could not be put aside', {
    means: 'the checkout may not be written to',
    next: 'run the lab in a checkout where you may write',
  })
}

/** Renames to `course-2026-11-22.json`, with a number where there is one already. */
function putAside(file: string, why: string, now: Date): string | undefined {
  const day = now.toISOString().slice(0, 10)
  for (let number = 1; ; number++) {
    const parts = ['course', why, day, number === 1 ? '' : number].filter((part) => part !== '')
    const name = `${parts.join('-')}.json`
    const path = join(file, '..', name)
    if (existsSync(path)) continue
    try {
      renameSync(file, path)
      return name
    } catch {
      return undefined
    }
  }
}
