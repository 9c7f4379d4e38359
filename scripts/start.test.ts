/** `npm start` without a terminal: it says what to do, or prints what needs none. */
import { afterAll, expect, it } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'

const host = startTypedHost()
afterAll(host.stop)

const run = (...args: string[]) => host.run('start', args)

it('without a terminal it names the commands that need none', async () => {
  const { status, stdout, stderr } = await run()
  expect(stderr).toMatch(/^✗ npm start asks questions, and standard input is no terminal\n/)
  expect(stderr).toContain('npm run stage 1 -- --replay')
  expect(stderr).toContain('docs/start-here.md')
  expect(stderr).toMatch(/→ npm run stage 1\n/)
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

it('of a lesson too, with its own stage', async () => {
  const { status, stderr } = await run('stage3')
  expect(stderr).toContain('→ npm run stage 3')
  expect(status).toBe(2)
})

it('a page can be printed into a pipe', async () => {
  const { status, stdout } = await run('measuring')
  expect(stdout).toMatch(/^docs\/measuring\.md\n\n# /)
  expect(status).toBe(0)
})

it('the list of chapters needs no terminal', async () => {
  const { status, stdout } = await run('--list')
  for (const name of ['start-here', 'stage1', 'stage6', 'beyond', 'find-the-lie']) {
    expect(stdout).toMatch(new RegExp(`^${name} .*\\d min`, 'm'))
  }
  expect(status).toBe(0)
})

it.each([
  [['stage9'], /there is no chapter 'stage9'; there are start-here, .*→ npm start -- --list/s],
  [['stage1', 'stage2'], /one chapter at a time; got 2.*→ npm start -- --help/s],
  [['--list', 'stage1'], /what is 'stage1'\?/],
  [['--reset', '--list'], /--reset does not go with 'list'/],
  [['--nonsense'], /--nonsense.*→ npm start -- --help/s],
])('%j: one clear line and exit status 2', async (args, says) => {
  const { status, stdout, stderr } = await run(...args)
  expect(stderr).toMatch(says)
  expect(stdout).toBe('')
  expect(status).toBe(2)
})
