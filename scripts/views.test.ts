/** The commands that look closer (flame of two, alloc, text, stat, explain, profilers), as typed. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { runTyped, startTypedHost } from '../src/cli/typed.ts'
import { labRoot } from '../src/run/server.ts'

vi.setConfig({ testTimeout: 60_000 })

const wrong: [script: string, args: string[], status: number, says: RegExp][] = [
  ['flame', [], 2, /which stage\?/],
  ['flame', ['1', '2', '3'], 2, /name one stage, or two.*→ npm run flame -- --help\n/s],
  ['flame', ['1', 'stage1'], 2, /name two different stages, not stage1 twice/],
  ['flame', ['1', '9'], 2, /there is no stage '9'/],
  ['flame', ['1', '--alloc', '--profiler', 'perf'], 2, /--alloc goes over the inspector/],
  ['flame', ['1', '2', '--profiler', '0x'], 2, /0x shows one stage at a time/],
  ['flame', ['1', '--profiler', 'gdb'], 2, /--profiler is one of perf, cpu-prof, 0x, not 'gdb'/],
  ['stat', ['stage9'], 2, /there is no stage 'stage9'/],
  ['stat', ['1', '2'], 2, /one stage at a time; got 2: 1 2/],
  ['profilers', [], 2, /which stage\?.*→ npm run profilers -- stage1\n/s],
  ['profilers', ['1', '--requests', '5'], 2, /--requests/],
  ['explain', [], 2, /which frame\?.*→ npm run explain -- --help\n/s],
  [
    'explain',
    ['parsBulk'],
    1,
    /no frame called 'parsBulk' is known.*→ npm run explain -- parseBulk/s,
  ],
]

const host = startTypedHost()
afterAll(host.stop)

it.each(wrong)('%s %j: status %i and one clear line', async (script, args, status, says) => {
  const ended = await host.run(script, args)
  expect(ended.stderr).toMatch(says)
  expect(ended.stderr).not.toContain('    at ') // no stack
  expect(ended.stdout).toBe('')
  expect(ended.status).toBe(status)
})

it('explain prints into a pipe without colour', async () => {
  const { status, stdout } = await host.run('explain', ['parseBulk'])
  expect(stdout).toMatch(/^parseBulk {2}stages\/…\/parser\.ts\n/)
  expect(stdout).not.toContain('\x1b[')
  expect(status).toBe(0)
})

it('stat ends well without perf, and says what is missing', async () => {
  const { status, stdout } = await runTyped(
    'stat',
    ['stage2', '--clients', '5', '--requests', '500', '--quick'],
    { PATH: '' },
  )
  expect(stdout).toContain('perf is not installed')
  expect(stdout).toMatch(/^cache-references +20,718,078,128 +- no perf$/m)
  expect(stdout).toMatch(/; 1,000 requests in /)
  if (process.platform === 'linux') expect(stdout).toMatch(/^read\(2\) calls +[\d,]+ +1\.\d\d$/m)
  expect(status).toBe(0)
})

it('flame of two stages, by what they allocate', async () => {
  const args = ['stage3', 'stage4', '--alloc', '--quick', '--clients', '1', '--json']
  const { status, stdout, stderr } = await runTyped('flame', args)
  expect(stderr).toContain('stage4: recording over the inspector')
  const { difference, directory, page } = JSON.parse(stdout)
  rmSync(join(labRoot, directory), { recursive: true })
  expect(page).toBe(`${directory}/flamegraph.html`)
  expect(difference.unit).toBe('bytes')
  // Pooling: a stage 4 request leaves less than half of the garbage.
  expect(difference.after.total).toBeLessThan(difference.before.total / 2)
  expect(status).toBe(0)
})
