/** The result of the suite for one server, and the lines that `npm run test:redis` prints. */
import { paint } from '../cli/colour.ts'
import type { TestResult } from './output.ts'
import type { Skipped } from './skip-list.ts'
import { fewestPassed, suiteFiles } from './suite.ts'

export interface FileResult {
  file: string
  tests: TestResult[]
  seconds: number
}

export interface TargetResult {
  /** `stage1` … or `redis`. */
  name: string
  files: FileResult[]
  passed: number
  failed: number
  skipped: number
  ignored: number
  seconds: number
  /** What is wrong besides failed tests: too few tests, an outdated skip list. */
  problems: string[]
}

/** Adds up the files. @param skipList the tests that were to be skipped in them */
export function addUp(
  name: string,
  files: FileResult[],
  skipList: readonly Skipped[],
): TargetResult {
  const tests = files.flatMap((file) => file.tests)
  const count = (outcome: TestResult['outcome']) =>
    tests.filter((test) => test.outcome === outcome).length
  const passed = count('passed')
  const problems = staleEntries(files, skipList)
  const all = suiteFiles.every((file) => files.some((one) => one.file === file))
  if (all && passed < fewestPassed) {
    problems.push(`only ${passed} tests passed; expected at least ${fewestPassed}`)
  }
  return {
    name,
    files,
    passed,
    failed: count('failed'),
    skipped: count('skipped'),
    ignored: count('ignored'),
    seconds: files.reduce((sum, { seconds }) => sum + seconds, 0),
    problems,
  }
}

/** Whether every test passed that was to be run, and nothing else is wrong. */
export function isGood({ failed, problems }: TargetResult): boolean {
  return failed === 0 && problems.length === 0
}

/** Entries of the skip list that no test has. A file that failed may have ended before its last test. */
function staleEntries(files: FileResult[], skipList: readonly Skipped[]): string[] {
  return skipList.flatMap(({ file, test }) => {
    const result = files.find((one) => one.file === file)
    if (result === undefined || result.tests.some(({ outcome }) => outcome === 'failed')) return []
    if (result.tests.some(({ name, outcome }) => outcome === 'skipped' && name === test)) return []
    return [`the skip list names a test that ${file} does not have: ${test}`]
  })
}

/** The failures, and a summary. */
export function resultLines(result: TargetResult): string[] {
  const { name, files, passed, failed, skipped, ignored, seconds, problems } = result
  const failures = files.flatMap(({ file, tests }) =>
    tests
      .filter(({ outcome }) => outcome === 'failed')
      .flatMap((test) => [
        `${paint.red('✗')} ${file}: ${test.name}`,
        ...(test.detail ?? '').split('\n').map((line) => paint.dim(`    ${line}`)),
      ]),
  )
  const mark = isGood(result) ? paint.green('✓') : paint.red('✗')
  const counts = [
    `${passed} passed`,
    `${failed} failed`,
    `${skipped} skipped by the skip list`,
    `${ignored} by tags`,
  ]
  return [
    ...failures,
    ...problems.map((text) => `${paint.red('✗')} ${text}`),
    `${mark} ${name.padEnd(7)} ${counts.join(', ')}, ${Math.round(seconds)} s`,
  ]
}
