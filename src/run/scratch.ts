/**
 * Directories for temporary files of a capture: a log, a recording. They go when the work is
 * done, also when the lab is interrupted in the middle of it; those of a run that was killed with
 * SIGKILL go when the next one makes its own.
 */
import { rmSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { draftName, notWritten, sweepDrafts } from './disk.ts'

export interface Scratch {
  dir: string
  remove(): Promise<void>
}

/**
 * Makes an empty directory in the system's place for temporary files.
 * @throws LabError if nothing can be written there
 */
export async function makeScratch(place = tmpdir()): Promise<Scratch> {
  sweepDrafts(place)
  const dir = join(place, draftName('lab-flame').slice(1))
  try {
    await mkdir(dir, { mode: 0o700 })
  } catch (failure) {
    const next = 'TMPDIR=DIRECTORY in front of the command, with one that has room'
    throw notWritten('a recording', place, failure, next)
  }
  const onExit = () => rmSync(dir, { recursive: true, force: true })
  process.once('exit', onExit)
  return {
    dir,
    remove: async () => {
      await rm(dir, { recursive: true, force: true })
      process.removeListener('exit', onExit)
    },
  }
}
