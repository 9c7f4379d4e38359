/**
 * Where results go: a directory of its own for each run under `profiles/local`, which is not in
 * git. It gets its name only when everything is in it, so that no half result is ever found there.
 */

import { rmSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

const local = join(labRoot, 'profiles', 'local')

/**
 * Lets `write` fill a new directory, and gives it its name when that is done.
 * @param what the beginning of the name, e.g. `stage1`; the time of day makes it unlike all others
 * @returns the directory, relative to the checkout
 * @throws LabError where the checkout cannot be written to; whatever `write` throws
 */
export async function keepResults(
  what: string,
  write: (directory: string) => Promise<void>,
): Promise<string> {
  const name = `${what}-${timestamp(new Date())}`
  const draft = join(local, `.${name}-${process.pid}`)
  const removeDraft = () => rmSync(draft, { recursive: true, force: true })
  process.once('exit', removeDraft)
  try {
    await mkdir(draft, { recursive: true })
    await write(draft)
    const directory = await claim(draft, join(local, name))
    return relative(labRoot, directory)
  } catch (failure) {
    throw explain(failure)
  } finally {
    await rm(draft, { recursive: true, force: true })
    process.removeListener('exit', removeDraft)
  }
}

/** Two runs may end in the same second: the second one gets a number. */
async function claim(draft: string, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const directory = number === 1 ? wanted : `${wanted}-${number}`
    try {
      await rename(draft, directory)
      return directory
    } catch (failure) {
      const { code } = failure as NodeJS.ErrnoException
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw failure
    }
  }
}

/** `2025-11-11-142530`, in local time. */
function timestamp(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-')
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`
}

function explain(failure: unknown): unknown {
  const { code } = failure as NodeJS.ErrnoException
  const why = {
    EACCES: 'this directory may not be written to',
    EPERM: 'this directory may not be written to',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
  }[code ?? '']
  if (why === undefined) return failure
  return new LabError(`the results could not be written to profiles/local: ${why}`, {
    next: 'make room, or copy the checkout to where you may write, and run the command again',
    cause: failure,
  })
}
