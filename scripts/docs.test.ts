/** The commands of the documentation, as typed. */
import { afterAll, expect, it } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'

const { run, stop } = startTypedHost()
afterAll(stop)

it('docs: a page that is not there is one clear line, exit status 2', async () => {
  const { status, stderr } = await run('docs', ['docs/nope.md', '--check'])
  expect(stderr).toMatch(
    /there is no page 'docs\/nope\.md' in docs\/\n.*→ npm run docs -- --help\n/,
  )
  expect(status).toBe(2)
})

it('docs --check of a page that is up to date ends with 0', async () => {
  const { status, stdout } = await run('docs', ['docs/measuring.md', '--check'])
  expect(stdout).toBe('all pages and pictures are up to date\n')
  expect(status).toBe(0)
})

it('diff shows the words of the chapter; --plain leaves them out', async () => {
  const [words, plain] = await Promise.all([
    run('diff', ['1', '2']),
    run('diff', ['1', '2', '--plain']),
  ])
  expect(words.stdout).toMatch(/^ {2}\| \w/m)
  expect(words.stdout).toMatch(/\nChapter: docs\/stage2\.md\n$/)
  expect(plain.stdout).not.toMatch(/^ {2}\||^Chapter:/m)
  expect(plain.stdout).toMatch(/^@@ hunk 1 of \d+, line \d+ → \d+: Reader @@$/m)
  expect([words.status, plain.status]).toEqual([0, 0])
})
