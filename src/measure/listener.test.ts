import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { expect, it } from 'vitest'
import { findListener, portsOf } from './listener.ts'

it('finds the process that listens on a port of this machine', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  expect(await findListener('127.0.0.1', port)).toEqual({ value: process.pid })
  expect(await findListener('localhost', port)).toEqual({ value: process.pid })
  server.close()
  await once(server, 'close')
  expect(await findListener('127.0.0.1', port)).toMatchObject({
    missing: expect.stringContaining(`listen on port ${port}`),
  })
})

it('finds all ports of a process, and none of its connections', async () => {
  const servers = [createServer(), createServer()]
  for (const server of servers) await once(server.listen(0, '127.0.0.1'), 'listening')
  const ports = servers.map((server) => (server.address() as { port: number }).port)
  const socket = connect(ports[0]!, '127.0.0.1')
  await once(socket, 'connect')
  const found = portsOf(process.pid)
  expect(found).toEqual(expect.arrayContaining(ports))
  expect(found).not.toContain(socket.localPort)
  socket.destroy()
  for (const server of servers) server.close()
})

it('another machine cannot be seen into', async () => {
  // 192.0.2.0/24 is reserved for documentation (RFC 5737): no machine has it.
  expect(await findListener('192.0.2.1', 6379)).toEqual({
    missing: '192.0.2.1 is another machine: its processes cannot be seen from here',
  })
})
