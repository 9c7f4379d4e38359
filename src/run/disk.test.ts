import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  draftName,
  mustBeWritable,
  mustBeWritableFile,
  notWritten,
  sweepDrafts,
  whyNotWritten,
  writeWhole,
} from './disk.ts'
import { LabError } from './lab-error.ts'

const home = mkdtempSync(join(tmpdir(), 'lab disk '))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const failure = (code: string, syscall = 'write') =>
  Object.assign(new Error(`${code}: something, ${syscall}`), { code, syscall })

test.each([
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota of the disk is used up'],
  ['EROFS', 'the file system is read-only'],
  ['EISDIR', 'a directory has that name'],
  ['EACCES', 'you have no permission to write there'],
])('%s is explained in words', (code, says) => {
  expect(whyNotWritten(failure(code))).toBe(says)
  const error = notWritten('the page', '/here', failure(code), 'make room') as LabError
  expect(error).toBeInstanceOf(LabError)
  expect(error.message).toBe(`the page could not be written to /here: ${says}`)
  expect(error.next).toBe('make room')
})

test('other failures stay what they are', () => {
  for (const other of [
    failure('ENOENT', 'open'),
    failure('EACCES', 'spawn'),
    new Error('x'),
    undefined,
  ]) {
    expect(notWritten('x', 'y', other, 'z')).toBe(other)
  }
})

test('a file is written whole, over the old one, and leaves nothing beside it', () => {
  const directory = join(home, 'whole')
  mkdirSync(directory)
  writeWhole(join(directory, 'page.html'), 'old')
  writeWhole(join(directory, 'page.html'), 'new')
  expect(readFileSync(join(directory, 'page.html'), 'utf8')).toBe('new')
  // A name that is taken by a directory: the file cannot be put there.
  mkdirSync(join(directory, 'taken'))
  expect(() => writeWhole(join(directory, 'taken'), 'x')).toThrow(LabError)
  expect(() => writeWhole(join(directory, 'no', 'page'), 'x')).toThrow(/no such file or directory/)
  expect(readdirSync(directory)).toEqual(['page.html', 'taken'])
  expect(() => mustBeWritable(directory, 'it')).not.toThrow()
  expect(() => mustBeWritableFile(join(directory, 'new.html'), '--html')).not.toThrow()
  expect(() => mustBeWritableFile(directory, '--html')).toThrow(
    /--html cannot be written to .*: a directory has that name/,
  )
  expect(() => mustBeWritable(join(directory, 'no'), '--html')).toThrow(
    /^--html cannot be written to .*no: there is no such directory$/,
  )
})

test('drafts of runs that are gone are swept, and nothing else', () => {
  const directory = join(home, 'sweep')
  mkdirSync(directory)
  const mine = draftName('stage1')
  const [gone, young] = ['a', 'b'].map(
    (letter) => `.stage1-999999999-${letter.repeat(8)}.lab-draft`,
  )
  for (const name of [mine, gone!, young!, 'stage1-2025', '.hidden']) {
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'result.json'), '{')
    if (name !== young) utimesSync(join(directory, name), 1, 1)
  }
  sweepDrafts(directory)
  expect(readdirSync(directory).sort()).toEqual([mine, young, 'stage1-2025', '.hidden'].sort())
  sweepDrafts(join(home, 'nowhere'))
})
