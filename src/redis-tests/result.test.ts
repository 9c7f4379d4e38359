import { expect, it } from 'vitest'
import { commands } from '../server/commands/table.ts'
import type { TestResult } from './output.ts'
import { addUp, type FileResult, isGood } from './result.ts'
import { skipList, skippedIn } from './skip-list.ts'
import { fewestPassed, suiteFiles } from './suite.ts'

const passed: TestResult = { name: 'p', outcome: 'passed' }
const failed: TestResult = { name: 'f', outcome: 'failed', detail: 'why' }
const skipped: TestResult = { name: 's', outcome: 'skipped' }
const ignored: TestResult = { name: 'i', outcome: 'ignored' }

const file = (name: string, ...tests: TestResult[]): FileResult => ({
  file: name,
  tests,
  seconds: 1,
})
const skip = (test: string) => ({ file: 'unit/scan', test, needs: 'sets: ...' })

it('adds up the files', () => {
  const files = [file('unit/scan', passed, skipped, ignored), file('unit/quit', passed, passed)]
  const result = addUp('stage1', files, [skip('s')])
  expect(result).toMatchObject({ passed: 3, failed: 0, skipped: 1, ignored: 1, seconds: 2 })
  expect(isGood(result)).toBe(true)
})

it('one failure is enough', () => {
  expect(isGood(addUp('stage1', [file('unit/quit', passed, failed)], []))).toBe(false)
})

it('an entry of the skip list that no test has is a problem', () => {
  const result = addUp('stage1', [file('unit/scan', passed, skipped)], [skip('s'), skip('gone')])
  expect(result.problems).toEqual(['the skip list names a test that unit/scan does not have: gone'])
  expect(isGood(result)).toBe(false)
})

it('but not if the file failed, or was not run', () => {
  expect(addUp('stage1', [file('unit/scan', failed)], [skip('s')]).problems).toEqual([])
  expect(addUp('stage1', [file('unit/quit', passed)], [skip('s')]).problems).toEqual([])
})

it('a run of everything has a least number of tests that pass', () => {
  const each = Math.floor(fewestPassed / suiteFiles.length)
  const few = suiteFiles.map((name) => file(name, ...Array<TestResult>(each).fill(passed)))
  expect(isGood(addUp('stage1', few, []))).toBe(false)
  const enough = suiteFiles.map((name) => file(name, ...Array<TestResult>(each + 1).fill(passed)))
  expect(isGood(addUp('stage1', enough, []))).toBe(true)
})

it('every entry of the skip list is of a file that is run, has a reason, and is there once', () => {
  for (const { file, test, needs } of skipList) {
    expect(needs).toMatch(/^[a-z ]+: the lab has .{10,}/)
    expect(suiteFiles).toContain(file)
    expect(test).toBe(test.trim())
    expect(test.startsWith('/'), `${test} would be a pattern`).toBe(false)
  }
  const names = skipList.map(({ file, test }) => `${file}: ${test}`)
  expect(new Set(names).size).toBe(names.length)
  expect(suiteFiles.flatMap(skippedIn)).toHaveLength(skipList.length)
})

/** One command of each data type and feature; when a stage has it, the entries that need it must go. */
const missing = {
  lists: 'LPUSH',
  sets: 'SADD',
  'sorted sets': 'ZADD',
  hashes: 'HSET',
  streams: 'XADD',
  scripts: 'EVAL',
  replication: 'REPLICAOF',
  persistence: 'SAVE',
  shutdown: 'SHUTDOWN',
}

it('what an entry needs is what the lab does not have', () => {
  for (const [what, command] of Object.entries(missing)) {
    expect(commands.has(command), `the stages have ${what} now`).toBe(false)
  }
  const known = Object.keys(missing)
  for (const { needs } of skipList) expect(known).toContain(needs.split(':')[0])
})
