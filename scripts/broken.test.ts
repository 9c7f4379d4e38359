/** `npm run broken` as typed. */
import { afterAll, expect, it } from 'vitest'
import { runTyped } from '../src/cli/typed.ts'
import { fakePrograms } from '../src/run/fakes.ts'

const fakes = fakePrograms({
  'redis-benchmark':
    'if [ "$1" = --version ]; then echo redis-benchmark 7.0.15; exit 0; fi; echo broken >&2; exit 3',
})
afterAll(() => fakes.remove())

it('shows what it measured if another benchmark fails, and exits with 1', async () => {
  const only = ['--quick', '--only', 'unchecked,too-short']
  const path = `${fakes.directory}:${process.env.PATH}`
  const { status, stdout } = await runTyped('broken', only, { PATH: path, NO_COLOR: '1' })
  expect(stdout).toMatch(/^too short .*\ndone wrong .*\n +[\d,]+ requests\/s\n/)
  expect(stdout).toMatch(/^no reply check .*\nfailed +redis-benchmark .*/m)
  expect(stdout).toMatch(/of 1 showed an error beyond the noise\..*\s1 could not be run\.\n$/s)
  expect(status).toBe(1)
}, 120_000)
