import { afterEach, expect, test } from 'vitest'
import { startChild, stopChild } from '../run/children.ts'
import { type ServerState, stateMeans, stateOf } from './state.ts'

const started: ReturnType<typeof startChild>[] = []
afterEach(async () => {
  for (const child of started.splice(0)) await stopChild(child, 'SIGKILL')
})

/** A program that says when it has begun, as a server without clients. */
async function stateAfter(program: string): Promise<ServerState> {
  const child = startChild(process.execPath, ['-e', `console.log('begun');${program}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  started.push(child)
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  await new Promise((resolve) => child.stdout!.once('data', resolve))
  const errorOutput = () =>
    'TypeError: nothing to read\n    at run (/lab/mine/stage1/reader.ts:4:1)'
  return await stateOf({ pid: child.pid!, ended, errorOutput })
}

test('an endless loop, waiting and an exit are distinguished', async () => {
  const [loop, waits, gone] = await Promise.all([
    stateAfter('for (;;);'),
    stateAfter('setInterval(() => {}, 60_000)'),
    stateAfter('process.exitCode = 3'),
  ])
  expect(loop).toEqual({ is: 'busy' })
  expect(waits).toEqual({ is: 'idle' })
  expect(gone).toEqual({ is: 'ended', how: expect.stringContaining('exit code 3') })
  expect([loop, waits, gone].map(stateMeans)).toEqual([
    expect.stringContaining('An endless loop'),
    undefined,
    expect.stringContaining('It has ended'),
  ])
})
