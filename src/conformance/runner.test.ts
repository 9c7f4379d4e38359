import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { cmd } from './bytes.ts'
import { bytes, type Case, commands, joined, poll, scan } from './case.ts'
import { describeFailure } from './failure.ts'
import { array, bulk, bulks, inAnyOrder, int, intBetween, maybe, ok, pong } from './replies.ts'
import { type Delivery, type RunOptions, runCase, runTogether, type Target } from './runner.ts'

// A test that cannot fail proves nothing: each server here is wrong in one way, and the runner has to
// say in which. They know nothing but the few requests of these tests.

const servers: Server[] = []

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close()
    await once(server, 'close')
  }
})

/** What a server does with all that a connection has sent so far, each time more comes. */
type Behaviour = (received: string, socket: Socket, state: { answered: number }) => void

async function serve(behaviour: Behaviour): Promise<Target> {
  const server = createServer({ noDelay: true }, (socket) => {
    let received = ''
    const state = { answered: 0 }
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.on('data', (text: string) => {
      received += text
      if (received === cmd('FLUSHALL')) socket.write(ok)
      else behaviour(received, socket, state)
    })
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { host: '127.0.0.1', port }
}

/** A server that knows requests and the replies to them, and answers each as soon as it is there. */
function knowing(book: [request: string, reply: string][], quirk?: Behaviour): Behaviour {
  const known: [string, string][] = [
    ...book,
    [cmd('PING'), pong],
    [cmd('PING', 'still-there'), bulk('still-there')],
    [cmd('FLUSHALL'), ok],
    [cmd('SELECT', '5'), ok],
    [cmd('SELECT', '9'), ok],
  ]
  return (received, socket, state) => {
    for (;;) {
      const rest = received.slice(state.answered)
      const entry = known.find(([request]) => rest.startsWith(request))
      if (!entry) break
      state.answered += entry[0].length
      socket.write(entry[1])
    }
    quirk?.(received, socket, state)
  }
}

const get = cmd('GET', 'k')
const getCase = commands('GET', [['GET k', bulk('value')]])
const quitCase = bytes('QUIT', cmd('QUIT'), [ok], 'closed')
const waitCase = bytes('waits', '*1', [], 'waiting')

/** What the runner says, or `passed`. */
async function verdict(
  target: Target,
  one: Case,
  delivery: Delivery = 'whole',
  options: RunOptions = {},
): Promise<string> {
  const failure = await runCase(target, one, delivery, options)
  return failure ? describeFailure(failure) : 'passed'
}

/**
 * The same of a server that falls silent. This process is the server too: while it gets no core, a
 * short deadline passes before there was an answer, so what is said otherwise is asked again with more time.
 */
async function verdictOfSilent(target: Target, one: Case, expected: string): Promise<string> {
  for (let deadlineMs = 100; ; deadlineMs *= 4) {
    const said = await verdict(target, one, 'whole', { deadlineMs })
    if (said.includes(expected) || deadlineMs > 10_000) return said
  }
}

describe('a correct server passes', () => {
  it.each<[Delivery]>([['whole'], ['byte by byte'], [[1, 5, 9]]])('%s', async (delivery) => {
    const target = await serve(knowing([[get, bulk('value')]]))
    expect(await runCase(target, getCase, delivery)).toBeUndefined()
  })

  it('closing when it should', async () => {
    const target = await serve((received, socket) => {
      if (received.startsWith(cmd('QUIT'))) socket.end(ok)
    })
    expect(await runCase(target, quitCase, 'whole')).toBeUndefined()
    expect(await runCase(target, quitCase, 'byte by byte')).toBeUndefined()
  })

  it('closing before all pieces were sent', async () => {
    const target = await serve((received, socket) => {
      if (received.startsWith('*x\r\n') && socket.writable) socket.end('-ERR no\r\n')
    })
    const long = bytes('bad frame', `*x\r\n${'more'.repeat(100)}`, ['-ERR no\r\n'], 'closed')
    expect(await runCase(target, long, 'byte by byte')).toBeUndefined()
  })

  it('whose reply is overtaken by a reset now and then, if the bytes come in pieces', async () => {
    let times = 0
    const target = await serve((received, socket) => {
      if (!received.startsWith(cmd('QUIT'))) return
      if (++times < 3) socket.resetAndDestroy()
      else socket.end(ok)
    })
    expect(await runCase(target, quitCase, 'byte by byte')).toBeUndefined()
    expect(times).toBe(3)
    times = -10
    expect(await verdict(target, quitCase, 'byte by byte')).toContain('closed before the reply')
  })

  it('closing with a reset', async () => {
    const target = await serve((received, socket) => {
      if (received.startsWith('POST')) socket.resetAndDestroy()
    })
    expect(await runCase(target, bytes('POST', 'POST', [], 'closed'), 'whole')).toBeUndefined()
  })

  it('waiting when it should', async () => {
    const target = await serve(knowing([]))
    expect(await runCase(target, waitCase, 'whole')).toBeUndefined()
  })

  it('with a reply that may be lost, lost or not', async () => {
    const one = bytes('PING, then the end', 'PING then end', [maybe(pong)], 'closed')
    const losing = await serve((_, socket) => socket.end())
    expect(await runCase(losing, one, 'whole')).toBeUndefined()
    const sending = await serve((_, socket) => socket.end(pong))
    expect(await runCase(sending, one, 'whole')).toBeUndefined()
  })
})

describe('a wrong server fails', () => {
  it('wrong bytes', async () => {
    const target = await serve(knowing([[get, bulk('valve')]]))
    const said = await verdict(target, getCase, 'byte by byte')
    expect(said).toBe(
      [
        'GET (byte by byte): wrong reply',
        '  sent      *2\\r\\n$3\\r\\nGET\\r\\n$1\\r\\nk\\r\\n',
        '  expected  $5\\r\\nvalue\\r\\n',
        '  got       $5\\r\\nvalve\\r\\n',
      ].join('\n'),
    )
  })

  it('right bytes in the wrong order', async () => {
    const target = await serve(
      knowing([
        [cmd('GET', 'a'), bulk('B')],
        [cmd('GET', 'b'), bulk('A')],
      ]),
    )
    const two = commands('two', [
      ['GET a', bulk('A')],
      ['GET b', bulk('B')],
    ])
    expect(await verdict(target, two)).toContain('wrong reply')
  })

  it('a reply that stops half-way', async () => {
    const target = await serve(knowing([[get, '$5\r\nval']]))
    const said = 'GET (whole): no reply in time'
    expect(await verdictOfSilent(target, getCase, said)).toContain(said)
  })

  it('extra bytes after the reply', async () => {
    const target = await serve(knowing([[get, `${bulk('value')}+\r\n`]]))
    expect(await verdict(target, getCase)).toContain('wrong reply (to a PING after the case)')
  })

  it('a PONG too many', async () => {
    const target = await serve(knowing([[get, bulk('value') + pong]]))
    expect(await verdict(target, getCase)).toContain('wrong reply (to a PING after the case)')
  })

  it('extra bytes after the last PING', async () => {
    const target = await serve(
      knowing([
        [get, bulk('value')],
        [cmd('PING', 'still-there'), `${bulk('still-there')}x`],
      ]),
    )
    expect(await verdict(target, getCase)).toContain('bytes after the last reply')
  })

  it('extra bytes before the close', async () => {
    const target = await serve((_, socket) => socket.end(`${ok}${pong}`))
    expect(await verdict(target, quitCase)).toContain('bytes after the last reply')
  })

  it('a close in place of a reply', async () => {
    const target = await serve((_, socket) => socket.end())
    expect(await verdict(target, getCase)).toContain('the server closed before the reply')
  })

  it('a close after the reply', async () => {
    const target = await serve((received, socket) => {
      if (received.startsWith(get)) socket.end(bulk('value'))
    })
    expect(await verdict(target, getCase)).toContain(
      'the server closed before the reply (to a PING after the case)',
    )
  })

  it('no close', async () => {
    const target = await serve(knowing([[cmd('QUIT'), ok]]))
    const said = 'should have closed the connection'
    expect(await verdictOfSilent(target, quitCase, said)).toContain(said)
  })

  it('silence', async () => {
    const target = await serve(() => {})
    const said = 'GET (whole): no reply in time'
    expect(await verdictOfSilent(target, getCase, said)).toContain(said)
  })

  it('silence to FLUSHALL', async () => {
    const target = await serve(() => {})
    const once = { ...target, port: await deafPort() }
    const said = 'FLUSHALL before a case'
    expect(await verdictOfSilent(once, getCase, said)).toContain(said)
  })

  it('a server that is gone', async () => {
    const target = await serve(() => {})
    servers[0]!.close()
    await once(servers.pop()!, 'close')
    expect(await verdict(target, getCase)).toContain('cannot connect')
    const failure = await runTogether(target, [getCase, getCase], 'whole')
    expect(failure?.reason).toContain('cannot connect')
  })

  it('a reply when it should wait', async () => {
    const target = await serve((received, socket, state) => {
      if (received === '*1') socket.write('-ERR what?\r\n')
      else knowing([])(received, socket, state)
    })
    expect(await verdict(target, waitCase)).toContain('bytes after the last reply')
  })

  it('a close when it should wait', async () => {
    const target = await serve((received, socket, state) => {
      if (received === '*1') socket.end()
      else knowing([])(received, socket, state)
    })
    expect(await verdict(target, waitCase)).toContain('the server closed, but should wait')
  })

  it('a server that takes a read for a request', async () => {
    const target = await serve((received, socket, state) => {
      if (received === get || received.length > get.length) {
        knowing([[get, bulk('value')]])(received, socket, state)
      } else socket.write('-ERR half a request\r\n')
    })
    expect(await verdict(target, getCase)).toBe('passed')
    expect(await verdict(target, getCase, 'byte by byte')).toContain('GET (byte by byte): wrong')
    expect(await verdict(target, getCase, [4])).toContain('GET (split at 4): wrong reply')
  })

  it('a server that answers only the first command of a piece', async () => {
    const target = await serve((received, socket, state) => {
      if (state.answered === 0 && received.startsWith(get)) {
        state.answered = received.length
        socket.write(bulk('value'))
      }
    })
    const two = commands('two', [
      ['GET k', bulk('value')],
      ['GET k', bulk('value')],
    ])
    const said = 'two (whole): no reply in time'
    expect(await verdictOfSilent(target, two, said)).toContain(said)
  })

  it('one buffer for two connections', async () => {
    let shared = ''
    const target = await serve((received, socket, state) => {
      shared += received.slice(-1)
      if (received.length > 1 && !shared.endsWith(received.slice(-2)))
        socket.write('-ERR mixed\r\n')
      else knowing([[get, bulk('value')]])(received, socket, state)
    })
    const failure = await runTogether(target, [getCase, getCase], 'byte by byte')
    expect(failure && describeFailure(failure)).toContain('interleaved with "GET"')
  })
})

describe('matchers', () => {
  const integer = commands('TTL', [['GET k', intBetween(5, 10)]])

  it.each([
    [':5\r\n', 'passed'],
    [':4\r\n', 'wrong reply'],
    ['$1\r\n5\r\n', 'wrong reply'],
    ['nonsense\r\n', 'wrong reply'],
    [':7', 'TTL (whole): no reply in time'],
  ])('an integer between: %j', async (reply, expected) => {
    const target = await serve(knowing([[get, reply]]))
    expect(await verdictOfSilent(target, integer, expected)).toContain(expected)
  })

  const unordered = commands('KEYS', [['GET k', inAnyOrder('a', 'b')]])

  it.each([
    [bulks('a', 'b'), 'passed'],
    [bulks('b', 'a'), 'passed'],
    [bulks('a', 'a'), 'wrong reply'],
    [bulks('a', 'b', 'b'), 'wrong reply'],
    ['*-1\r\n', 'wrong reply'],
    ['*2\r\n$1\r\na\r\n', 'KEYS (whole): no reply in time'],
  ])('in any order: %j', async (reply, expected) => {
    const target = await serve(knowing([[get, reply]]))
    expect(await verdictOfSilent(target, unordered, expected)).toContain(expected)
  })
})

describe('steps that ask again', () => {
  it('polls until the state is there', async () => {
    let left = 3
    const target = await serve((received, socket, state) => {
      knowing([[get, left > 0 ? int(1) : int(0)]])(received, socket, state)
      left--
    })
    expect(await runCase(target, commands('poll', [poll('GET k', int(1), int(0))]), 'whole')).toBe(
      undefined,
    )
  })

  it('says when it never comes', async () => {
    const target = await serve(knowing([[get, int(1)]]))
    const one = commands('poll', [poll('GET k', int(1), int(0))])
    const said = 'did not come to this in time'
    expect(await verdictOfSilent(target, one, said)).toContain(said)
  })

  it('says when something else comes meanwhile', async () => {
    const target = await serve(knowing([[get, int(7)]]))
    const one = commands('poll', [poll('GET k', int(1), int(0))])
    expect(await verdict(target, one)).toContain('wrong reply meanwhile')
  })

  const pages = (...names: string[][]): [string, string][] =>
    names.map((page, i) => [
      cmd('SCAN', `${i}`),
      array(bulk(`${i === names.length - 1 ? 0 : i + 1}`), bulks(...page)),
    ])
  const scanCase = commands('SCAN', [scan('', ['a', 'b', 'c'])])

  it.each([
    ['each once', pages(['a', 'b'], [], ['c']), 'passed'],
    ['one twice', pages(['a', 'b'], ['b', 'c']), 'not each key exactly once'],
    ['one missing', pages(['a'], ['c']), 'not each key exactly once'],
    ['no pages', [[cmd('SCAN', '0'), bulks('a', 'b', 'c')]] as [string, string][], 'wrong reply'],
    [
      'for ever',
      [
        [cmd('SCAN', '0'), array(bulk('1'), '*0\r\n')],
        [cmd('SCAN', '1'), array(bulk('1'), '*0\r\n')],
      ] as [string, string][],
      'the same cursor came twice',
    ],
  ])('walks through pages: %s', async (_, book, expected) => {
    expect(await verdict(await serve(knowing(book)), scanCase)).toContain(expected)
  })
})

describe('joined', () => {
  it('puts a FLUSHALL before each, and leaves out what cannot be followed', async () => {
    const together = joined('all', [getCase, quitCase, waitCase, getCase])
    expect(together.steps.map((step) => 'send' in step && step.send)).toEqual([
      cmd('FLUSHALL'),
      get,
      cmd('FLUSHALL'),
      get,
    ])
  })
})

/** The port of a server that accepts connections and never answers. */
async function deafPort(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.resume()
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as { port: number }).port
}
