/** The exhibits in Markdown, for `docs/find-the-lie.md`. */
import { stripVTControlCharacters } from 'node:util'
import { percent } from '../flame/caption.ts'
import { shares } from '../flame/roles.ts'
import { files } from '../report/flame-files.ts'
import { workloadText } from '../report/load-table.ts'
import type { Lie } from './lie.ts'
import { findLie } from './lies.ts'
import { directoryOf, type Exhibit, readExhibit } from './recording.ts'
import { findView } from './views.ts'

/**
 * What stands between `<!-- lie: WORDS -->` and `<!-- end -->`.
 * @param words `1`: the claim and what was shown for it; `1 answer`: the answer, folded away
 * @returns Markdown without a newline at its end
 * @throws Error where there is no such exhibit; LabError where it cannot be read
 */
export function lieBlock(words: string): string {
  const [number = '', part, ...rest] = words.trim().split(/\s+/)
  const lie = findLie(number)
  if (lie === undefined || rest.length > 0 || (part !== undefined && part !== 'answer')) {
    throw new Error(`lie: wants a number, or a number and "answer", not "${words}"`)
  }
  const exhibit = readExhibit(lie.number)
  return part === 'answer' ? answer(lie, exhibit) : claim(lie, exhibit)
}

function claim(lie: Lie, exhibit: Exhibit): string {
  const shown = text(lie.shown(exhibit))
  const parts = [`> ${lie.claim(exhibit)}`, shown]
  if (exhibit.tree !== undefined) parts.push(picture(lie, exhibit))
  parts.push(recordedOn(exhibit))
  return parts.join('\n\n')
}

/** What stands under every figure of a page: the machine, and what loaded it. */
function recordedOn({ recording: { machine, client, workload } }: Exhibit): string {
  const { cores, cpu, os, node } = machine
  const by = `${client.split(':')[0]}, ${workloadText(workload)}`
  return `Recorded on ${cores} x ${cpu}, ${os}, Node ${node}; the load is ${by}.`
}

/** Says what the picture shows to whoever does not see it, and no more than it shows. */
function picture({ number }: Lie, { tree }: Exhibit): string {
  const { byRole } = shares(tree!)
  const widest = Object.entries(byRole)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([role, share]) => `${role} ${percent(share)}`)
  const file = `../${directoryOf(number)}/${files.picture}`
  return `![The flame graph that was shown: ${widest.join(', ')}](${file})`
}

function answer(lie: Lie, exhibit: Exhibit): string {
  const { view } = lie.hint
  // A whole flame graph is too long for a page, and stands in it as a picture already.
  const lines = findView(view)!.lines(exhibit)
  const end = lines.indexOf('')
  return [
    '<details>',
    '<summary>Answer</summary>',
    '',
    `**${lie.cause}.** ${lie.answer(exhibit)}`,
    '',
    text(end < 0 ? lines : lines.slice(0, end)),
    '',
    lie.lesson,
    '',
    '```sh',
    ...lie.right,
    '```',
    '',
    '</details>',
  ].join('\n')
}

function text(lines: readonly string[]): string {
  return ['```text', ...lines.map((line) => stripVTControlCharacters(line).trimEnd()), '```'].join(
    '\n',
  )
}
