import { expect, test } from 'vitest'
import { startFakeServer } from './fake-server.ts'
import { pausesOf, startPings } from './pings.ts'

test('a pause counts for every PING that would have been sent in it', () => {
  const quick = Array.from({ length: 9_900 }, () => 0.1)
  expect(pausesOf(quick)).toEqual({ p999: 0.1, max: 0.1 })
  // One of 100 ms among 10,000 is 1 in 100 ms: p99.9 lies in it, though it was one PING.
  const { p999, max } = pausesOf([...quick, 100])
  expect(max).toBe(100)
  expect(p999).toBeGreaterThan(85)
  expect(p999).toBeLessThan(95)
  expect(pausesOf([])).toEqual({ p999: 0, max: 0 })
})

test('a server is asked, and its pause is seen', async () => {
  let asked = 0
  const pause = Promise.withResolvers<void>()
  const server = await startFakeServer((request, honest) => {
    if (++asked !== 5) return honest()
    setTimeout(() => {
      request.socket.write('+PONG\r\n')
      pause.resolve()
    }, 60)
    return undefined
  })
  try {
    const pings = await startPings(server.target)
    await pause.promise
    const { p999, max } = await pings.stop()
    expect(max).toBeGreaterThan(50)
    expect(p999).toBeGreaterThan(50)
  } finally {
    await server.close()
  }
})

test('a server that hangs up is an error', async () => {
  const server = await startFakeServer()
  const pings = await startPings(server.target)
  for (const socket of server.sockets) socket.destroy()
  await expect(pings.stop()).rejects.toThrow('the server does not answer PING beside the load')
  await server.close()
})
