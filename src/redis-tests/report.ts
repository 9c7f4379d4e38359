/** What `npm run test:redis` prints. */
import { paint } from '../cli/colour.ts'
import { type ContenderResult, isGood } from './result.ts'

/** The failures of a contender, and its closing line. */
export function contenderLines(result: ContenderResult): string[] {
  const { name, files, passed, failed, skipped, ignored, seconds, complaints } = result
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
    ...complaints.map((text) => `${paint.red('✗')} ${text}`),
    `${mark} ${name.padEnd(7)} ${counts.join(', ')}, ${Math.round(seconds)} s`,
  ]
}
