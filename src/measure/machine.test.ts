import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { labRoot } from '../run/server.ts'
import { readMachine } from './machine.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'machine-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function git(...args: string[]): string {
  const who = ['-c', 'user.name=n', '-c', 'user.email=e', '-c', 'commit.gpgsign=false']
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' }).trim()
}

test('the card names the machine, and no person', () => {
  const card = readMachine()
  expect(card.cores).toBeGreaterThan(0)
  expect(card.memoryBytes).toBeGreaterThan(1e8)
  expect(card.node).toBe(process.versions.node)
  for (const text of [card.cpu, card.os, card.kernel, card.arch, card.v8]) expect(text).not.toBe('')
  const json = JSON.stringify(card)
  expect(json).not.toContain(labRoot)
  expect(json).not.toContain(homedir())
  expect(json.toLowerCase()).not.toContain(`"${hostname().toLowerCase()}"`)
})

test('the commit and whether files differ from it', () => {
  git('init', '-q')
  writeFileSync(join(folder, 'file'), 'a')
  expect(readMachine(folder)).toMatchObject({ commit: 'unknown', dirty: null })
  git('add', 'file')
  git('commit', '-q', '-m', 'one')
  expect(readMachine(folder)).toMatchObject({ commit: git('rev-parse', 'HEAD'), dirty: false })
  writeFileSync(join(folder, 'file'), 'b')
  expect(readMachine(folder).dirty).toBe(true)
})

test('a folder that is no checkout has no commit', () => {
  expect(readMachine(folder)).toMatchObject({ commit: 'unknown', dirty: null })
})
