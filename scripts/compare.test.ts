/** `npm run compare` as a person types it: words, exit status, what is printed and what is left. */
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { runTyped, startTyped, startTypedHost } from '../src/cli/typed.ts'
import { isRunning, processesBelow } from '../src/run/processes.ts'

// Processes are started: a busy machine may take long, and that is no failure.
vi.setConfig({ testTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'compare-'))
/** A PATH without any program: as on a machine without Redis. */
const bare = { PATH: scratch }

afterAll(() => rmSync(scratch, { recursive: true, force: true }))

const compare = (args: string[], environment?: NodeJS.ProcessEnv) =>
  runTyped('compare', args, environment)

const host = startTypedHost()
afterAll(host.stop)

it.each([
  [['1', 'stage2'], /--servers names.*→ npm run compare -- --servers stage1,stage2\n/s],
  [['some'], /what is 'some'\?.*→ npm run compare -- --help/s],
  [['--servers', 'stage1,stage9'], /there is no server 'stage9'.*→ npm run compare -- --servers/s],
  [['--sweep', 'pipeline'], /--sweep needs.*→ npm run compare -- --sweep pipeline=1,4,16,64/s],
  [['--nonsense'], /--nonsense.*→ npm run compare -- --help/s],
])('%j: one clear line and exit status 2', async (args, says) => {
  const { status, stdout, stderr } = await host.run('compare', args)
  expect(stderr).toMatch(says)
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

it('--help fits into 100 columns', async () => {
  const { status, stdout } = await host.run('compare', ['--help'])
  expect(stdout).toMatch(/^Usage: npm run compare /)
  expect(stdout.split('\n').filter((line) => line.length > 100)).toEqual([])
  expect(status).toBe(0)
})

it('when Redis is missing and was to be the baseline: one line, exit status 1', async () => {
  const { status, stdout, stderr } = await compare(['--baseline', 'redis'], bare)
  expect(stderr).toContain('redis-server is not installed on this machine')
  expect(stderr).toContain('→ npm run compare -- --servers')
  expect(stdout).toBe('')
  expect(status).toBe(1)
})

/** Servers and load generators of a running command. */
const nodesBelow = (pid: number) => processesBelow(pid).filter(({ args }) => /\.ts/.test(args))

it('Ctrl-C in the middle of a round ends every server and says that nothing was recorded', async () => {
  const child = startTyped('compare', ['--servers', 'stage4', '--seconds', '60'])
  let stderr = ''
  child.stderr!.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdout!.resume()
  // The server, its A/A copy, and at least one load generator.
  await expect.poll(() => nodesBelow(child.pid!).length, { interval: 200 }).toBeGreaterThan(2)
  const below = nodesBelow(child.pid!)
  child.kill('SIGINT')
  const [status] = await once(child, 'close')
  expect(status).toBe(130)
  expect(stderr).toContain('nothing was recorded')
  await expect.poll(() => below.filter(isRunning)).toEqual([])
})

it('without Redis: a line says so, the document is whole, the page is written', async () => {
  const [page, results] = [join(scratch, 'page.html'), join(scratch, 'results')]
  const words = '--servers redis,stage4 --pipeline 16 --tests get --clients 5'
  const lengths = '--quick --rounds 1 --seconds 0.1'
  const args = [...words.split(' '), ...lengths.split(' '), '--json', '--html', page]
  const { status, stdout, stderr } = await compare(args, {
    ...bare,
    // In profiles/local other tests save, and remove, at the same time.
    LAB_RESULTS: results,
  })
  expect(stderr).toContain(
    'redis-server is not installed on this machine: the ratios are to stage4',
  )
  expect(status).toBe(0)
  const document = JSON.parse(stdout)
  expect(document).toMatchObject({
    format: 1,
    kind: 'comparison',
    machine: { cores: expect.any(Number), node: process.versions.node },
    plan: { rounds: 1, seconds: 0.1, baseline: 'stage4' },
    twin: { name: 'stage4 again', of: 'stage4' },
  })
  expect(document.runs.length).toBe(2)
  const [stage4] = document.tables[0].rows
  expect(stage4.requestsPerSecond).toBeGreaterThan(0)
  expect(stage4.counters.heapBytes.value).toBeGreaterThanOrEqual(0)
  expect(readFileSync(page, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  // What was saved is what was printed.
  const [saved, ...more] = readdirSync(results)
  expect(saved).toMatch(/^compare-/)
  expect(more).toEqual([])
  expect(readFileSync(join(results, saved!, 'compare.json'), 'utf8')).toBe(stdout)
})
