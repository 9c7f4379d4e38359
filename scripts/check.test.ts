/** The commands of "try it yourself" as a person types them. */
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { labRoot } from '../src/run/server.ts'

function run(script: string, ...args: string[]) {
  return spawnSync(process.execPath, [`scripts/${script}.ts`, ...args], {
    cwd: labRoot,
    encoding: 'utf8',
  })
}

it.each<[string, string[], RegExp]>([
  ['try', ['stage9'], /there is no stage 'stage9'.*→ npm run try -- 1\n/s],
  ['check', ['stage9'], /there is no stage 'stage9'.*→ npm run check -- 1\n/s],
  ['hint', ['1', '--all', '--reset'], /--all and --reset exclude each other/],
])('%s %j: one clear line and exit status 2', (script, args, says) => {
  const { status, stdout, stderr } = run(script, ...args)
  expect(stderr).toMatch(says)
  expect(stderr).not.toContain('    at ') // no stack
  expect(stdout).toBe('')
  expect(status).toBe(2)
})

it('hint prints all hints of a stage, 80 columns wide, and remembers nothing of it', () => {
  const { status, stdout } = run('hint', '1', '--all')
  expect(status).toBe(0)
  expect(stdout).toMatch(/Hint 1 of 3\n.*Hint 2 of 3\n.*Hint 3 of 3\n.*docs\/stage1\.md/s)
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80)
})
