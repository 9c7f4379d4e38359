import { expect, it } from 'vitest'
import { stages } from '../stages.ts'
import type { Fault } from './fault.ts'
import { runFault } from './long.ts'

it('shows what was counted before the server failed', async () => {
  const fault: Fault = {
    name: 'killed',
    about: 'a server that is killed after the trial has counted',
    run: async ({ server }) => {
      setImmediate(() => process.kill(server.pid, 'SIGKILL'))
      await server.ended
      return { replies: 3 }
    },
  }
  const outcome = await runFault(fault, stages[1]!, 1, () => {})
  expect(outcome.figures).toEqual({ replies: 3 })
  expect(outcome.failure).toMatch(/ECONNREFUSED|closed/)
})
