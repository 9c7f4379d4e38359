import { afterEach, expect, test, vi } from 'vitest'
import { type RunningServer, startStage } from '../run/server.ts'
import { beginLoopDelays, endLoopDelays, mergeDelays } from './event-loop.ts'
import { connectInspector, type Inspector, inspectFlags } from './inspector.ts'

vi.setConfig({ testTimeout: 60_000 })

let server: RunningServer
let inspector: Inspector
afterEach(async () => {
  await inspector.close()
  await server.stop()
})

test('counts how long nothing else was served', async () => {
  server = await startStage({ id: 'stage2' }, { nodeFlags: [...inspectFlags] })
  inspector = await connectInspector(server)
  expect(await endLoopDelays(inspector)).toBeUndefined()
  await beginLoopDelays(inspector)
  const block = '{ const until = performance.now() + 120; while (performance.now() < until); }'
  await inspector.evaluate(`new Promise((done) => setTimeout(() => { ${block} done() }, 20))`)
  await inspector.evaluate('new Promise((done) => setTimeout(done, 20))')
  const delays = (await endLoopDelays(inspector))!
  expect(delays.count).toBeGreaterThanOrEqual(1)
  expect(delays.longestMs).toBeGreaterThan(100)
  expect(delays.totalMs).toBeGreaterThanOrEqual(delays.longestMs)
  expect(delays.windowMs).toBeGreaterThan(delays.totalMs)
  expect(delays.busy.longestMs).toBeGreaterThanOrEqual(0)
  expect(delays.busy.longestMs).toBeLessThanOrEqual(delays.longestMs + 20)
  expect(mergeDelays([delays, delays])!.count).toBe(2 * delays.count)
  expect(mergeDelays([])).toBeUndefined()
})
