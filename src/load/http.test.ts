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
  return { ...load.counts, latency: await load.ended }
}

test('replies and their statuses are counted, by a closed and by an open loop', async () => {
  let count = 0
  const url = await serve((_, response) => {
    response.statusCode = ++count % 2 === 0 ? 503 : 200
    response.end('x')
  })
  for (const rate of [undefined, 500]) {
    const { replies, statuses, errors, latency } = await run(url, 2, rate, 100)
    expect(replies).toBeGreaterThanOrEqual(100)
    expect(statuses.get(503)).toBeGreaterThanOrEqual(45)
    expect([...errors]).toEqual([])
    expect(latency.max).toBeGreaterThan(0)
    const said = httpSentences({ url, connections: 2, rate }, { replies, statuses, errors })
    expect(said.join('\n')).toMatch(/not 2xx: 503: \d+/)
  }
})

test('an open loop is free of coordinated omission: requests that had to wait count from their time', async () => {
  // One connection answers 50 requests per second at most; 200 are due. The last of 20 is due after
  // 100 ms and answered after 400 at the earliest.
  const url = await serve((_, response) => void delay(20).then(() => response.end()))
  const open = await run(url, 1, 200, 20)
  expect(open.latency.p99).toBeGreaterThan(200)
})
