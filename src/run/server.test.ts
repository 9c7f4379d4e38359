import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { isInstalled } from './installed.ts'
import { LabError } from './lab-error.ts'
import { labRoot, startRedis, startStage } from './server.ts'

it('gives port and pid of a stage that listens, and stops it', async () => {
  const server = await startStage({ id: 'stage1' })
  const socket = connect(server.port, server.host)
  await once(socket, 'connect')
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

it('says so where there is no such stage', async () => {
  const failure = await startStage({ id: 'stage99' }).catch((e) => e)
  expect(failure.message).toMatch(/stage99 did not start: .*Cannot find module/s)
})

/** A program that starts a server with the lab's own functions, tells its pid, and waits. */
function holder(start: string) {
  const program = `import { startRedis, startStage } from './src/run/server.ts'
const server = await ${start}
console.log(server.pid)`
  return spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    cwd: labRoot,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith(
      'Z',
    )
  } catch {
    return false
  }
}

async function endsWithItsParent(start: string): Promise<void> {
  const parent = holder(start)
  const pid = Number((await once(parent.stdout!.setEncoding('utf8'), 'data'))[0])
  expect(isRunning(pid)).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
}

it('a stage ends when the lab is killed', () => endsWithItsParent("startStage({ id: 'stage2' })"))

const redis = isInstalled('redis-server') && existsSync('/usr/bin/setpriv')
it.skipIf(!redis)(
  redis
    ? 'so does a redis-server'
    : 'so does a redis-server (skipped: needs redis-server, setpriv)',
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
