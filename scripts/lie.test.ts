import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'
import { labRoot } from '../src/run/server.ts'

interface Ended {
  status: number
  stdout: string
  stderr: string
}

function lie(...words: string[]): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1' }
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', 'scripts/lie.ts', ...words]
    execFile(process.execPath, args, { cwd: labRoot, env }, (failure, stdout, stderr) => {
      resolve({ status: Number(failure?.code ?? 0), stdout, stderr })
    })
  })
}

test('shows an exhibit, asks it, and takes a guess', async () => {
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
  expect(right).toMatchObject({ status: 0, stdout: expect.stringContaining('That is it.') })
})

test('words that it does not take end with 2 and what to type', async () => {
  const ended = await Promise.all([
    lie('7'),
    lie('1', '--look', 'stars'),
    lie('1', '--guess', 'luck'),
    lie('--answer'),
    lie('1', '--answer', '--json'),
    lie('1', '--record', '1'),
  ])
  for (const { status, stdout, stderr } of ended) {
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('→ npm run lie -- --help')
  }
})
