/** What a stage refuses, and that it goes on afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { needing } from '../src/conformance/servers.ts'
import { ask, bulk, connectionsOf, isBehind, open, readToEnd, until } from '../src/faults/client.ts'
import { droppedAt } from '../src/faults/reply-faults.ts'
import { isInstalled } from '../src/run/installed.ts'
import { type RunningServer, startRedis, startStage } from '../src/run/server.ts'
import { stagesHere } from '../src/run/supported-stages.ts'

// They wait for what must come, and take some seconds in all; this is for a server that hangs.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const throwing = new URL('../src/faults/throwing.ts', import.meta.url)
/** More than fit, and than a fast client gets in before the server looks at its memory. */
const MOST_STORED = 5000
const OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n"

describe.each(stagesHere().here)('$id', (stage) => {
  describe('with small limits', () => {
    let server: RunningServer

    beforeAll(async () => {
      server = await startStage(stage, {
        args: ['--output-limit', '1mb', '--maxmemory', '64mb'],
        nodeFlags: ['--import', throwing.href],
      })
    })

    afterAll(() => server.stop())

    // What the test before has stored or left connected, even by failing, is gone.
    beforeEach(async () => {
      const socket = await open(server)
      await ask(socket, 'FLUSHALL\r\n', '+OK\r\n')
      socket.destroy()
    })

    const client = async () => {
      const socket = await open(server)
      onTestFinished(() => void socket.destroy())
      return socket
    }

    it('drops a client that asks and never reads, and serves the others on', async () => {
      const [deaf, other] = [await client(), await client()]
      await ask(other, `SET big ${'x'.repeat(10_000)}\r\n`, '+OK\r\n')
      const here = `${deaf.localAddress}:${deaf.localPort}`
      // 100 MB of replies: no system's own buffers take so many.
      for (let round = 0; round < 100 && deaf.writable; round++)
        deaf.write('GET big\r\n'.repeat(100))
      await until(async () => (await connectionsOf(server)) === 2)
      await until(() => server.errorOutput().includes(`client ${here} closed: `))
      await ask(other, 'PING\r\n', '+PONG\r\n')
    })

    it('drops it between two commands of one read', async () => {
      const other = await client()
      await ask(other, `SET big ${'x'.repeat(60_000)}\r\n`, '+OK\r\n')
      const waiting = await droppedAt(server, 'GET big\r\n'.repeat(2000))
      // The limit, what was asked for last, and what had not been sent before that.
      expect(waiting).toBeLessThan((1 << 20) + 3 * 64 * 1024)
      await ask(other, 'DEL big\r\n', ':1\r\n')
    })

    it('a throw in a command is that command’s error, and no reply is left half', async () => {
      const socket = await client()
      const failed = '-ERR internal error\r\n'
      await ask(socket, 'PING\r\nTHROW\r\nPING\r\n', `+PONG\r\n${failed}+PONG\r\n`)
      await ask(socket, 'PING\r\nTHROW-HALF\r\nPING\r\n', `+PONG\r\n${failed}+PONG\r\n`)
      expect(server.errorOutput()).toContain('thrown on purpose')
    })

    it('if some of its reply is sent already, the connection ends there', async () => {
      const [socket, other] = [await client(), await client()]
      socket.write('THROW-LATE\r\nQUIT\r\n')
      const { bytes } = await readToEnd(socket)
      const text = bytes.toString('latin1')
      // Either nothing had left yet, and it could be taken back, or what came goes no further.
      if (text !== '-ERR internal error\r\n+OK\r\n') {
        expect(bulk(Buffer.alloc(200_000, 'x')).toString()).toMatch(text.slice('*3\r\n'.length, 50))
        expect(text).not.toContain('-ERR')
        expect(text).not.toContain('+OK')
      }
      await ask(other, 'PING\r\n', '+PONG\r\n')
    })

    it('refuses to store more than --maxmemory, until there is room again', async () => {
      const socket = await client()
      // Few bytes on the way, many in the store.
      const big = (name: string) => `SETRANGE ${name} 59999 v\r\n`
      await ask(socket, 'CONFIG GET maxmemory\r\n', '*2\r\n$9\r\nmaxmemory\r\n$8\r\n67108864\r\n')
      let stored = 0
      for (; stored < MOST_STORED; stored++) {
        if ((await line(socket, big(`k${stored}`))) === OOM) break
      }
      // With what the server needs itself, a little less than 64 MB fit: some 1000. It looks how near
      // it is ten times a second, so a fast client may get more in before it begins to count.
      expect(stored).toBeGreaterThan(600)
      expect(stored).toBeLessThan(MOST_STORED)
      await ask(socket, `${big('more')}STRLEN k0\r\nPING\r\n`, `${OOM}:60000\r\n+PONG\r\n`)
      await ask(socket, 'EXPIRE k0 100\r\nAPPEND k0 x\r\nMSET a 1\r\n', `:1\r\n${OOM}${OOM}`)
      const half = Array.from({ length: 500 }, (_, at) => `k${at}`)
      await ask(socket, `DEL ${half.slice(0, -1).join(' ')}\r\n`, `:${half.length - 1}\r\n`)
      await ask(socket, `DEL k${half.length - 1}\r\n${big('more')}`, ':1\r\n:60000\r\n')
      await ask(socket, `FLUSHALL\r\n${big('more')}FLUSHALL\r\n`, '+OK\r\n:60000\r\n+OK\r\n')
    })

    it('drops a browser that was talked into sending it commands', async () => {
      for (const first of ['POST / HTTP/1.1', 'Host: 127.0.0.1']) {
        const socket = await client()
        socket.write(`${first}\r\nFLUSHALL\r\nPING\r\n`)
        expect((await readToEnd(socket)).bytes.toString()).toBe('')
      }
    })
  })

  it.skipIf(process.platform !== 'linux')(
    'takes as many clients as it has descriptors for',
    async () => {
      const server = await startStage(stage, { openFiles: 64 })
      expect(server.errorOutput()).toContain('at most 32 clients at once, not 10000')
      const clients = await Promise.all(Array.from({ length: 100 }, () => open(server)))
      const served: typeof clients = []
      await Promise.all(
        clients.map(async (socket) => {
          const answer = await line(socket, 'PING\r\n')
          if (answer === '+PONG\r\n') served.push(socket)
          else expect(answer).toBe('-ERR max number of clients reached\r\n')
        }),
      )
      expect(served).toHaveLength(32)
      // It neither dies nor is occupied by those who cannot come in: who is in, is served.
      for (const socket of served) await ask(socket, 'PING\r\n', '+PONG\r\n')
      for (const socket of clients) socket.destroy()
      // There is room again as soon as the server has seen that they are gone.
      await until(async () => {
        const next = await open(server)
        const answer = await line(next, 'PING\r\n')
        next.destroy()
        return answer === '+PONG\r\n'
      })
      await server.stop()
      expect(await server.ended).toBe('exit code 0')
    },
  )

  // Stage 1 would read for half a minute; it sends its replies as stage 2 does.
  const test = stage.expected.readsPerRequest === null ? undefined : it
  test?.('joins small replies that wait: they do not fill the heap', async () => {
    const server = await startStage(stage, {
      args: ['--output-limit', '4mb'],
      nodeFlags: ['--max-old-space-size=32'],
    })
    const [deaf, other] = [await open(server), await open(server)]
    await ask(other, `SET big ${'x'.repeat(60_000)}\r\n`, '+OK\r\n')
    // The kernel's buffers take some megabytes, on both sides. Large replies fill them soonest.
    await until(async () => {
      await new Promise((taken) => deaf.write('GET big\r\n'.repeat(5), taken))
      return await isBehind(server, deaf.localPort!)
    })
    const waiting = await droppedAt(server, 'PING\r\n'.repeat(1_000_000), deaf)
    expect(waiting).toBeGreaterThan(4 << 20)
    other.destroy()
    await server.stop()
    expect(await server.ended).toBe('exit code 0')
  })

  it('warns of an address that others can reach, and of no other', async () => {
    const open = await startStage(stage, { host: '0.0.0.0' })
    await until(() => open.errorOutput().includes('\n'))
    expect(open.errorOutput()).toMatch(/^warning: 0\.0\.0\.0 can be reached from other machines/m)
    await open.stop()
    const closed = await startStage(stage, { host: 'localhost' })
    await closed.stop()
    expect(closed.errorOutput()).not.toContain('warning:')
  })
})

describe('maxmemory', () => {
  const rows = [
    'SET k v',
    'SETNX k v',
    'SETEX k 10 v',
    'PSETEX k 10 v',
    'GETSET k v',
    'MSET k v',
    'MSETNX k v',
    'APPEND k v',
    'SETRANGE k 0 v',
    'INCR k',
    'DECR k',
    'INCRBY k 1',
    'DECRBY k 1',
    'INCRBYFLOAT k 1',
    'SETBIT k 0 1',
    'COPY k j',
    'GET k',
    'MGET k',
    'GETEX k',
    'GETDEL k',
    'DEL k',
    'UNLINK k',
    'EXPIRE k 10',
    'PERSIST k',
    'RENAME k j',
    'MOVE k 1',
    'TYPE k',
    'STRLEN k',
    'SET k',
    'SET k v NX XX',
    'PING',
    'FLUSHALL',
    'DBSIZE',
    'CONFIG GET maxmemory',
    'SELECT 0',
    'ECHO x',
  ]
  const script = [
    'CONFIG SET maxmemory 1',
    ...rows,
    'CONFIG SET maxmemory 0',
    'SET k v',
    'FLUSHALL',
  ]
  const all = [...stagesHere().here.map(({ id }) => id), 'redis']

  it.skipIf(!isInstalled('redis-server'))(
    needing('redis-server', 'what is refused, and how, is as in Redis'),
    async () => {
      const answers = await Promise.all(
        all.map(async (id) => {
          const server = await (id === 'redis' ? startRedis() : startStage({ id }))
          const socket = await open(server)
          socket.write(`${script.join('\r\n')}\r\nQUIT\r\n`)
          const { bytes } = await readToEnd(socket)
          await server.stop()
          return bytes.toString()
        }),
      )
      expect(answers.at(-1)).toContain(OOM)
      for (const [at, id] of all.entries()) expect(answers[at], id).toBe(answers.at(-1))
    },
  )
})

/** Sends, and returns the one line that comes back. */
async function line(socket: Awaited<ReturnType<typeof open>>, request: string): Promise<string> {
  return await new Promise((resolve) => {
    let text = ''
    const onData = (piece: Buffer) => {
      text += piece.toString('latin1')
      if (!text.endsWith('\n')) return
      socket.off('data', onData).off('close', onClose).pause()
      resolve(text)
    }
    const onClose = () => resolve(text)
    socket.on('data', onData).once('close', onClose).resume()
    socket.write(request)
  })
}
