/** What `npm run test:faults` prints. */
import { paint } from '../cli/colour.ts'
import type { Figures } from '../faults/fault.ts'
import type { Outcome } from '../faults/long.ts'

/** The failures of a stage, and its closing line. */
export function stageLines(stage: string, outcomes: readonly Outcome[]): string[] {
  const failed = outcomes.filter(({ failure }) => failure !== undefined)
  const mark = failed.length === 0 ? paint.green('✓') : paint.red('✗')
  const seconds = outcomes.reduce((sum, outcome) => sum + outcome.seconds, 0)
  const passed = outcomes.length - failed.length
  const what = outcomes.map(({ fault }) => fault).join(', ')
  return [
    ...failed.map(({ fault, failure }) => `${paint.red('✗')} ${stage}, ${fault}: ${failure}`),
    `${mark} ${stage}: ${passed} passed of ${outcomes.length} (${what}), ${Math.round(seconds)} s`,
  ]
}

/** What one trial counted. */
export function outcomeLine({ fault, figures, seconds }: Outcome): string {
  const counted = Object.entries(figures).map(([name, value]) => `${name} ${figure(name, value)}`)
  const text = [...counted, `${seconds.toFixed(1)} s`].join(', ')
  return paint.dim(`    ${fault.padEnd(12)}${text}`)
}

/** The names of these are counts; all others are bytes, if they do not end in a unit. */
const counts: readonly (keyof Figures)[] = ['connections', 'keys', 'replies', 'pings']

function figure(name: string, value: number): string {
  if (counts.includes(name)) return value.toLocaleString('en-US')
  if (name.endsWith('Ms')) return `${value.toFixed(1)} ms`
  if (name.endsWith('Ratio')) return value.toFixed(2)
  return value < 10_000 ? `${value} bytes` : `${(value / 1024 / 1024).toFixed(1)} MiB`
}
