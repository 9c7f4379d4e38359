/** The article's claims and what became of them, as text. */
import type { Finding, Verdict } from '../article/finding.ts'
import { paint } from '../cli/colour.ts'
import { wrap } from './format.ts'

/** A sign besides the colour, for those who do not see it. */
const signs: Record<Verdict, string> = {
  reproduced: '✓',
  'direction only': '~',
  'beyond the article': '↑',
  inconclusive: '?',
  'not reproducible here': '–',
}

const colours: Record<Verdict, (text: string) => string> = {
  reproduced: paint.green,
  'direction only': paint.yellow,
  'beyond the article': paint.cyan,
  inconclusive: paint.yellow,
  'not reproducible here': paint.dim,
}

const INDENT = '    '

/** Each claim with its verdict, what was measured, and the command that shows it; 80 columns. */
export function findingsScreen(findings: readonly Finding[]): string {
  return [...findings.flatMap((finding) => [...lines(finding), '']), countsLine(findings)].join(
    '\n',
  )
}

function lines({ claim, verdict, measured, why, command }: Finding): string[] {
  const head = colours[verdict](`${signs[verdict]} ${verdict}`)
  const here = measured === '-' ? [] : wrap(`here: ${measured}`, INDENT)
  return [
    head,
    ...wrap(`article: ${claim}`, INDENT),
    ...here,
    ...(why === undefined ? [] : wrap(`why: ${why}`, INDENT)),
    `${INDENT}${paint.dim(command)}`,
  ]
}

/** `9 reproduced, 2 direction only, …`. */
function countsLine(findings: readonly Finding[]): string {
  const verdicts = Object.keys(signs) as Verdict[]
  const counts = verdicts.map((verdict) => {
    return `${findings.filter((finding) => finding.verdict === verdict).length} ${verdict}`
  })
  return counts.join(', ')
}
