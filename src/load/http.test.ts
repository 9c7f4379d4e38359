import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { httpSentences, startHttp } from './http.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/`
}

async function run(url: string, connections: number, rate: number | undefined, replies: number) {
  const enough = Promise.withResolvers<void>()
  let seen = 0
  const load = startHttp({ url, connections, rate }, () => {
    if (++seen === replies) enough.resolve()
  })
  await enough.promise
  load.stop()
  const latency = await load.ended
  return { ...load.counts, latency }
}

test('replies and their statuses are counted, by a closed and by an open loop', async () => {
  let count = 0
  const url = await serve((_, response) => {
    response.statusCode = ++count % 2 === 0 ? 503 : 200
    response.end('x')
  })
  for (const rate of [undefined, 500]) {
    const { latency, ...counts } = await run(url, 2, rate, 100)
    const { replies, statuses, errors } = counts
    expect(replies).toBeGreaterThanOrEqual(100)
    expect(statuses.get(503)).toBeGreaterThanOrEqual(45)
    expect([...errors]).toEqual([])
    expect(latency.max).toBeGreaterThan(0)
    const said = httpSentences({ url, connections: 2, rate }, counts)
    expect(said.join('\n')).toMatch(/not 2xx: 503: \d+/)
  }
})

test('replies that all are errors are said to be that', () => {
  const counts = { replies: 1234, due: 0, statuses: new Map([[404, 1234]]), errors: new Map() }
  const [, , said] = httpSentences({ url: 'http://127.0.0.1:3000/x', connections: 1 }, counts)
  expect(said).toMatch(/^no reply was 2xx.* 404: 1,234; .*curl -i http:\/\/127.0.0.1:3000\/x$/)
})

test('of a server that closes each connection, a latency counts from its own request', async () => {
  const url = await serve((_, response) => {
    response.setHeader('connection', 'close')
    response.end('x')
  })
  const enough = Promise.withResolvers<void>()
  const began = performance.now()
  let [seen, sum] = [0, 0]
  const load = startHttp({ url, connections: 1 }, (ms) => {
    sum += ms
    if (++seen === 50) enough.resolve()
  })
  await enough.promise
  // One after the other: together they take no longer than all of it.
  expect(sum).toBeLessThanOrEqual(performance.now() - began)
  load.stop()
  await load.ended
  expect([...load.counts.errors]).toEqual([])
})

test('connections that are closed without a reply are errors, and soon end the load', async () => {
  const url = await serve((request) => request.socket.destroy())
  for (const rate of [undefined, 1000]) {
    const { ended } = startHttp({ url, connections: 2, rate }, () => {})
    await expect(ended).rejects.toThrow(/^no reply from .*(closed without a reply|ECONNRESET)$/)
  }
})

test('an open loop is free of coordinated omission: requests that had to wait count from their time', async () => {
  // One connection answers 50 requests per second at most; 200 are due. The last of 20 is due after
  // 100 ms and answered after 400 at the earliest.
  const url = await serve((_, response) => void delay(20).then(() => response.end()))
  const open = await run(url, 1, 200, 20)
  expect(open.latency.p99).toBeGreaterThan(200)
  // The reader must learn that the rate, not the server, makes them so long.
  const [, , said] = httpSentences({ url, connections: 1, rate: 200 }, open)
  expect(said).toMatch(/^only \d+ of the \d+ requests that were due had a reply, .*--rate \d+$/)
})

test('a server that listens on the other loopback address is found', async (context) => {
  server = createServer((_, response) => response.end('x')).listen(0, '::1')
  const listens = await once(server, 'listening').catch(() => undefined)
  if (listens === undefined) return context.skip('this machine has no IPv6')
  const { port } = server.address() as { port: number }
  const { ended } = startHttp({ url: `http://127.0.0.1:${port}/`, connections: 2 }, () => {})
  await expect(ended).rejects.toMatchObject({
    message: `no reply from http://127.0.0.1:${port}/: ECONNREFUSED`,
    next: `the same command with --http http://[::1]:${port}/`,
  })
})

test('a rate that the server keeps up with is not remarked on', () => {
  const counts = { replies: 995, due: 1000, statuses: new Map(), errors: new Map([['x', 3]]) }
  const workload = { url: 'http://127.0.0.1:3000/', connections: 10, rate: 100 }
  expect(httpSentences(workload, counts).join()).not.toMatch(/due/)
  expect(httpSentences(workload, { ...counts, due: 2000 }).join()).toMatch(/only 995 of the 2,000/)
})
