/** The commands of the documentation, as typed. */
import { execFile } from 'node:child_process'
import { expect, it } from 'vitest'
import { labRoot } from '../src/run/server.ts'

function run(script: string, args: string[]) {
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [`scripts/${script}.ts`, ...args],
      { cwd: labRoot },
      (error, stdout, stderr) => resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
    )
  })
}

it.concurrent('docs: a page that is not there is one clear line, exit status 2', async () => {
  const { status, stderr } = await run('docs', ['docs/nope.md', '--check'])
  expect(stderr).toMatch(
    /there is no page 'docs\/nope\.md' in docs\/\n.*→ npm run docs -- --help\n/,
  )
  expect(status).toBe(2)
})

it.concurrent('docs --check of a page that is up to date ends with 0', async () => {
  const { status, stdout } = await run('docs', ['docs/measuring.md', '--check'])
  expect(stdout).toBe('all pages and pictures are up to date\n')
  expect(status).toBe(0)
})

it.concurrent('diff shows the words of the chapter; --plain leaves them out', async () => {
  const [words, plain] = await Promise.all([
    run('diff', ['1', '2']),
    run('diff', ['1', '2', '--plain']),
  ])
  expect(words.stdout).toMatch(/^ {2}\| \w/m)
  expect(words.stdout).toMatch(/\nChapter: docs\/stage2\.md\n$/)
  expect(plain.stdout).not.toMatch(/^ {2}\||^Chapter:/m)
  expect(plain.stdout).toMatch(/^@@ hunk 1 of \d+, line \d+ → \d+ @@$/m)
  expect([words.status, plain.status]).toEqual([0, 0])
})
