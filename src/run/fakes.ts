/** For tests: programs that are not what they should be, and a PATH on which they come first. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Fakes {
  /** The directory that they are in. */
  directory: string
  /** Puts them first on the PATH of this process; `remove` takes them off. */
  use(): void
  remove(): void
}

/**
 * Makes programs that are shell scripts.
 * @param programs name and script, without the first line
 */
export function fakePrograms(programs: Record<string, string>): Fakes {
  const home = mkdtempSync(join(tmpdir(), 'lab fakes '))
  const directory = join(home, 'bin')
  mkdirSync(directory)
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(directory, name), 0o755)
  }
  const before = process.env.PATH
  return {
    directory,
    use() {
      process.env.PATH = [directory, before ?? ''].join(delimiter)
    },
    remove() {
      if (before !== undefined) process.env.PATH = before
      rmSync(home, { recursive: true, force: true })
    },
  }
}
