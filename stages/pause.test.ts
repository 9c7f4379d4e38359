/** CLIENT PAUSE on two connections, as Redis does it. */
import type { Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { candidates } from '../src/conformance/servers.ts'
import { ask, open, readToEnd, until } from '../src/faults/client.ts'
import { infoOf } from '../src/faults/reply-faults.ts'
import type { RunningServer } from '../src/run/server.ts'

describe.each(candidates)('%s', (_title, { missing, start }) => {
  let server: RunningServer

  beforeAll(async () => {
    if (!missing) server = await start()
  })

  afterAll(() => server?.stop())

  let clients: Socket[] = []
  const both = async (target = server): Promise<[one: Socket, other: Socket]> => {
    const [one, other] = [await open(target), await open(target)]
    clients.push(one, other)
    return [one, other]
  }

  // The next test must not meet the pause and the clients of one that failed half-way.
  afterEach(async () => {
    for (const socket of clients) socket.destroy()
    clients = []
    if (missing) return
    const last = await open(server)
    await ask(last, 'CLIENT UNPAUSE\r\n', '+OK\r\n')
    await ask(last, 'FLUSHALL\r\n', '+OK\r\n')
    last.destroy()
  })

  const blocked = (info: string) => Number(/blocked_clients:(\d+)/.exec(info)?.[1])

  it.skipIf(missing)('WRITE lets commands wait that write, and what follows them', async () => {
    const [one, other] = await both()
    await ask(one, 'CLIENT PAUSE 1000000 WRITE\r\nGET k\r\n', '+OK\r\n$-1\r\n')
    await ask(other, 'MULTI\r\nGET k\r\nEXEC\r\n', '+OK\r\n+QUEUED\r\n*1\r\n$-1\r\n')
    // What is wrong is refused at once; the rest of it comes in pieces, and waits in its order.
    await ask(other, 'SET k\r\n', "-ERR wrong number of arguments for 'set' command\r\n")
    let said = ''
    other.on('data', (piece: Buffer) => {
      said += piece.toString('latin1')
    })
    other.write('SET k v\r\nGET k\r\nMULTI\r\nINCR n\r\n')
    await until(async () => blocked(await infoOf(one, 'clients')) === 1)
    other.write(
      `nosuch\r\nEXEC\r\nCLIENT REPLY SKIP\r\nPING\r\nSET big ${'x'.repeat(50_000)}\r\nGE`,
    )
    await ask(one, 'GET k\r\nGET k\r\n', '$-1\r\n$-1\r\n')
    await ask(one, 'CLIENT UNPAUSE\r\n', '+OK\r\n')
    other.resume().write('T n\r\nQUIT\r\n')
    await until(() => other.destroyed)
    expect(
      said.replace(/-ERR unknown.*\r\n/, '-unknown\r\n').replace(/-EXECABORT.*\r\n/, '-abort\r\n'),
    ).toBe('+OK\r\n$1\r\nv\r\n+OK\r\n+QUEUED\r\n-unknown\r\n-abort\r\n+OK\r\n$-1\r\n+OK\r\n')
    expect(blocked(await infoOf(one, 'clients'))).toBe(0)
  })

  it.skipIf(missing)('ALL lets each command wait until the time is over', async () => {
    const [one, other] = await both()
    await ask(one, 'SET a 1\r\nCLIENT PAUSE 300\r\n', '+OK\r\n+OK\r\n')
    other.write('GET a\r\nCLIENT UNPAUSE\r\nsyntax "\r\n')
    await ask(one, 'PING\r\nCLIENT PAUSE 0\r\n', '+PONG\r\n+OK\r\n')
    const { bytes } = await readToEnd(other)
    expect(bytes.toString()).toBe(
      '$1\r\n1\r\n+OK\r\n-ERR Protocol error: unbalanced quotes in request\r\n',
    )
  })

  it.skipIf(missing)('forgets what waited of clients that have gone', async () => {
    const [one, other] = await both()
    await ask(one, 'CLIENT PAUSE 1000000 WRITE\r\n', '+OK\r\n')
    other.write('SET gone 1\r\n')
    await until(async () => blocked(await infoOf(one, 'clients')) === 1)
    other.resetAndDestroy()
    await until(async () => blocked(await infoOf(one, 'clients')) === 0)
    await ask(one, 'CLIENT UNPAUSE\r\nGET gone\r\n', '+OK\r\n$-1\r\n')
  })

  it.skipIf(missing)('ALL refuses at once what is wrong', async () => {
    // Nothing ends such a pause: the server is not for the other tests.
    const paused = await start()
    const [one, other] = await both(paused)
    await ask(one, 'CLIENT PAUSE 1000000\r\n', '+OK\r\n')
    await ask(
      other,
      'GET\r\nCLIENT\r\nCLIENT NOSUCH\r\n',
      "-ERR wrong number of arguments for 'get' command\r\n" +
        "-ERR wrong number of arguments for 'client' command\r\n" +
        "-ERR unknown subcommand 'NOSUCH'. Try CLIENT HELP.\r\n",
    )
    await paused.stop()
  })
})
