/** The commands as a person types them: words, exit status, and what is left when they end. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { runTyped, startTyped, startTypedHost } from '../src/cli/typed.ts'
import { isRunning, processesBelow } from '../src/run/processes.ts'

/** Resolves with the output so far when `wanted` has appeared in it. */
function output(child: ChildProcess, stream: 'stdout' | 'stderr', wanted: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    child[stream]!.setEncoding('utf8').on('data', (piece) => {
      text += piece
      if (wanted.test(text)) resolve(text)
    })
    child.once('close', () => reject(new Error(`ended before ${wanted}: ${text}`)))
  })
}

/** Of this file alone: in profiles/local other tests save, and remove, at the same time. */
const results = mkdtempSync(join(tmpdir(), 'lab results '))
afterAll(() => rmSync(results, { recursive: true }))

const wrong: [script: string, args: string[], says: RegExp][] = [
  ['stage', ['9'], /there is no stage '9'; there are stage1, .*→ npm run stage 1\n/s],
  ['stage', ['stge2'], /there is no stage 'stge2'.*→ npm run stage stage2\n/s],
  ['stage', [], /which stage\?.*→ npm run stage 1\n/s],
  ['stage', ['1', '2'], /one stage at a time; got 2: 1 2.*→ npm run stage -- --help\n/s],
  ['stage', ['1', '--clients', 'abc'], /--clients needs a whole number.*not 'abc'/s],
  ['stage', ['1', '--tests', 'get,nope'], /--tests needs a list of/],
  ['stage', ['1', '--profiler', 'gdb'], /--profiler is one of perf, cpu-prof, not 'gdb'/],
  [
    'stage',
    ['1', '--quik'],
    /there is no option --quik; near it: --quick\n.*→ npm run stage -- --help\n/s,
  ],
  ['stage', ['1', '--nonsense'], /--nonsense.*→ npm run stage -- --help\n/s],
  ['flame', ['stage7'], /there is no stage 'stage7'/],
  ['serve', ['stage1', '--port', '99999'], /a port is a number from 0 to 65535/],
  [
    'serve',
    ['stage1', '--port', '0', '--maxmemory', '1x'],
    /--maxmemory needs a number of bytes.*not '1x'/,
  ],
  ['test-faults', ['stage9'], /there is no stage 'stage9'.*→ npm run test:faults -- stage4\n/s],
  ['test-faults', ['--only', 'deaf,nope'], /--only needs a list of .*not 'nope'/],
  ['diff', ['1'], /name two stages, not 1\n.*→ npm run diff -- 1 2\n/s],
  ['bench', ['--target', 'nowhere'], /--target needs HOST:PORT/],
  ['bench', ['--target', '::1:6379'], /such as 127\.0\.0\.1:6379 or \[::1\]:6379/],
  ['bench', ['--target', '[::1]:70000'], /a port is a number/],
  ['bench', [], /which server\?/],
  ['bench', ['--target', '127.0.0.1:1', '--cluster', '--tool', 'lab'], /--cluster is redis-/],
  ['broken', ['--only', 'cold,nope'], /--only takes a list of .*client-bound.*not 'nope'/],
  ['profiles', ['all'], /'all' is not understood/],
  ['doctor', ['perf'], /'perf' is not understood/],
  ['broken', ['all'], /'all' is not understood/],
  ['bench-parser', ['fast'], /'fast' is not understood.*→ npm run bench:parser -- --help\n/s],
  ['bench-parser', ['--rounds', '0'], /--rounds takes a whole number from 1 .*not '0'/],
  ['clinic', [], /which tool\? There are doctor, flame, heapprofiler, bubbleprof/],
  ['clinic', ['nurse', 'stage2'], /there is no tool 'nurse'; there are doctor, /],
  ['clinic', ['doctor'], /which stage\?.*→ npm run clinic -- doctor stage2\n/s],
  ['clinic', ['doctor', 'stage9'], /there is no stage 'stage9'/],
  ['compare', ['a.ts', 'b.ts', '--http', '/', '--clients', '5'], /--clients is for stages/],
  ['compare', ['--connections', '5'], /--connections belongs to --http PATH/],
  ['explain', ['../app/none.ts', 'listItems'], /there is no recording of ..\/app\/none.ts here/],
  ['clinic', ['doctor', '1', '2'], /name one stage, not 2/],
  ['clinic', ['doctor', 'stage2', '--seconds', '9'], /--seconds is for your own programs/],
]

const host = startTypedHost()
afterAll(host.stop)

it.each(wrong)('%s %j: one clear line and exit status 2', async (script, args, says) => {
  const { status, stdout, stderr } = await host.run(script, args)
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ') // no stack
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

it.concurrent('doctor on a machine that lacks everything: 80 columns at most', async () => {
  const { status, stdout } = await runTyped('doctor', [], { PATH: '/nonexistent' })
  expect(status).toBe(0)
  expect(stdout).toMatch(/– perf .*– redis-server .*– strace /s)
  for (const text of stdout.split('\n')) expect(text.length).toBeLessThanOrEqual(80)
})

it.concurrent('serve shows what the server warns of', async () => {
  const child = startTyped('serve', ['stage3', '--port', '0', '--host', '0.0.0.0'])
  await output(child, 'stderr', /^warning: 0\.0\.0\.0 can be reached from other machines/m)
  child.kill('SIGTERM')
  await once(child, 'exit')
})

it.concurrent('an option that npm has swallowed is not ignored', async () => {
  const { status, stderr } = await runTyped('stage', ['1'], { npm_config_quick: 'true' })
  expect(stderr).toContain('npm took --quick for itself')
  expect(stderr).toContain('→ npm run stage 1 -- --quick')
  expect(status).toBe(2)
})

it.concurrent('serve: a taken port is one line, exit status 1', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }
  const { status, stderr } = await runTyped('serve', ['stage2', '--port', String(port)])
  taken.close()
  expect(stderr).toContain(`port ${port} on 127.0.0.1 is taken by another program`)
  expect(status).toBe(1)
})

it.concurrent('bench: a dead port is an error and no figure', async () => {
  // The kernel assigns no such port: no server of another test listens on it.
  const { status, stdout, stderr } = await runTyped('bench', ['--target', '127.0.0.1:1'])
  expect(stderr).toContain('127.0.0.1:1')
  expect(stdout).toBe('')
  expect(status).toBe(1)
})

it.concurrent.each(['SIGINT', 'SIGTERM'] as const)('serve ends cleanly on %s', async (signal) => {
  const child = startTyped('serve', ['stage4', '--port', '0'])
  const text = await output(child, 'stdout', /listening on 127\.0\.0\.1:\d+\n/)
  const port = Number(/:(\d+)\n/.exec(text)![1])
  const socket = connect(port, '127.0.0.1')
  socket.write('PING\r\n')
  expect(String((await once(socket, 'data'))[0])).toBe('+PONG\r\n')
  const servers = processesBelow(child.pid!)
  child.kill(signal)
  const [status] = await once(child, 'close')
  expect(status).toBe(0)
  expect(servers.length).toBeGreaterThan(0)
  // The server has ended by now; the guard of all children ends when it sees that the lab has.
  await vi.waitFor(() => expect(servers.filter(isRunning)).toEqual([]), { timeout: 10_000 })
  socket.destroy()
})

it('diff shows what changes, without colour into a pipe', async () => {
  const { status, stdout } = await host.run('diff', ['1', '2'])
  expect(stdout).toContain('+  readonly buffer = Buffer.alloc(8 * 1024)')
  expect(stdout).toContain('unchanged: arguments.ts, connection.ts, main.ts, parser.ts, replies.ts')
  expect(stdout).not.toContain('\x1b[')
  expect(status).toBe(0)
})

it.each(['SIGINT', 'SIGKILL'] as const)(
  'stage: %s in the middle leaves no child and no result',
  async (signal) => {
    const child = startTyped('stage', ['2', '--quick'], { LAB_RESULTS: results })
    await output(child, 'stderr', /measuring SET/)
    const children = processesBelow(child.pid!)
    expect(children.length).toBeGreaterThanOrEqual(2) // the server and the load generator
    child.kill(signal)
    const [status] = await once(child, 'close')
    expect(status).toBe(signal === 'SIGINT' ? 130 : null)
    await expect.poll(() => children.filter(isRunning)).toEqual([])
    expect(readdirSync(results)).toEqual([])
  },
)
