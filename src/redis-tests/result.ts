/** What one contender made of the suite. */
import type { TestResult } from './output.ts'
import type { Skipped } from './skip-list.ts'
import { FEWEST_PASSED, suiteFiles } from './suite.ts'

export interface FileResult {
  file: string
  tests: TestResult[]
  seconds: number
}

export interface ContenderResult {
  /** `stage1` … or `redis`. */
  name: string
  files: FileResult[]
  passed: number
  failed: number
  skipped: number
  ignored: number
  seconds: number
  /** What is wrong beside the tests that failed: too few of them, a skip list out of date. */
  complaints: string[]
}

/** Adds up the files; `skipList` is what the harness was told to skip in them. */
export function addUp(
  name: string,
  files: FileResult[],
  skipList: readonly Skipped[],
): ContenderResult {
  const tests = files.flatMap((file) => file.tests)
  const count = (outcome: TestResult['outcome']) =>
    tests.filter((test) => test.outcome === outcome).length
  const passed = count('passed')
  const complaints = staleLines(files, skipList)
  const all = suiteFiles.every((file) => files.some((one) => one.file === file))
  if (all && passed < FEWEST_PASSED) {
    complaints.push(`only ${passed} tests passed; at least ${FEWEST_PASSED} are wanted`)
  }
  return {
    name,
    files,
    passed,
    failed: count('failed'),
    skipped: count('skipped'),
    ignored: count('ignored'),
    seconds: files.reduce((sum, { seconds }) => sum + seconds, 0),
    complaints,
  }
}

/** True where every test passed that was to be run, and nothing else is wrong. */
export function isGood({ failed, complaints }: ContenderResult): boolean {
  return failed === 0 && complaints.length === 0
}

/** Lines of the skip list that no test has. A file that broke off has not come to all of its tests. */
function staleLines(files: FileResult[], skipList: readonly Skipped[]): string[] {
  return skipList.flatMap(({ file, test }) => {
    const result = files.find((one) => one.file === file)
    if (result === undefined || result.tests.some(({ outcome }) => outcome === 'failed')) return []
    if (result.tests.some(({ name, outcome }) => outcome === 'skipped' && name === test)) return []
    return [`the skip list names a test that ${file} does not have: ${test}`]
  })
}
