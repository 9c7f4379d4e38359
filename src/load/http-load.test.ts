import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { startHttpLoad } from './http-load.ts'
import { defaultWorkload, workloadText } from './workload.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

async function load(path: string, seen: string[] = []) {
  server = createServer((request, response) => {
    seen.push(request.url!)
    response.statusCode = request.url === '/items' ? 200 : 404
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const workload = { ...defaultWorkload, clients: 3, http: { path } }
  return await startHttpLoad({ host: '127.0.0.1', port }, workload)
}

it('sends GET requests to a path, and counts what the server has answered', async () => {
  const seen: string[] = []
  const { run, stop } = await load('/items', seen)
  let read = 0
  const summary = await run({ test: 'get', requests: 200 }, undefined, ({ requests }) => {
    read = requests
  })
  await stop()
  expect(new Set(seen)).toEqual(new Set(['/items']))
  expect(summary).toMatchObject({ tool: 'http', test: 'get', repliesChecked: false })
  expect(summary.requests).toBeGreaterThanOrEqual(200)
  expect(read).toBe(summary.requests)
  expect(seen.length).toBeGreaterThanOrEqual(summary.requests)
  expect(summary.latency.p50).toBeLessThanOrEqual(summary.latency.max)
  expect(summary.client!.busy).toBeGreaterThan(0)
})

it('makes no figure of error pages', async () => {
  const { run } = await load('/nowhere')
  await expect(run({ test: 'get', requests: 20 })).rejects.toThrow(/was answered 404 in \d+ of/)
})

it('says so in words', () => {
  const workload = { ...defaultWorkload, clients: 3, http: { path: '/items', rate: 500 } }
  expect(workloadText(workload)).toBe('/items, 3 connections, 500 requests per second')
})
