/** Redis' own test suite: where it is, which of its files are run, and a working copy of it. */
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'

/** The files about strings, keys, expiry, SCAN, transactions and the protocol, as `--single` names them. */
export const suiteFiles: readonly string[] = [
  'unit/protocol',
  'unit/quit',
  'unit/type/string',
  'unit/type/incr',
  'unit/keyspace',
  'unit/expire',
  'unit/scan',
  'unit/multi',
  'unit/info-command',
]

/** At least so many tests pass in a run of all files: without this, a skip list could grow unseen. */
export const fewestPassed = 210

/** Seconds without a test that ends, after which the harness gives up. */
export const defaultTimeout = 300

/** The stages reply like this Redis; the suite of another version expects other replies. */
const version = '7.0'

/** Where the suite is looked for. */
const usualPlace = join(labRoot, '.lab')

const fetchCommand = 'mkdir -p .lab && cd .lab && apt-get source --only-source redis'

export interface Suite {
  /** Has `runtest` and `tests` in it. */
  directory: string
  /** Of Redis, e.g. `7.0.15`. */
  version: string
}

/**
 * Finds the source of Redis, as `apt-get source redis` unpacks it.
 * @param source its directory; undefined: `.lab/redis-7.0.*`
 * @throws LabError if it is not there, with the command that fetches it
 */
export async function findSuite(source: string | undefined): Promise<Suite> {
  const directory = source ?? unpackedIn(usualPlace)
  if (directory === undefined) {
    throw new LabError(`there is no source of Redis ${version} in .lab, and so no test suite`, {
      means:
        'Debian 12 has it; apt-get needs a deb-src line in /etc/apt. Without the suite, nothing else is lost',
      next: `${fetchCommand}; or npm run test:redis -- --source DIR, with an unpacked source`,
    })
  }
  if (!existsSync(join(directory, 'runtest')) || !existsSync(join(directory, 'tests'))) {
    throw new LabError(`${directory} is not a source of Redis: there is no runtest in it`, {
      next: `give the directory with runtest and tests in it, e.g. redis-${version}.15`,
      exitCode: 2,
    })
  }
  const header = await readFile(join(directory, 'src', 'version.h'), 'utf8').catch(() => '')
  return { directory, version: /"([\d.]+)"/.exec(header)?.[1] ?? 'of unknown version' }
}

function unpackedIn(place: string): string | undefined {
  const names = existsSync(place) ? readdirSync(place) : []
  const found = names.filter((name) => new RegExp(`^redis-${version}\\.\\d+$`).test(name))
  return found.length === 0 ? undefined : join(place, found.toSorted().at(-1)!)
}

export interface WorkingCopy {
  directory: string
  remove(): Promise<void>
}

/**
 * Copies the suite, some 3 MB: the harness writes beside its tests, and empties that place when it
 * begins. The copy goes with `remove`, or when the lab ends.
 */
export async function copySuite({ directory: suite }: Suite): Promise<WorkingCopy> {
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
