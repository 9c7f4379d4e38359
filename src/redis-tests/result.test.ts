import { expect, it } from 'vitest'
import type { TestResult } from './output.ts'
import { addUp, type FileResult, isGood } from './result.ts'
import { FEWEST_PASSED, suiteFiles } from './suite.ts'

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

it('a line of the skip list that no test has is a fault', () => {
  const result = addUp('stage1', [file('unit/scan', passed, skipped)], [skip('s'), skip('gone')])
  expect(result.complaints).toEqual([
    'the skip list names a test that unit/scan does not have: gone',
  ])
  expect(isGood(result)).toBe(false)
})

it('but not where the file broke off, or was not run', () => {
  expect(addUp('stage1', [file('unit/scan', failed)], [skip('s')]).complaints).toEqual([])
  expect(addUp('stage1', [file('unit/quit', passed)], [skip('s')]).complaints).toEqual([])
})

it('a run of everything has a least number of tests that pass', () => {
  const each = Math.floor(FEWEST_PASSED / suiteFiles.length)
  const few = suiteFiles.map((name) => file(name, ...Array<TestResult>(each).fill(passed)))
  expect(isGood(addUp('stage1', few, []))).toBe(false)
  const enough = suiteFiles.map((name) => file(name, ...Array<TestResult>(each + 1).fill(passed)))
  expect(isGood(addUp('stage1', enough, []))).toBe(true)
})
