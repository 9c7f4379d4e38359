/**
 * Fetches Redis' test suite from Debian's source package of redis, once. apt verifies what it
 * fetches; nothing of the machine's own apt is changed, and nobody has to be root.
 */
import { existsSync, rmSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findOnPath } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { type Output, run } from './program.ts'
import { asSourceLists, codenameOf, readSources } from './sources.ts'

/** Where it is kept; not in git. */
export const suiteHome = join(labRoot, '.lab', 'redis-tests')

/** The Redis whose answers the stages give; the suite of another one asks for other answers. */
const VERSION = '7.0'

const LOST =
  "without it the lab's servers are not held against Redis' own tests; nothing else is lost"
const OTHERWISE = 'or give an unpacked source of Redis 7.0: npm run test:redis -- --source DIR'

export interface Suite {
  /** Has `runtest` and `tests` in it. */
  directory: string
  /** Of Redis, e.g. `7.0.15`. */
  version: string
}

/**
 * The suite, fetched where it is not there yet.
 * @param step told what is being done, where it takes long
 * @throws LabError with what to do where it cannot be had
 */
export async function haveSuite(step: (text: string) => void): Promise<Suite> {
  const kept = await findKept()
  if (kept !== undefined) return kept
  await mkdir(suiteHome, { recursive: true })
  const draft = await mkdtemp(join(suiteHome, 'draft-'))
  const onExit = () => rmSync(draft, { recursive: true, force: true })
  process.once('exit', onExit)
  try {
    const version = await fetchInto(draft, step)
    const target = join(suiteHome, `redis-${version}`)
    // Whoever comes second finds it there, and it is the same.
    await rename(join(draft, 'source'), target).catch((failure) => {
      if (!existsSync(join(target, 'runtest'))) throw failure
    })
    return { directory: target, version }
  } finally {
    process.removeListener('exit', onExit)
    await rm(draft, { recursive: true, force: true })
  }
}

/**
 * A suite that a person has unpacked.
 * @throws LabError where the directory holds none
 */
export async function suiteIn(directory: string): Promise<Suite> {
  if (!existsSync(join(directory, 'runtest')) || !existsSync(join(directory, 'tests'))) {
    throw new LabError(`${directory} holds no source of Redis: there is no runtest in it`, {
      next: `give the directory that has runtest and tests in it, e.g. redis-${VERSION}.15`,
      exitCode: 2,
    })
  }
  const header = await readFile(join(directory, 'src', 'version.h'), 'utf8').catch(() => '')
  const version = /"([\d.]+)"/.exec(header)?.[1] ?? 'of unknown version'
  return { directory, version }
}

async function findKept(): Promise<Suite | undefined> {
  const names = existsSync(suiteHome) ? await readdir(suiteHome) : []
  const name = names.find((one) => one.startsWith(`redis-${VERSION}.`))
  if (name === undefined) return undefined
  return { directory: join(suiteHome, name), version: name.slice('redis-'.length) }
}

async function fetchInto(draft: string, step: (text: string) => void): Promise<string> {
  if (findOnPath('apt-get') === undefined) {
    throw new LabError("apt-get is not here, so Debian's source package cannot be fetched", {
      means: LOST,
      next: `run it on Debian 12, ${OTHERWISE}`,
    })
  }
  const apt = await privateApt(draft)
  step("fetching Debian's list of source packages, once")
  // A part of the list may fail where the rest has what is wanted; then the next step says so.
  const update = await apt(['update']).catch((failure: Output) => failure)
  const found = await apt(['source', '--print-uris', '--only-source', 'redis']).catch(
    (failure: Output) => {
      throw notFetched(`${update.stderr}\n${failure.stderr}`, failure)
    },
  )
  const version = /redis_([\d.]+)[^ ]*\.orig\.tar/.exec(found.stdout)?.[1]?.replace(/\.$/, '')
  if (version === undefined || !version.startsWith(`${VERSION}.`)) {
    throw new LabError(
      `this distribution has the source of Redis ${version ?? '(unknown)'}; the lab follows ${VERSION}`,
      {
        means: 'tests of another version ask for other answers',
        next: `run it on Debian 12, ${OTHERWISE}`,
      },
    )
  }
  step(`fetching the source package of Redis ${version}, once`)
  await apt(['source', '--download-only', '--only-source', 'redis']).catch((failure: Output) => {
    throw notFetched(failure.stderr, failure)
  })
  await unpack(draft)
  return version
}

/** apt-get with lists and a cache of its own; gives a function that runs it in `draft`. */
async function privateApt(draft: string): Promise<(words: string[]) => Promise<Output>> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const lists = asSourceLists(readSources(), codenameOf(osRelease) ?? 'stable')
  if (lists.length === 0) {
    throw new LabError('/etc/apt names no place that has the packages of Debian or Ubuntu', {
      means: LOST,
      next: `run it on Debian 12, ${OTHERWISE}`,
    })
  }
  const parts = join(draft, 'sources')
  for (const name of ['sources', 'lists/partial', 'cache/archives/partial']) {
    await mkdir(join(draft, name), { recursive: true })
  }
  for (const { name, text } of lists) await writeFile(join(parts, name), text)
  const settings = [
    'Dir::Etc::SourceList "/dev/null";',
    `Dir::Etc::SourceParts "${parts}";`,
    `Dir::State::Lists "${join(draft, 'lists')}";`,
    `Dir::Cache "${join(draft, 'cache')}";`,
    'APT::Sandbox::User "root";',
    'Acquire::Languages "none";',
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    // What the machine does after its own updates is not for this one.
    ...['Pre-Invoke', 'Post-Invoke', 'Post-Invoke-Success', 'Post-Invoke-Stats'].map(
      (hook) => `#clear APT::Update::${hook};`,
    ),
  ]
  const file = join(draft, 'apt.conf')
  await writeFile(file, `${settings.join('\n')}\n`)
  const env = { ...process.env, LC_ALL: 'C' }
  return (words) => run('apt-get', ['-q', '-c', file, ...words], { cwd: draft, env })
}

/** An error with the line of apt's that says most: what could not be reached, where there is one. */
function notFetched(stderr: string, cause: unknown): LabError {
  const said = stderr.split('\n').filter((line) => /^[EW]: /.test(line))
  const line = said.find((text) => text.includes('Failed to fetch')) ?? said[0]
  const why = line?.slice('E: '.length).trim() ?? 'it gave no reason'
  return new LabError(`apt-get could not fetch the source package of redis: ${why}`, {
    means: `often there is no network, or a proxy is not set; ${LOST}`,
    next: `npm run test:redis, when there is a network; ${OTHERWISE}`,
    cause,
  })
}

/**
 * Makes `source` of the package: with Debian's patches, some of which add a test, where dpkg-dev is
 * installed; as Redis' authors wrote it otherwise.
 */
async function unpack(draft: string): Promise<void> {
  const names = await readdir(draft)
  const dsc = names.find((name) => name.endsWith('.dsc'))
  const tar = names.find((name) => /\.orig\.tar\.\w+$/.test(name))
  const source = join(draft, 'source')
  if (dsc !== undefined && findOnPath('dpkg-source') !== undefined) {
    const words = ['--no-check', '--no-copy', '-q', '-x', dsc, source]
    const unpacked = await run('dpkg-source', words, { cwd: draft }).then(
      () => true,
      () => false,
    )
    if (unpacked) return await keepSuiteOnly(source)
    await rm(source, { recursive: true, force: true })
  }
  if (tar === undefined) throw new Error(`no tar file among ${names.join(', ')}`)
  await mkdir(source)
  await run('tar', ['-xf', tar, '--strip-components=1', '-C', source], { cwd: draft })
  await keepSuiteOnly(source)
}

/** The suite is a tenth of the package, in bytes. */
async function keepSuiteOnly(source: string): Promise<void> {
  for (const name of await readdir(source)) {
    if (['runtest', 'tests', 'COPYING'].includes(name)) continue
    await rm(join(source, name), { recursive: true, force: true })
  }
}
