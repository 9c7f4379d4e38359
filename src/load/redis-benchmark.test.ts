import { expect, test } from 'vitest'
import { isInstalled } from '../run/installed.ts'
import { startRedis } from '../run/server.ts'
import { startFakeServer } from './fake-server.ts'
import { benchmarkArgs, parseCsv, startRedisBenchmark } from './redis-benchmark.ts'

const target = { host: '127.0.0.1', port: 7000 }
const workload = { clients: 50, pipeline: 1, payload: 3, keyspace: 1 }

/** As redis-benchmark 7.0.15 printed them. */
const header =
  '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"\n'
const setLine = '"SET","88028.16","0.300","0.080","0.295","0.351","0.431","2.559"\n'

test('reads the output of version 7.0', () => {
  expect(parseCsv(header + setLine)).toEqual({
    requestsPerSecond: 88028.16,
    latency: { avg: 0.3, min: 0.08, p50: 0.295, p95: 0.351, p99: 0.431, max: 2.559 },
  })
})

test('finds the columns by their names', () => {
  const csv =
    '"test","rps","p99_latency_ms","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","max_latency_ms"\n'
  expect(parseCsv(`${csv}"SET","1","2","3","4","5","6","7"\n`).latency).toEqual({
    p99: 2,
    avg: 3,
    min: 4,
    p50: 5,
    p95: 6,
    max: 7,
  })
})

test.for([
  ['no figures', header],
  ['nothing', ''],
  ['version 6.0, without latencies', '"SET","88028.16"\n'],
  [
    'a run too short for a figure',
    `${header}"SET","-nan","0.300","0.080","0.295","0.351","0.431","2.559"\n`,
  ],
])('refuses %s', ([, csv]) => {
  expect(() => parseCsv(csv!)).toThrow(/^the output of redis-benchmark has no figure for \w+/)
})

test('puts the workload on the command line', () => {
  expect(benchmarkArgs(target, workload, 'set', 1000).join(' ')).toBe(
    '-h 127.0.0.1 -p 7000 --csv -n 1000 -c 50 -P 1 -d 3 -t set',
  )
  const many = { clients: 2, pipeline: 16, payload: 100, keyspace: 1000 }
  expect(benchmarkArgs(target, many, 'ping', 5).join(' ')).toBe(
    '-h 127.0.0.1 -p 7000 --csv -n 5 -c 2 -P 16 -d 100 -r 1000 -t ping_mbulk',
  )
  expect(benchmarkArgs(target, many, 'mget', 5)).toContain('mget')
})

test('a missing program says how to install it', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nonexistent'
  try {
    await expect(startRedisBenchmark(target, workload)).rejects.toMatchObject({
      name: 'LabError',
      message: 'redis-benchmark is not installed',
      next: expect.stringContaining('install redis'),
    })
  } finally {
    process.env.PATH = path
  }
})

const installed = isInstalled('redis-benchmark') && isInstalled('redis-server')

test.skipIf(!installed)('drives the real one (skipped if it is not installed)', async () => {
  const server = await startRedis()
  const load = await startRedisBenchmark(server, { ...workload, clients: 5, keyspace: 10 })
  try {
    await load.fill()
    for (const name of ['ping', 'set', 'get', 'incr', 'mset', 'mget'] as const) {
      expect(await load.run({ test: name, requests: 2000 })).toMatchObject({
        tool: 'redis-benchmark',
        test: name,
        requests: 2000,
        clients: 5,
        keyspace: 10,
        client: null,
        percentiles: null,
        repliesChecked: false,
      })
    }
    // As many as the run before had in that time; how long they take now, a busy machine decides.
    const { requestsPerSecond } = await load.run({ test: 'get', requests: 2000 })
    const timed = await load.run({ test: 'get', seconds: 0.2 })
    expect(timed.requests).toBe(Math.round(requestsPerSecond * 0.2))
  } finally {
    await load.stop()
    await server.stop()
  }
})

test.skipIf(!installed)('a server that dies half-way is an error', async () => {
  const server = await startFakeServer(({ command, nth, socket }, honest) => {
    if (command === 'SET' && nth === 500) {
      for (const each of server.sockets) each.destroy()
    }
    return socket.destroyed ? undefined : honest()
  })
  const load = await startRedisBenchmark(server.target, workload)
  await expect(load.run({ test: 'set', requests: 1_000_000 })).rejects.toThrow(
    /the server closed connection|redis-benchmark failed/,
  )
  await load.stop()
  await server.close()
})

test.skipIf(!installed)('a dead port and a silent server are errors, not a wait', async () => {
  const server = await startFakeServer(({ command }, honest) =>
    command === 'SET' || command === 'PING' ? undefined : honest(),
  )
  const load = await startRedisBenchmark(server.target, workload, { silenceMs: 200 })
  await expect(load.run({ test: 'set', requests: 1000 })).rejects.toThrow(/^no reply/)
  await load.stop()
  await server.close()
  await expect(startRedisBenchmark(server.target, workload)).rejects.toThrow(/^nothing listens on/)
})
