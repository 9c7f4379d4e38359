import { afterEach, expect, test } from 'vitest'
import type { LabError } from '../run/lab-error.ts'
import { type Load, type Progress, startLoad } from './control.ts'
import { type Answer, bulk, type FakeServer, startFakeServer } from './fake-server.ts'
import { endOfReply } from './reply-bytes.ts'
import type { RunRequest, TestName, Workload } from './workload.ts'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function fake(...args: Parameters<typeof startFakeServer>): Promise<FakeServer> {
  const server = await startFakeServer(...args)
  closers.unshift(() => server.close())
  return server
}

async function load(
  server: FakeServer,
  workload: Partial<Workload> = {},
  silenceMs?: number,
): Promise<Load> {
  const whole = { clients: 3, pipeline: 1, payload: 3, keyspace: 1, ...workload }
  const settings = silenceMs === undefined ? {} : { silenceMs }
  const started = await startLoad(server.target, whole, settings)
  closers.unshift(() => started.stop())
  return started
}

/** The error of a run against a server that gives these answers. */
async function failure(
  answer: Answer,
  request: RunRequest = { test: 'set', requests: 200 },
  workload: Partial<Workload> = {},
  silenceMs?: number,
): Promise<LabError> {
  const generator = await load(await fake(answer), workload, silenceMs)
  await generator.fill()
  return await rejection(generator.run(request))
}

async function rejection(promise: Promise<unknown>): Promise<LabError> {
  const error = await promise.then(
    () => undefined,
    (error) => error,
  )
  expect(error?.name).toBe('LabError')
  return error
}

const all: TestName[] = ['ping', 'set', 'get', 'incr', 'mset', 'mget']

test.for([
  { clients: 1 },
  { clients: 5 },
  { clients: 5, pipeline: 16 },
  { clients: 3, keyspace: 1000 },
  { clients: 3, pipeline: 7, keyspace: 12, payload: 40 },
  { payload: 0 },
  { payload: 70_000, keyspace: 3 },
])('every test runs to its end: %o', async (workload) => {
  const server = await fake()
  const generator = await load(server, workload)
  await generator.fill()
  for (const name of all) {
    server.log.length = 0
    let sent = 0
    const summary = await generator.run({ test: name, requests: 101 }, undefined, () => {
      sent = server.log.length
    })
    expect(sent).toBe(101) // exactly as many as asked for, though a pipeline does not divide them
    expect(server.log.slice(0, sent).every((line) => line.startsWith(name.toUpperCase()))).toBe(
      true,
    )
    expect(summary).toMatchObject({ tool: 'lab', test: name, requests: 101, repliesChecked: true })
    expect(summary.seconds).toBeGreaterThan(0)
    expect(summary.requestsPerSecond).toBeCloseTo(101 / summary.seconds)
    const { min, p50, p95, p99, max, avg } = summary.latency
    expect(min).toBeGreaterThan(0)
    expect([min, p50, p95, p99, max]).toEqual([min, p50, p95, p99, max].toSorted((a, b) => a - b))
    expect(avg).toBeGreaterThanOrEqual(min)
    expect(avg).toBeLessThanOrEqual(max)
    expect(summary.client!.userMicros + summary.client!.systemMicros).toBeGreaterThan(0)
    expect(summary.client!.busy).toBeGreaterThan(0)
    expect(summary.client!.busy).toBeLessThanOrEqual(1)
    expect(summary.percentiles!.at(-1)).toEqual({ percent: 100, ms: max })
  }
})

test('sends the bytes that redis-benchmark sends', async () => {
  const server = await fake()
  const generator = await load(server, { clients: 1 })
  await generator.fill()
  const sizes: Record<string, number> = {}
  for (const name of all) {
    server.chunks.length = 0
    await generator.run({ test: name, requests: 1 })
    sizes[name] = server.chunks[0]!.length
    if (name === 'set') {
      expect(server.chunks[0]!.toString()).toMatch(
        /^\*3\r\n\$3\r\nSET\r\n\$16\r\nkey:000000000000\r\n\$3\r\n[\w-]{3}\r\n$/,
      )
    }
  }
  expect(sizes).toMatchObject({ ping: 14, set: 45, get: 36, incr: 41, mset: 335 })
})

test('a batch goes out in one write', async () => {
  const server = await fake()
  const generator = await load(server, { clients: 1, pipeline: 16 })
  await generator.fill()
  server.chunks.length = 0
  await generator.run({ test: 'set', requests: 40 })
  expect(server.chunks.slice(0, 3).map((chunk) => chunk.length)).toEqual([720, 720, 360])
})

test('keys are spread over the keyspace, and fill sets all of them', async () => {
  const server = await fake()
  const generator = await load(server, { keyspace: 50, pipeline: 8 })
  await generator.fill()
  const keys = (command: string) =>
    new Set(
      server.log
        .filter((line) => line.startsWith(`${command} key:`))
        .map((line) => line.split(' ')[1]),
    )
  expect(keys('SET').size).toBe(50)
  await generator.run({ test: 'get', requests: 2000 })
  expect(keys('GET').size).toBe(50)
  expect([...keys('GET')].sort().at(-1)).toBe('key:000000000049')
})

test('a run may be bounded by time, and reports its progress', async () => {
  const server = await fake()
  const generator = await load(server)
  const reports: Progress[] = []
  const summary = await generator.run({ test: 'ping', seconds: 0.35 }, (p) => reports.push(p))
  expect(summary.seconds).toBeGreaterThanOrEqual(0.35)
  expect(reports.length).toBeGreaterThan(0)
  expect(reports[0]).toMatchObject({ total: null })
  // At the first, this process may have had no core to answer in.
  expect(reports.at(-1)!.done).toBeGreaterThan(0)
  expect(reports[0]!.share).toBeGreaterThan(0)
  expect(reports[0]!.share).toBeLessThanOrEqual(1)
})

test('replies may be split anywhere', async () => {
  let n = 7
  const random = (below: number) => {
    n = (n * 48271) % 0x7fffffff
    return n % below
  }
  const server = await fake(undefined, async (socket, bytes) => {
    for (let at = 0; at < bytes.length; ) {
      const length = 1 + random(9)
      // Each piece is sent in a separate turn of the loop, so the client reads it separately.
      await new Promise((resolve) => socket.write(bytes.slice(at, at + length), 'latin1', resolve))
      at += length
    }
  })
  const generator = await load(server, { pipeline: 5, keyspace: 20, payload: 11 })
  await generator.fill()
  for (const name of all) {
    expect((await generator.run({ test: name, requests: 60 })).requests).toBe(60)
  }
})

// ---- servers that lie ----

test('a wrong value', async () => {
  const error = await failure(
    ({ command, nth }, honest) => (command === 'GET' && nth === 77 ? bulk('???') : honest()),
    { test: 'get', requests: 200 },
  )
  expect(error.message).toMatch(
    /^wrong reply to GET request \d+ of 200 on connection \d: expected "\$3\\r\\n[\w-]{3}\\r\\n", got "\$3\\r\\n\?\?\?\\r\\n", which differs at byte 4$/,
  )
  expect(error.means).toBeDefined()
  expect(error.next).toBeDefined()
})

test('a wrong reply deep in a batch is named by its number', async () => {
  const error = await failure(
    ({ command, nth }, honest) => (command === 'INCR' && nth === 37 ? ':1\r\n' : honest()),
    { test: 'incr', requests: 200 },
    { clients: 1, pipeline: 16 },
  )
  expect(error.message).toMatch(/^wrong reply to INCR request 38 of 200 .* got ":1\\r\\n"/)
})

test('arrays nested deeper than any stack are a wrong reply like others', async () => {
  const nested = '*1\r\n'.repeat(200_000)
  expect(endOfReply(Buffer.from(`${nested}:1\r\n+OK\r\n`), 0)).toBe(nested.length + 4)
  const server = await fake(({ command }, honest) => (command === 'SET' ? nested : honest()))
  const generator = await load(server)
  const error = await rejection(generator.fill())
  expect(error.message).toMatch(/^wrong reply to FILL request 1 .*, got "\*1\\r\\n\*1/)
  expect(error.next).toContain('npm run serve')
})

test('a server that says OK and does not store', async () => {
  let filled = false
  const answer: Answer = ({ command, args }, honest) => {
    if (command !== 'SET' || !filled || args[0]!.startsWith('counter')) return honest()
    return '+OK\r\n'
  }
  const server = await fake(answer)
  const generator = await load(server, { keyspace: 40 })
  await generator.fill()
  filled = true
  const error = await rejection(generator.run({ test: 'set', requests: 200 }))
  expect(error.message).toMatch(/^wrong reply to READ BACK request \d+ of 64 /)
})

test('a server that never stored anything', async () => {
  const error = await failure(({ command }, honest) => (command === 'SET' ? '+OK\r\n' : honest()), {
    test: 'get',
    requests: 10,
  })
  expect(error.message).toContain('got "$-1\\r\\n"')
})

test('a server that gives all keys the same value', async () => {
  let last = ''
  const error = await failure(
    ({ command, args }, honest) => {
      if (command === 'SET') last = args[1]!
      return command === 'GET' ? bulk(last) : honest()
    },
    { test: 'get', requests: 200 },
    { keyspace: 100 },
  )
  expect(error.message).toMatch(/^wrong reply to GET/)
})

test('a server that answers from a cache which a SET does not refresh', async () => {
  const cache = new Map<string, string>()
  const server = await fake(({ command, args }, honest) => {
    const reply = honest()
    if (command !== 'GET') return reply
    if (!cache.has(args[0]!)) cache.set(args[0]!, reply)
    return cache.get(args[0]!)
  })
  const generator = await load(server)
  await generator.fill()
  await generator.run({ test: 'get', requests: 50 })
  const error = await rejection(generator.run({ test: 'set', requests: 50 }))
  expect(error.message).toMatch(/^wrong reply to READ BACK/)
})

test('a value that is wrong far inside is shown around the difference', async () => {
  const error = await failure(
    ({ command }, honest) => {
      const reply = honest()
      return command === 'GET' ? `${reply.slice(0, 150_000)}?${reply.slice(150_001)}` : reply
    },
    { test: 'get', requests: 5 },
    { payload: 300_000 },
  )
  expect(error.message).toContain('differs at byte 150000')
  expect(error.message).toContain('?')
  expect(error.message.length).toBeLessThan(600)
})

test('a dropped reply ends in silence', async () => {
  const error = await failure(
    ({ command, nth }, honest) => (command === 'PING' && nth === 20 ? undefined : honest()),
    { test: 'ping', requests: 100 },
    {},
    300,
  )
  expect(error.message).toMatch(
    /^no reply on any connection for 0.3 s: 1 of 3 connections wait, the first for the reply to PING request \d+ of 100 on connection \d, of which 0 of 7 bytes came$/,
  )
})

test('a reply dropped from a pipeline of different values is a wrong reply', async () => {
  const error = await failure(
    ({ command, nth }, honest) => (command === 'GET' && nth === 20 ? undefined : honest()),
    { test: 'get', requests: 200 },
    { keyspace: 100, pipeline: 8 },
  )
  expect(error.message).toMatch(/^wrong reply to GET/)
})

test('a reply cut short ends in silence', async () => {
  const error = await failure(
    ({ command, nth }, honest) =>
      command === 'GET' && nth === 20 ? honest().slice(0, 5) : honest(),
    { test: 'get', requests: 100 },
    { clients: 1 },
    300,
  )
  expect(error.message).toMatch(/GET request 21 of 100 on connection 1, of which 5 of 9 bytes came/)
})

test('a reply too many in the same chunk', async () => {
  const error = await failure(
    ({ command, nth }, honest) => (command === 'SET' && nth === 20 ? '+OK\r\n+OK\r\n' : honest()),
    { test: 'set', requests: 100 },
    { clients: 1 },
  )
  expect(error.message).toMatch(
    /^an early or extra reply: more came than SET request .* "\+OK\\r\\n"$/,
  )
})

test('a reply too many that hides as the answer to the next request', async () => {
  // Every request gets what is right for it, and one reply more waits to be taken for the answer to
  // the request that never comes. Only the ECHO after the run brings it to light.
  const server = await fake(({ command, nth }, honest) =>
    command === 'ECHO' && nth === 1 ? `+PONG\r\n${honest()}` : honest(),
  )
  const generator = await load(server, { clients: 1 })
  const error = await rejection(generator.run({ test: 'ping', requests: 10 }))
  expect(error.message).toMatch(/^wrong reply to LAST ECHO request 1 of 1 .* got "\+PONG\\r\\n"/)
})

test('a reply too many in a separate chunk', async () => {
  const server = await fake(({ command, nth, socket }, honest) => {
    if (command === 'PING' && nth === 9) setImmediate(() => socket.write('+PONG\r\n'))
    return honest()
  })
  const generator = await load(server, { clients: 1 })
  const error = await rejection(generator.run({ test: 'ping', requests: 10 }))
  expect(error.message).toMatch(/^(wrong reply to LAST ECHO|an early or extra reply)/)
})

test('a server that answers before it was asked', async () => {
  const server = await fake(undefined)
  const generator = await load(server)
  server.sockets[1]!.write('+OK\r\n')
  await generator.fill().catch(() => {})
  const error = await rejection(generator.run({ test: 'set', requests: 100 }))
  expect(error.message).toMatch(/^(an early or extra reply|wrong reply)/)
})

test('a server that answers a request before it has all of it', async () => {
  // The value does not fit into the socket's buffers: the client is still sending.
  const server = await fake()
  const generator = await load(server, { clients: 1, payload: 30_000_000 })
  const socket = server.sockets[0]!
  socket.removeAllListeners('data')
  socket.once('data', () => {
    socket.pause()
    socket.write('+OK\r\n')
  })
  const error = await rejection(generator.run({ test: 'set', requests: 2 }))
  expect(error.message).toBe(
    'an early reply: SET request 1 of 2 on connection 1 was answered before it had been sent whole',
  )
})

test('an error reply', async () => {
  const error = await failure(({ command, nth }, honest) =>
    command === 'SET' && nth === 30
      ? "-OOM command not allowed when used memory > 'maxmemory'.\r\n"
      : honest(),
  )
  expect(error.message).toMatch(
    /^the server answered SET request \d+ of 200 on connection \d with an error: "-OOM /,
  )
  expect(error.means).toContain('maxmemory')
})

test('a server that is full answers a client that has asked nothing', async () => {
  const server = await fake()
  const generator = await load(server)
  server.sockets[2]!.end('-ERR max number of clients reached\r\n')
  const error = await rejection(generator.run({ test: 'set', requests: 100 }))
  expect(error.message).toContain('-ERR max number of clients reached')
})

test('a connection that closes half-way', async () => {
  const error = await failure(({ command, nth, socket }, honest) => {
    if (command !== 'SET' || nth !== 50) return honest()
    socket.destroy()
    return undefined
  })
  expect(error.message).toMatch(
    /^the server closed the connection before it had answered SET request \d+ of 200 on connection \d: 0 of 5 bytes had come/,
  )
})

test('a connection that closes between two runs', async () => {
  const server = await fake()
  const generator = await load(server)
  await generator.run({ test: 'ping', requests: 10 })
  server.sockets[0]!.destroy()
  const error = await rejection(generator.run({ test: 'ping', seconds: 3600 }))
  expect(error.message).toMatch(
    /^the server closed (connection 1 while|the connection before .* on connection 1:)/,
  )
})

test('a server that is silent from the start', async () => {
  const server = await fake(() => undefined)
  const error = await rejection(load(server, {}, 200))
  expect(error.message).toMatch(/^no reply on any connection for 0.2 s: 3 of 3 connections wait/)
})

test('something that does not speak the protocol', async () => {
  const server = await fake(() => 'HTTP/1.1 400 Bad Request\r\n\r\n')
  const error = await rejection(load(server))
  expect(error.message).toMatch(
    /^wrong reply to CONNECT ECHO .* got "HTTP\/1.1 400 Bad Request\\r\\n"/,
  )
})

test('a dead port', async () => {
  const server = await startFakeServer()
  await server.close()
  const error = await rejection(load(server))
  expect(error.message).toMatch(/^nothing listens on 127.0.0.1:\d+ \(connection refused\)$/)
  expect(error.next).toBe(`npm run serve -- stage4 --port ${server.target.port}`)
})

// ---- the load process itself ----

test('stop ends a run and the process', async () => {
  const server = await fake()
  const generator = await load(server)
  const run = rejection(generator.run({ test: 'ping', seconds: 3600 }))
  await generator.stop()
  expect((await run).message).toBe('the load generator was stopped')
  await Promise.all(
    server.sockets.map(
      (socket) => socket.closed || new Promise((done) => socket.once('close', done)),
    ),
  )
  expect((await rejection(generator.fill())).message).toBe('the load generator was stopped')
  await generator.stop()
})

test('a load process that is killed is an error', async () => {
  const server = await fake()
  const generator = await load(server)
  const run = rejection(
    generator.run({ test: 'ping', seconds: 3600 }, () => process.kill(generator.pid, 'SIGKILL')),
  )
  expect((await run).message).toBe('the load generator ended in the middle of its work (SIGKILL)')
})

test('a fault of the load process itself is an error that shows it', async () => {
  const generator = await load(await fake())
  const error = await rejection(generator.run({ test: 'get', requests: 10 }))
  expect(error.message).toContain('get needs fill() first')
})

test('an error is final', async () => {
  const server = await fake(({ command }, honest) => (command === 'PING' ? '+NO\r\n' : honest()))
  const generator = await load(server)
  const first = await rejection(generator.run({ test: 'ping', requests: 10 }))
  expect(await rejection(generator.run({ test: 'set', requests: 10 }))).toBe(first)
})
