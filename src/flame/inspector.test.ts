import { afterEach, expect, test, vi } from 'vitest'
import { type RunningServer, startStage } from '../run/server.ts'
import { beginAccounting, endAccounting } from './accounting.ts'
import { connectInspector, type Inspector, inspectFlags } from './inspector.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: RunningServer
let inspector: Inspector
afterEach(async () => {
  await inspector.close()
  await server.stop()
})

async function open(): Promise<void> {
  server = await startStage({ id: 'stage2' }, { nodeFlags: [...inspectFlags] })
  inspector = await connectInspector(server)
}

test('evaluates in a server that has no code for it', async () => {
  await open()
  expect(await inspector.evaluate('process.pid')).toBe(server.pid)
  expect(await inspector.evaluate('Promise.resolve({ a: [1] })')).toEqual({ a: [1] })
  await expect(inspector.evaluate('no.such.thing')).rejects.toThrow(
    'stage2: ReferenceError: no is not defined',
  )
  await expect(inspector.send('No.such')).rejects.toThrow('the inspector of stage2 refused: ')
  await inspector.close()
  await expect(inspector.send('Runtime.enable')).rejects.toThrow('closed the connection')
  // A server whose inspector has gone still ends on SIGTERM.
  await server.stop()
  expect(await server.ended).toBe('exit code 0')
})

test('a server that dies leaves no request pending', async () => {
  await open()
  const asked = inspector.evaluate('new Promise(() => {})')
  process.kill(server.pid, 'SIGKILL')
  await expect(asked).rejects.toThrow('the inspector of stage2 closed the connection')
})

test('accounting: processor time, pauses, the event loop', async () => {
  await open()
  await beginAccounting(inspector)
  await inspector.evaluate(`(() => {
    const until = process.cpuUsage().user + 50_000
    while (process.cpuUsage().user < until) Array.from({ length: 10_000 }, () => ({}))
  })()`)
  const accounting = await endAccounting(inspector)
  expect(accounting.process.user).toBeGreaterThanOrEqual(50_000)
  expect(accounting.gc.count).toBeGreaterThan(0)
  expect(accounting.gc.ms).toBeGreaterThan(0)
  expect(accounting.windowMs).toBeGreaterThan(accounting.gc.ms)
  expect(accounting.eventLoopUtilization).toBeGreaterThan(0)
})

test('a server without an inspector', async () => {
  await open()
  const deaf = {
    ...server,
    inspector: () => undefined,
    errorOutput: () => 'no inspector here',
  }
  await expect(connectInspector(deaf, 20)).rejects.toMatchObject({
    message: 'stage2 offers no inspector',
    means: 'no inspector here',
  })
})
