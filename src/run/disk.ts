/** Files that cannot be written, in words that a person can act on; and files written whole or not at all. */
import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  lstatSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { LabError } from './lab-error.ts'
import { exists } from './processes.ts'

/** Why a file or directory could not be written; undefined if the error is about something else. */
export function whyNotWritten(failure: unknown): string | undefined {
  const { code, syscall } = (failure ?? {}) as NodeJS.ErrnoException
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return syscall === 'spawn' ? undefined : 'you have no permission to write there'
    case 'EROFS':
      return 'the file system is read-only'
    case 'ENOSPC':
      return 'the disk is full'
    case 'EDQUOT':
      return 'the quota of the disk is used up'
    case 'EISDIR':
      return 'a directory has that name'
    case 'ENOENT':
    case 'ENOTDIR':
      // Also what Node says if a directory is to be made on a read-only file system.
      return syscall === 'mkdir' ? 'there is no such directory' : undefined
    default:
      return undefined
  }
}

/**
 * An error for a place that cannot be written.
 * @param what was to be written, e.g. `the page`
 * @returns what is to be thrown: the failure itself if it is about something else
 */
export function notWritten(what: string, place: string, failure: unknown, next: string): unknown {
  const why = whyNotWritten(failure)
  if (why === undefined) return failure
  return new LabError(`${what} could not be written to ${place}: ${why}`, { next, cause: failure })
}

/**
 * Checks a directory before minutes are spent on what is to go into it.
 * @param what is to be written, e.g. `--html`
 * @throws LabError if it is missing or not writable
 */
export function mustBeWritable(directory: string, what: string): void {
  try {
    accessSync(directory, constants.W_OK)
  } catch (failure) {
    const { code } = failure as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such directory' : whyNotWritten(failure)
    throw new LabError(`${what} cannot be written to ${directory}: ${why ?? code}`, {
      next: 'name another directory, or run the lab in a checkout where you may write',
      cause: failure,
    })
  }
}

/**
 * Checks the name of a file likewise.
 * @throws LabError if it is a directory's, or its directory is missing or not writable
 */
export function mustBeWritableFile(file: string, what: string): void {
  mustBeWritable(dirname(file), what)
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory() !== true) return
  throw new LabError(`${what} cannot be written to ${file}: a directory has that name`, {
    next: 'name a file in that directory',
  })
}

/**
 * Writes a file under its name only when all of it is there: a process that reads it meanwhile, and a run
 * that is killed in the middle, leaves or finds the old one.
 * @throws LabError if it cannot be written
 */
export function writeWhole(file: string, text: string): void {
  const draft = join(dirname(file), draftName('draft'))
  try {
    writeFileSync(draft, text, { flag: 'wx' })
    renameSync(draft, file)
  } catch (failure) {
    const why = whyNotWritten(failure) ?? (failure as Error).message
    const next = 'name a file in a directory where there is room and you may write'
    throw new LabError(`${file} could not be written: ${why}`, { next, cause: failure })
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * Whether a directory is this user's alone: it is no symbolic link, belongs to this user, and no
 * other may write to it. Anyone can make one of any name in the directory for temporary files.
 */
export function isPrivate(directory: string): boolean {
  try {
    const { uid, mode } = lstatSync(directory)
    const isOwn = process.getuid === undefined || uid === process.getuid()
    return isOwn && (mode & constants.S_IFMT) === constants.S_IFDIR && (mode & 0o022) === 0
  } catch {
    return false
  }
}

/** A name that no other run, and no other draft of this one, has; the pid of its run is in it. */
export function draftName(what: string): string {
  return `.${what}-${process.pid}-${randomUUID().slice(0, 8)}.lab-draft`
}

const draftPattern = /-(\d+)-[\da-f]{8}\.lab-draft$/

/** No run keeps a draft for so long, ms. A container beside this one has its own process ids. */
const LONG_AGO = 3_600_000

/**
 * Removes the drafts of runs that are gone: a run that was killed with SIGKILL cannot do it itself.
 * Never throws; what belongs to another user stays.
 */
export function sweepDrafts(directory: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const pid = Number(draftPattern.exec(name)?.[1])
      const path = join(directory, name)
      if (!(pid > 0) || exists(pid) || Date.now() - statSync(path).mtimeMs < LONG_AGO) continue
      rmSync(path, { recursive: true, force: true })
    }
  } catch {
    // There is no such directory, or it is not writable.
  }
}
