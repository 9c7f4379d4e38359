/**
 * Measured figures do not belong in text written by hand: the next run makes them wrong, silently.
 * They come from a block, which is filled again; elsewhere they are put in words
 * ("some six times", "about a minute") or in counts, which are the same everywhere.
 */
import { results } from '../article/beside-redis.ts'
import { articleResults } from '../article/figures.ts'
import { mechanism } from '../article/mechanism.ts'
import { articleCounts, articleTimes } from '../article/perf-stat.ts'
import { type Problem, pageLines, withoutCode } from '../course/blocks.ts'

/** Figures that may be written, for they are not ours and do not change; each with the reason. */
const constants: Record<string, string> = {
  '5-8 %': "the article's own summary: how far it stays behind Redis",
  '95 %': 'how sure an interval is',
  '100 %': 'all of it',
  '22.93 s': 'the article rounds its elapsed time so in the text',
  '80 s': "the article's user and system time together",
  '235,294 /s': "the article's table leaves the cents of its rates away",
  '217,344 /s': 'the same',
  '233,045 /s': 'the same',
  '220,799 /s': 'the same',
}

const number = String.raw`\d(?:[\d,]*\d)?(?:\.\d+)?`
const unit = String.raw`µs|us|ms|ns|s|seconds?|%|percent|percent|(?:requests|req|ops|commands)?\/s(?:ec)?|(?:requests|commands) (?:a|per) second|[KMG]i?B\/s|x(?= (?:as|faster|slower|stage|redis|Redis))|times (?:as|faster|slower|less|more)`
const figure = new RegExp(
  String.raw`(?<![\w.,#/-])(${number}(?: ?(?:-|–|to) ?${number})?)[ \u00a0]?(${unit})(?!\w)`,
  'g',
)

/** Figures in a text, as the list of those that are allowed has them: `7.6 %`, `235,294 /s`. */
export function figuresIn(text: string): string[] {
  return [...text.matchAll(figure)].map(([, value, unit]) => {
    const range = value!.replace(/ ?(?:-|–|to) ?/, '-')
    return `${range} ${unitName(unit!)}`
  })
}

function unitName(unit: string): string {
  if (/^per ?cent/.test(unit)) return '%'
  if (/^seconds?$/.test(unit)) return 's'
  if (/\/s|second$/.test(unit) && !/B/.test(unit)) return '/s'
  return unit
}

/** All that the article measured and claimed. */
function ofTheArticle(): Set<string> {
  const all = new Set<string>()
  for (const { seconds, requestsPerSecond, latency } of articleResults) {
    all.add(`${seconds} s`).add(`${seconds.toFixed(2)} s`)
    all.add(`${requestsPerSecond.toLocaleString('en-US')} /s`)
    all.add(`${Math.round(requestsPerSecond).toLocaleString('en-US')} /s`)
    for (const value of Object.values(latency)) all.add(`${value} ms`)
  }
  for (const { of } of articleCounts) if (of !== undefined) all.add(`${of.percent} %`)
  for (const value of Object.values(articleTimes)) all.add(`${value.toFixed(2)} s`)
  for (const { claim } of [...mechanism, ...results]) {
    for (const one of figuresIn(claim)) all.add(one)
  }
  return all
}

const allowed = new Set([...Object.keys(constants), ...ofTheArticle()])

/**
 * The figures of a page that are typed by hand and look measured. What is between
 * backticks or double quotes is quoted, and not looked at.
 */
export function measuredProblems(text: string, file: string): Problem[] {
  return pageLines(text, file)
    .filter(({ injected }) => !injected)
    .flatMap(({ line, text }) =>
      figuresIn(withoutCode(text).replace(/"[^"]*"/g, ' '))
        .filter((one) => !isAllowed(one))
        .map((one) => ({
          file,
          line,
          text: `'${one}' looks measured: let a block bring it (figures, output), say it in words ("some six times", "N min"), or, if it is a constant, add it with its reason in src/docs/measured.ts`,
        })),
    )
}

function isAllowed(one: string): boolean {
  if (allowed.has(one)) return true
  const [value = '', ...unit] = one.split(' ')
  const ends = value.split('-')
  return ends.length === 2 && ends.every((end) => allowed.has([end, ...unit].join(' ')))
}
