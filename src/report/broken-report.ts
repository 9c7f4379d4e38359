/** What `npm run broken` prints of each wrong set-up. */
import { paint } from '../cli/colour.ts'
import type { BrokenCase } from '../experiment/broken/broken-case.ts'
import type { Evidence } from '../experiment/broken/evidence.ts'
import { figures, percent, whole, wrap } from './format.ts'

/** One case with what came of it, as `--json` prints it. */
export interface BrokenResult
  extends Pick<BrokenCase, 'name' | 'title' | 'wrong' | 'right' | 'why'> {
  evidence: Evidence
}

/** The case in some ten lines, 80 columns wide. */
export function brokenLines({ name, title, wrong, right, why, evidence }: BrokenResult): string[] {
  const { visible, seen } = evidence
  return [
    `${paint.bold(title)}${paint.dim(`   (--only ${name})`)}`,
    ...labelled('done wrong', wrong),
    ...labelled('', answer(evidence.wrong, evidence), paint.bold),
    ...labelled('done right', right),
    ...labelled('', rightAnswer(evidence), paint.bold),
    ...(visible
      ? labelled('the lie', lieText(evidence), paint.red)
      : labelled('the lie', notVisible(evidence), paint.yellow)),
    ...labelled('why', why),
    ...seen.flatMap((text) => wrap(text, ' '.repeat(WIDTH)).map((line) => paint.dim(line))),
  ]
}

const WIDTH = 12

/** Painted line by line: colour that is put on first would be counted as text. */
function labelled(label: string, text: string, colour = (line: string) => line): string[] {
  return wrap(text, ' '.repeat(WIDTH)).map(
    (line, at) => (at === 0 ? label : '').padEnd(WIDTH) + colour(line.slice(WIDTH)),
  )
}

function answer(value: number, { unit }: Evidence): string {
  return unit === 'requests/s' ? `${whole(value)} ${unit}` : `${figures(value)} ${unit}`
}

function rightAnswer(evidence: Evidence): string {
  const { right, noise, refusal } = evidence
  if (right === null) return `no figure: ${refusal}`
  if (noise === null) return `${answer(right, evidence)} (too few runs to tell the noise)`
  const show = evidence.unit === 'requests/s' ? whole : figures
  return `${answer(right, evidence)} (noise here: ${show(noise.low)} to ${show(noise.high)})`
}

function lieText({ unit, wrong, right, size }: Evidence): string {
  if (right === null) return `a server that stores nothing "wins" by ${percent(size)}`
  const away = percent(Math.abs(size))
  if (unit === 'times as fast') {
    return `${figures(wrong)} where it is ${figures(right)}: ${away} too ${size > 0 ? 'high' : 'low'}`
  }
  return `${away} too ${size > 0 ? 'high' : 'low'}`
}

function notVisible({ right, size }: Evidence): string {
  const said =
    right === null
      ? 'the rates do not tell them apart'
      : `${percent(Math.abs(size))} off, which noise explains`
  return `not visible here this time: ${said}`
}

/** What all of it comes to. */
export function brokenSummary(results: readonly BrokenResult[]): string {
  const shown = results.filter(({ evidence }) => evidence.visible).length
  const rest = results.length - shown
  if (rest === 0) return shown === 1 ? 'The lie was visible.' : `All ${shown} lies were visible.`
  return `${shown} of ${results.length} lies were visible; ${rest} not, here, this time: a quiet machine and a run without --quick show more.`
}
