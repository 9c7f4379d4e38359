/**
 * Directories for what a capture needs for a while: a log, a recording. They go when the work is
 * done, and also when the lab is interrupted in the middle of it.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Scratch {
  dir: string
  remove(): Promise<void>
}

/** Makes an empty directory in the system's place for temporary files. */
export async function makeScratch(): Promise<Scratch> {
  const dir = await mkdtemp(join(tmpdir(), 'lab-flame-'))
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
