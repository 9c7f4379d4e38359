import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startTypedHost } from '../src/cli/typed.ts'

/** Instead of the `.lab` of the checkout. */
const scratch = mkdtempSync(join(tmpdir(), 'lie-guesses-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const host = startTypedHost({ NO_COLOR: '1', LAB_LIES_DIRECTORY: scratch })
afterAll(host.stop)

const lie = (...words: string[]) => host.run('lie', words)

test('shows a recording, looks into it, and judges a guess', async () => {
  const [all, one, look, wrong, right] = await Promise.all([
    lie(),
    lie('5'),
    lie('5', '--look', 'rounds'),
    lie('5', '--guess', 'two-machines'),
    lie('5', '--guess', 'one-order'),
  ])
  expect(all).toMatchObject({ status: 0, stderr: '' })
  expect(all.stdout.match(/^\d {2}"/gm)).toHaveLength(6)
  expect(one.stdout).toContain('npm run lie -- 5 --look WHAT')
  expect(look.stdout.match(/^stage[34] /gm)).toHaveLength(12)
  expect(wrong).toMatchObject({ status: 1, stdout: expect.stringContaining('All runs were made') })
  expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('Correct.') })
})

test('a wrong guess brings a question, a second one the look that decides', async () => {
  const question = 'Six rounds in turn, every reply used'
  expect((await lie('1')).stdout).not.toContain(question)
  const first = await lie('1', '--guess', 'cold')
  expect(first).toMatchObject({ status: 1, stdout: expect.stringContaining(question) })
  expect(first.stdout).not.toContain('--look busy')
  // The same guess again is not counted.
  expect((await lie('1', '--guess', 'cold')).stdout).not.toContain('--look busy')
  expect((await lie('1')).stdout).toContain(question)
  const second = await lie('1', '--guess', 'profiled')
  expect(second.stdout).toContain('→ npm run lie -- 1 --look busy')
  expect((await lie('1')).stdout).toContain('→ npm run lie -- 1 --look busy')
  expect((await lie('2')).stdout).not.toContain('→')
})

test('wrong words end with 2 and what to type', async () => {
  const ended = await Promise.all([
    lie('7'),
    lie('1', '--look', 'stars'),
    lie('1', '--guess', 'luck'),
    lie('1', '--record', '1'),
  ])
  for (const { status, stdout, stderr } of ended) {
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('→ npm run lie -- --help')
  }
})
