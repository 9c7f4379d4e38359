import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Fakes, fakePrograms } from './fakes.ts'
import { isInstalled, lookAt } from './installed.ts'
import { LabError } from './lab-error.ts'
import { isRunning } from './processes.ts'
import {
  labRoot,
  otherRedis,
  startRedis,
  startRespServer,
  startStage,
  whyNoRedis,
} from './server.ts'

it('returns port and pid of a stage that listens, and stops it', async () => {
  const server = await startStage({ id: 'stage1' })
  const socket = connect(server.port, server.host)
  socket.write('PING\r\n')
  await once(socket, 'data')
  socket.destroy()
  await server.stop()
  expect(await server.ended).toBe('exit code 0')
  await server.stop() // a second time does no harm
})

it('says why a stage did not start', async () => {
  const failure = await startStage({ id: 'stage1' }, { args: ['--nonsense'] }).catch((e) => e)
  expect(failure).toBeInstanceOf(LabError)
  expect(failure.message).toMatch(/stage1 did not start: .*--nonsense/s)
})

it('says so if there is no such stage', async () => {
  const failure = await startStage({ id: 'stage99' }).catch((e) => e)
  expect(failure.message).toMatch(/stage99 did not start: .*Cannot find module/s)
})

/** A program that starts a server with the lab's own functions, prints its pid, and waits. */
function holder(start: string) {
  const program = `import { startRedis, startStage } from './src/run/server.ts'
const server = await ${start}
console.log(server.pid)`
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: labRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function endsWithItsParent(start: string): Promise<void> {
  const parent = holder(start)
  const pid = Number((await once(parent.stdout!.setEncoding('utf8'), 'data'))[0])
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(pid)).toBe(false)
}

it('a stage ends when the lab is killed', () => endsWithItsParent("startStage({ id: 'stage2' })"))

const redis = isInstalled('redis-server')
it.skipIf(!redis)(
  redis ? 'so does a redis-server' : 'so does a redis-server (skipped: needs redis-server)',
  () => endsWithItsParent('startRedis()'),
)

it.skipIf(!redis)('starts a redis-server that answers', async () => {
  const server = await startRedis()
  const socket = connect(server.port, server.host)
  socket.write('PING\r\n')
  expect(String((await once(socket, 'data'))[0])).toBe('+PONG\r\n')
  socket.destroy()
  await server.stop()
})

it.skipIf(!redis)('redis-server does not load a dump.rdb of its working directory', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'lab dump '))
  writeFileSync(join(directory, 'dump.rdb'), 'of another Redis')
  vi.stubEnv('TMPDIR', directory)
  try {
    const server = await startRedis()
    await server.stop()
  } finally {
    vi.unstubAllEnvs()
    rmSync(directory, { recursive: true })
  }
})

describe('a stage that is none', () => {
  let home = ''
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'lab fake stage '))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  /** Starts a program as if it were a stage; a timeout only if it is to run out. */
  async function failureOf(main: string, timeoutMs?: number): Promise<LabError> {
    writeFileSync(join(home, 'main.ts'), main)
    const id = relative(join(labRoot, 'stages'), home)
    const options = timeoutMs === undefined ? {} : { timeoutMs }
    return await startStage({ id }, options).catch((failure) => failure)
  }

  it('that hangs at its start is ended, and the error has its last words', async () => {
    const pid = join(home, 'pid')
    const failure = await failureOf(
      `import { writeFileSync } from 'node:fs'
      writeFileSync(${JSON.stringify(pid)}, String(process.pid))
      console.log('garbage'); for (;;);`,
      1500,
    )
    expect(failure).toBeInstanceOf(LabError)
    expect(failure.message).toContain('did not listen within 1.5 s, and was ended')
    // On a machine that is very busy it may have had no time to print anything.
    expect(failure.means).toMatch(
      /^it hangs at its start(; its last line: garbage| and said nothing)$/,
    )
    expect(failure.next).toMatch(/^npx node stages\/.*main\.ts --port 0$/)
  })

  it('that crashes: the error and its place, in one line', async () => {
    const { message } = await failureOf(`import '${labRoot}/src/nothing.ts'`)
    expect(message).toMatch(/ did not start: Error \[ERR_MODULE_NOT_FOUND\]: .*; exit code 1$/)
    expect(message).not.toContain('\n')
  })

  it('that ends without a word, or with other words', async () => {
    expect((await failureOf('process.exit(0)')).message).toMatch(/did not start: exit code 0$/)
    expect((await failureOf("console.log('ready!')")).message).toMatch(/: ready!; exit code 0$/)
  })
})

describe('a redis-server that is none', () => {
  let fakes: Fakes
  afterEach(() => fakes.remove())
  const version = 'if [ "$1" = --version ]; then echo "Redis server v=7.0.15 sha=0"; exit; fi\n'
  const faked = (script: string) => {
    fakes = fakePrograms({ 'redis-server': script })
    fakes.use()
  }

  it.each([
    ['fails', 'echo "cannot open libjemalloc.so.2" >&2; exit 127', 'cannot open libjemalloc.so.2'],
    ['fails without a word', 'exit 3', 'exit code 3'],
    ['is ended by a signal', 'kill -SEGV $$', 'SIGSEGV'],
  ])('that %s is not called missing', async (_, script, says) => {
    faked(script)
    expect(whyNoRedis()).toBe(`redis-server does not start: ${says}`)
    await expect(startRedis()).rejects.toThrow(`redis-server does not start: ${says}`)
  })

  it('that does not even print its version is not waited for', () => {
    faked('exec sleep 1000')
    expect(lookAt('redis-server', '--version', 100)).toEqual({
      state: 'broken',
      why: 'it does not print its version within 0.1 s',
    })
  })

  it('that ends at its start says why', async () => {
    faked(`${version}echo "bind: Address already in use"; exit 1`)
    await expect(startRedis()).rejects.toThrow(
      'redis did not start: bind: Address already in use; exit code 1',
    )
  })

  it('whose port was taken a moment ago gets another one', async () => {
    faked(`${version}echo x >>"$(dirname "$0")/starts"
[ $(wc -l <"$(dirname "$0")/starts") = 1 ] && { echo "Failed listening on port $2 (TCP), aborting."; exit 1; }
echo "Ready to accept connections"; exec sleep 1000`)
    const server = await startRedis()
    await server.stop()
    expect(readFileSync(join(fakes.directory, 'starts'), 'utf8')).toBe('x\nx\n')
  })

  it('that never gets ready is ended', async () => {
    faked(`${version}echo "loading"; exec sleep 1000`)
    const failure = (await startRedis({ timeoutMs: 500 }).catch((error) => error)) as LabError
    expect(failure.message).toBe('redis did not listen within 0.5 s, and was ended')
    expect(failure.means).toMatch(
      /^it hangs at its start(; its last line: loading| and said nothing)$/,
    )
  })

  it.each([
    ['6.0.16', 'redis-server is 6.0.16 here'],
    ['8.2.1', 'redis-server is 8.2.1 here'],
    ['7.0.4', undefined],
  ])('of version %s', (number, says) => {
    faked(`echo "Redis server v=${number} sha=00000000:0 malloc=jemalloc-5.3.0 bits=64"`)
    const note = otherRedis()
    if (says === undefined) expect(note).toBe(undefined)
    else expect(note).toContain(says)
  })
})

describe('a server that is not the lab’s', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'resp-server-'))
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))
  const script = (text: string) => {
    const path = join(scratch, 'server.mjs')
    writeFileSync(path, text)
    return path
  }

  it('a script for Node is given a port, and is ready when it answers PING', async () => {
    const path = script(`
      import { createServer } from 'node:net'
      const port = Number(process.argv[process.argv.indexOf('--port') + 1])
      const server = createServer((socket) => socket.on('data', () => socket.write('+PONG\\r\\n')))
      server.listen(port, '127.0.0.1')
    `)
    const server = await startRespServer({ name: 'other', path })
    try {
      expect(server).toMatchObject({ name: 'other', host: '127.0.0.1' })
      expect(isRunning(server.pid)).toBe(true)
    } finally {
      await server.stop()
    }
    expect(isRunning(server.pid)).toBe(false)
  })

  it('that ends, or answers nothing, is named', async () => {
    const ends = script("console.log('no licence'); process.exit(3)")
    await expect(startRespServer({ name: 'other', path: ends })).rejects.toThrow(
      'other did not start: no licence; exit code 3',
    )
    const hangs = script('setInterval(() => {}, 1000)')
    await expect(
      startRespServer({ name: 'other', path: hangs }, { timeoutMs: 500 }),
    ).rejects.toThrow('other did not listen within 0.5 s, and was ended')
  })
})
