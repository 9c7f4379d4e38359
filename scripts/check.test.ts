/** The commands of "try it yourself" as a person types them. */
import { afterAll, expect, it } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'

const { run, stop } = startTypedHost()
afterAll(stop)

it.each<[string, string[], RegExp]>([
  ['try', ['stage9'], /there is no stage 'stage9'.*→ npm run try -- 1\n/s],
  ['check', ['stage9'], /there is no stage 'stage9'.*→ npm run check -- 1\n/s],
  ['try', ['order'], /there are stage1, .*, orders, .*→ npm run try -- orders\n/s],
  ['hint', ['1', '--all', '--reset'], /--all and --reset exclude each other/],
])('%s %j: one clear line and exit status 2', async (script, args, says) => {
  const { status, stdout, stderr } = await run(script, args)
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ') // no stack
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

it('hint prints all hints of a stage, 80 columns wide, and remembers nothing of it', async () => {
  const { status, stdout } = await run('hint', ['1', '--all'])
  expect(status).toBe(0)
  expect(stdout).toMatch(/Hint 1 of 3\n.*Hint 2 of 3\n.*Hint 3 of 3\n.*docs\/stage1\.md/s)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})
