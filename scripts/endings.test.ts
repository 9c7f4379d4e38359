/** However a command ends, its children end with it, no partial result is left, the status says how. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { isRunning, processesBelow } from '../src/run/processes.ts'
import { labRoot } from '../src/run/server.ts'

// A backstop: an ending takes two to five seconds, more on a machine that is busy otherwise.
vi.setConfig({ testTimeout: 120_000 })

// What a run that is killed with SIGKILL leaves, the next one sweeps away an hour later.
const scratch = mkdtempSync(join(tmpdir(), 'lab endings '))
afterAll(() => rmSync(scratch, { recursive: true, force: true }))
/** Of this file alone: in profiles/local other tests save, and remove, at the same time. */
const results = join(scratch, 'results')

function start(words: string, stdout: 'pipe' | number = 'pipe'): ChildProcess {
  const [script, ...args] = words.split(' ')
  return spawn(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: labRoot,
    env: { ...process.env, TMPDIR: scratch, LAB_RESULTS: results },
    stdio: ['ignore', stdout, 'pipe'],
  })
}

/** Collects standard error; `shows` resolves when something has appeared in it. */
function errorsOf(child: ChildProcess) {
  let text = ''
  const waiting: (() => void)[] = []
  child.stderr!.setEncoding('utf8').on('data', (piece) => {
    text += piece
    for (const look of waiting) look()
  })
  const shows = (wanted: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => wanted.test(text) && resolve()
      waiting.push(look)
      look()
      child.once('close', () => reject(new Error(`ended before ${wanted}: ${text}`)))
    })
  return { shows, text: () => text }
}

function saved(): string[] {
  return existsSync(results) ? readdirSync(results).filter((name) => !name.startsWith('.')) : []
}

const middles: [words: string, middle: RegExp][] = [
  ['flame stage3 --quick', /recording with/], // perf record, if perf may be used
  ['stat stage3 --quick', /counting/], // perf stat
  ['clinic doctor stage3 --quick', /load on/], // a tool around the server
]

it.each(middles)('kill -9 in the middle of %s: nothing outlives it', async (words, middle) => {
  const child = start(words)
  const errors = errorsOf(child)
  await errors.shows(middle)
  const started = processesBelow(child.pid!)
  expect(started.length).toBeGreaterThanOrEqual(2)
  child.kill('SIGKILL')
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
  await expect.poll(() => started.filter(isRunning)).toEqual([])
  expect(saved()).toEqual([])
})

it('a stage that crashes under load: one line with what happened, status 1, nothing left', async () => {
  const child = start('stage 3 --quick')
  child.stdout!.resume()
  const errors = errorsOf(child)
  await errors.shows(/measuring SET/)
  const started = processesBelow(child.pid!)
  const server = started.find(({ args }) => /stages\/stage3\/main\.ts/.test(args))!
  process.kill(server.pid, 'SIGSEGV')
  const [status] = await once(child, 'close')
  expect(errors.text()).toMatch(
    /✗ stage3, under load: .* it ended by itself \(SIGSEGV\)\n.*\n {2}→ /,
  )
  expect(status).toBe(1)
  await expect.poll(() => started.filter(isRunning)).toEqual([])
})

it('a reader who has gone is status 141, as of a program that SIGPIPE ended', async () => {
  const child = start('diff 1 2')
  child.stdout!.destroy()
  const errors = errorsOf(child)
  const [status] = await once(child, 'close')
  expect(errors.text()).toBe('')
  expect(status).toBe(141)
})

it.skipIf(!existsSync('/dev/full'))('output onto a full disk is one line, status 1', async () => {
  const child = start('diff 1 2', openSync('/dev/full', 'w'))
  const errors = errorsOf(child)
  const [status] = await once(child, 'close')
  expect(errors.text()).toBe('the output could not be written: the disk is full\n')
  expect(status).toBe(1)
})

/** Starts a command as a supervisor does, which knows npm alone. */
function startNpm(...words: string[]): ChildProcess {
  return spawn('npm', ['run', ...words], {
    cwd: labRoot,
    env: { ...process.env, TMPDIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)(
  '%s to the npm of a server alone: the server ends as well',
  async (signal) => {
    const npm = startNpm('serve', '--', 'stage1', '--port', '0')
    const [port] = await new Promise<string[]>((resolve) => {
      let text = ''
      npm.stdout!.setEncoding('utf8').on('data', (piece) => {
        text += piece
        const found = /listening on 127\.0\.0\.1:(\d+)\n/.exec(text)
        if (found) resolve(found.slice(1))
      })
    })
    const started = processesBelow(npm.pid!)
    // The command and its stage, besides the shell of npm and the guard.
    expect(started.filter(({ args }) => args.includes('.ts')).length).toBeGreaterThanOrEqual(2)
    npm.kill(signal)
    await expect.poll(() => started.filter(isRunning)).toEqual([])
    const socket = connect(Number(port), '127.0.0.1')
    const [failure] = (await once(socket, 'error')) as [NodeJS.ErrnoException]
    expect(failure.code).toBe('ECONNREFUSED')
  },
)

it('kill -9 of the npm of a run: nothing that it started outlives it', async () => {
  const npm = startNpm('stage', '--', '3', '--quick')
  npm.stdout!.resume()
  await errorsOf(npm).shows(/measuring SET/)
  const started = processesBelow(npm.pid!)
  expect(started.length).toBeGreaterThanOrEqual(4)
  npm.kill('SIGKILL')
  await expect.poll(() => started.filter(isRunning)).toEqual([])
})

it('a TMPDIR that cannot be made is one line with what to do, status 1', async () => {
  const words = ['--import', './scripts/start-tsx.js', 'scripts/diff.ts', '1', '2']
  const env = { ...process.env, TMPDIR: join(scratch, 'no', 'such', 'place') }
  const child = spawn(process.execPath, words, { cwd: labRoot, env })
  const errors = errorsOf(child)
  const [status] = await once(child, 'close')
  expect(errors.text()).toMatch(
    /^✗ temporary files cannot be written to .*place: ENOENT\n.*\n {2}→ /,
  )
  expect(status).toBe(1)
})

it('tests in a path with # say so in one line, since Vite finds no file there', async () => {
  const place = join(scratch, 'a # b')
  mkdirSync(place)
  copyFileSync(join(labRoot, 'vitest.config.ts'), join(place, 'vitest.config.ts'))
  symlinkSync(join(labRoot, 'node_modules'), join(place, 'node_modules'))
  const vitest = join(labRoot, 'node_modules', 'vitest', 'vitest.mjs')
  const child = spawn(process.execPath, [vitest, 'run'], { cwd: place })
  const errors = errorsOf(child)
  const [status] = await once(child, 'close')
  expect(errors.text()).toContain('the tests cannot run below a directory with # in its name')
  expect(status).toBe(1)
})

it('check --watch: Ctrl-C is its ordinary end, also in the middle of a check', async () => {
  const copy = `mine/stage1-ends-${process.pid}`
  cpSync(join(labRoot, 'stages', 'stage1'), join(labRoot, copy), { recursive: true })
  try {
    const child = start(`check ${copy} --watch --no-race`)
    const errors = errorsOf(child)
    await errors.shows(/conformance suite/)
    const below = processesBelow(child.pid!)
    expect(below.length).toBeGreaterThan(0)
    child.kill('SIGINT')
    const [status] = await once(child, 'exit')
    expect(status).toBe(0)
    await expect.poll(() => below.filter(isRunning)).toEqual([])
    expect(errors.text()).not.toContain('interrupted')
  } finally {
    rmSync(join(labRoot, copy), { recursive: true, force: true })
  }
})
