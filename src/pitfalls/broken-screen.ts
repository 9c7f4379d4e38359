/** What `npm run broken` prints of each wrong benchmark. */
import { paint } from '../cli/colour.ts'
import { figures, percent, whole, wrap } from '../report/format.ts'
import type { Comparison, Evidence } from './evidence.ts'
import type { Live, Pitfall } from './pitfall.ts'

/** The words of a wrong benchmark with its result, as `--json` prints them. */
export interface BrokenResult
  extends Pick<Pitfall, 'name'>,
    Pick<Live, 'title' | 'wrong' | 'right'> {
  evidence: Evidence
}

/** A benchmark that could not be run. */
export interface BrokenFailure extends Omit<BrokenResult, 'evidence'> {
  failure: string
}

/** A result in some ten lines, 80 columns wide. */
export function brokenLines(result: BrokenResult): string[] {
  const { wrong, right, evidence } = result
  const said = evidenceText(evidence)
  return [
    heading(result),
    ...labelled('done wrong', wrong),
    ...labelled('', said.wrong, paint.bold),
    ...labelled('done right', right),
    ...labelled('', said.right, paint.bold),
    ...labelled('error', said.error, said.inconclusive ? paint.yellow : paint.red),
    ...labelled('why', said.why),
    ...said.details.flatMap((text) => wrap(text, ' '.repeat(WIDTH)).map((line) => paint.dim(line))),
  ]
}

/** Both answers, how far they are apart, and why; in words, for a terminal and for the page. */
export function evidenceText(evidence: Evidence) {
  const { visible, why, details } = evidence
  return {
    wrong: answer(evidence.wrong, evidence),
    right: rightAnswer(evidence),
    error: visible ? errorText(evidence) : inconclusive(evidence),
    inconclusive: !visible,
    why,
    details,
  }
}

/** A benchmark that failed: the others are still shown. */
export function failureLines(failed: BrokenFailure): string[] {
  return [heading(failed), ...labelled('failed', failed.failure, paint.red)]
}

function heading({ name, title }: Pick<BrokenResult, 'name' | 'title'>): string {
  return `${paint.bold(title)}${paint.dim(`   (--only ${name})`)}`
}

const WIDTH = 12

/** Coloured after wrapping, which would count escape sequences as text. */
function labelled(label: string, text: string, colour = (line: string) => line): string[] {
  return wrap(text, ' '.repeat(WIDTH)).map(
    (line, at) => (at === 0 ? label : '').padEnd(WIDTH) + colour(line.slice(WIDTH)),
  )
}

function answer(value: number, { unit }: Comparison): string {
  return unit === 'requests/s' ? `${whole(value)} ${unit}` : `${figures(value)} ${unit}`
}

function rightAnswer(evidence: Comparison): string {
  const { right, noise, refusal } = evidence
  if (right === null) return `no figure: ${refusal}`
  if (noise === null) return `${answer(right, evidence)} (too few runs for a noise range)`
  const show = evidence.unit === 'requests/s' ? whole : figures
  return `${answer(right, evidence)} (noise: ${show(noise.low)} to ${show(noise.high)})`
}

function errorText({ unit, wrong, right, size }: Comparison): string {
  if (right === null) return `a server that stores nothing "wins" by ${percent(size)}`
  const away = percent(Math.abs(size))
  if (unit === 'times as fast') {
    return `${figures(wrong)} instead of ${figures(right)}: ${away} too ${size > 0 ? 'high' : 'low'}`
  }
  return `${away} too ${size > 0 ? 'high' : 'low'}`
}

function inconclusive({ right, size }: Comparison): string {
  const text =
    right === null
      ? 'the rates do not distinguish them'
      : `${percent(Math.abs(size))} off, which the noise explains`
  return `inconclusive here: ${text}`
}

/** The last line: how many errors showed. */
export function brokenSummary(results: readonly BrokenResult[], failed: number): string {
  const shown = results.filter(({ evidence }) => evidence.visible).length
  const rest = results.length - shown
  const parts = [`${shown} of ${results.length} showed an error beyond the noise.`]
  if (rest > 0) {
    parts.push(`${rest} inconclusive: a quiet machine and a run without --quick show more.`)
  }
  if (failed > 0) parts.push(`${failed} could not be run.`)
  return wrap(parts.join(' '), '').join('\n')
}
