/** `npm run test:redis` as it is typed, with a fake harness. */
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { runTyped, startTyped, startTypedHost } from '../cli/typed.ts'

let scratch: string
let suite: string
/** Where the working copies are made. */
let temporary: string

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'lab-test-redis-'))
  suite = join(scratch, 'suite')
  temporary = join(scratch, 'tmp')
  for (const name of ['suite/tests', 'bin', 'empty', 'tmp']) {
    mkdirSync(join(scratch, name), { recursive: true })
  }
  program(join(scratch, 'bin', 'tclsh8.6'), 'exit 0')
})

afterEach(() => rmSync(scratch, { recursive: true, force: true }))

function program(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

/** A harness of these lines of shell. */
function harness(script: string): void {
  program(join(suite, 'runtest'), script)
}

const environment = (): NodeJS.ProcessEnv => ({
  PATH: [join(scratch, 'bin'), process.env.PATH].join(delimiter),
  TMPDIR: temporary,
  NO_COLOR: '1',
})
const start = (words: string[]) => startTyped('test-redis', words, environment())
const run = (words: string[], more: NodeJS.ProcessEnv = {}) =>
  runTyped('test-redis', words, { ...environment(), ...more })

const quit = () => ['stage4', '--file', 'unit/quit', '--source', suite]

it('all passed: a line, and exit status 0', async () => {
  harness(
    'echo "[ok]: a (1 ms)"; echo "[ok]: b (1 ms)"; echo "[ignore]: c: Tag: needs:repl denied"',
  )
  const { status, stdout } = await run(quit())
  expect(stdout).toMatch(
    /^✓ stage4 +2 passed, 0 failed, 0 skipped by the skip list, 1 by tags, \d+ s\n$/,
  )
  expect(status).toBe(0)
  expect(readdirSync(temporary).filter((name) => name.startsWith('lab-redis'))).toEqual([])
})

it('a failure: which, why, and exit status 1', async () => {
  harness(
    'echo "[ok]: a (1 ms)"; echo "[err]: b in tests/unit/quit.tcl"; echo "Expected x"; exit 1',
  )
  const { status, stdout } = await run(quit())
  expect(stdout).toContain('✗ unit/quit: b\n    Expected x\n✗ stage4  1 passed, 1 failed')
  expect(status).toBe(1)
})

it('a harness that ends badly, or with no test, has failed', async () => {
  harness('echo "[ok]: a (1 ms)"; echo "no more memory" >&2; exit 3')
  const ended = await run(quit())
  expect(ended.stdout).toMatch(/the harness itself\n.*ended with 3:\n.*no more memory/s)
  expect(ended.status).toBe(1)
  harness('exit 0')
  expect((await run(quit())).status).toBe(1)
})

it('a server that ends by itself has failed', async () => {
  // The stage and the harness are both children of the command: the stage is there until that has
  // been told of its end.
  harness(`echo "[ok]: a (1 ms)"
stage=$(ps -A -o pid=,ppid=,args= | awk -v p=$PPID '$2 == p && /stage4/ { print $1 }')
kill -9 $stage
while kill -0 $stage 2>/dev/null; do sleep 0.01; done`)
  const { status, stdout } = await run(quit())
  expect(stdout).toMatch(/✗ unit\/quit: the server ended by itself\n +SIGKILL/)
  expect(status).toBe(1)
})

it('the harness is given the server, the tags, the timeout and the skip list', async () => {
  harness(`for word in "$@"; do echo "word $word"; done >&2
while [ $# -gt 0 ]; do
  [ "$1" = --skipfile ] && while read -r name; do echo "[skip]: $name"; done <"$2"
  [ "$1" = --single ] && echo "[ok]: file $2 (1 ms)"
  [ "$1" = --port ] && echo "[ok]: port $2 (1 ms)"
  [ "$1" = --tags ] && echo "[ok]: tags $2 (1 ms)"
  [ "$1" = --timeout ] && echo "[ok]: timeout $2 (1 ms)"
  shift
done`)
  const words = ['2', '--file', 'unit/expire', '--timeout', '77', '--json', '--source', suite]
  const { status, stdout } = await run(words)
  const document = JSON.parse(stdout)
  const [{ name, files, skipped }] = document.results
  expect([name, skipped, document.skipList.length > 20]).toEqual(['stage2', 1, true])
  const names = files[0].tests.map((test: { name: string }) => test.name)
  expect(names).toEqual([
    expect.stringMatching(/^port [1-9]\d+$/),
    'tags -needs:debug -needs:repl',
    'file unit/expire',
    'EXPIRE - write on expire should work',
    'timeout 77',
  ])
  expect(status).toBe(0)
})

it('without Tcl: one clear line', async () => {
  harness('echo "[ok]: a (1 ms)"')
  const { status, stdout, stderr } = await run(quit(), { PATH: join(scratch, 'empty') })
  expect(stderr).toMatch(/✗ Tcl is not installed.*\n.*nothing else is lost\n.*apt-get install tcl/)
  expect(stdout).toBe('')
  expect(status).toBe(1)
})

const wrong: [words: string[], says: RegExp][] = [
  [['stage9'], /there is no 'stage9' to test; there are stage1, .*redis/],
  [['--file', 'unit/nope'], /--file takes a list of unit\/protocol, .*not 'unit\/nope'/],
  [['--timeout', '0'], /--timeout takes a number/],
  [['--source', '/nowhere/at/all'], /\/nowhere\/at\/all is not a source of Redis/],
  [['--nonsense'], /--nonsense/],
]

const host = startTypedHost({ NO_COLOR: '1' })
afterAll(host.stop)

it.each(wrong)('%j: one clear line and exit status 2', async (words, says) => {
  const { status, stdout, stderr } = await host.run('test-redis', words)
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ')
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

/** Processes whose command line has the word in it, this test's own aside. */
function running(word: string): string[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(word) && !line.includes('scripts/test-redis.ts'))
}

it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  '%s leaves no process behind',
  async (signal) => {
    // The harness starts programs, which would outlive it if it were killed alone.
    const mark = `lab-mark-${process.pid}-${signal}`
    harness(`sh -c 'echo "[ok]: a (1 ms)"; sleep 600; : ${mark}' & wait`)
    const child = start(quit())
    await once(child.stderr!, 'data') // it is running a file
    await expect.poll(() => running(mark).length).toBeGreaterThan(0)
    child.kill(signal)
    const [status] = await once(child, 'close')
    expect(status).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal])
    await expect.poll(() => running(mark)).toEqual([])
    // After SIGKILL the working copy cannot be removed.
    const copies = readdirSync(temporary).filter((name) => name.startsWith('lab-redis'))
    expect(copies).toHaveLength(signal === 'SIGKILL' ? 1 : 0)
  },
)
