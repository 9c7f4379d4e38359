/**
 * The harness writes beside its tests and empties that place again when it begins: each run has a
 * copy of its own, so that two of them do not meet.
 */
import { rmSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface WorkingCopy {
  directory: string
  remove(): Promise<void>
}

/** Copies the suite, some 3 MB; the copy goes with `remove`, or when the lab ends. */
export async function copySuite(suite: string): Promise<WorkingCopy> {
  const directory = await mkdtemp(join(tmpdir(), 'lab-redis-tests-'))
  const onExit = () => rmSync(directory, { recursive: true, force: true })
  process.once('exit', onExit)
  for (const name of ['runtest', 'tests']) {
    await cp(join(suite, name), join(directory, name), { recursive: true })
  }
  return {
    directory,
    remove: async () => {
      await rm(directory, { recursive: true, force: true })
      process.removeListener('exit', onExit)
    },
  }
}
