/** A recording to be judged, in Markdown, for `docs/find-the-lie.md`. */
import { stripVTControlCharacters } from 'node:util'
import { percent } from '../flame/caption.ts'
import { shares } from '../flame/roles.ts'
import { workloadText } from '../load/workload.ts'
import { files } from '../report/flame-files.ts'
import type { Lie } from './pitfall.ts'
import { findRecorded, type RecordedPitfall } from './pitfalls.ts'
import { directoryOf, type Recording, readRecording } from './recording.ts'
import { findLook } from './tables.ts'

/**
 * The block between `<!-- lie: WORDS -->` and `<!-- end -->`.
 * @param words `1`: the claim and what was shown for it; `1 answer`: the answer, folded
 * @returns Markdown without a newline at its end
 * @throws Error if there is no such recording; LabError if it cannot be read
 */
export function lieBlock(words: string): string {
  const [number = '', part, ...rest] = words.trim().split(/\s+/)
  const pitfall = findRecorded(number)
  if (pitfall === undefined || rest.length > 0 || (part !== undefined && part !== 'answer')) {
    throw new Error(`lie: expects a number, or a number and "answer", not "${words}"`)
  }
  const recording = readRecording(pitfall.lie.number)
  return part === 'answer' ? answer(pitfall, recording) : claim(pitfall.lie, recording)
}

function claim(lie: Lie, recording: Recording): string {
  const parts = [`> ${lie.claim(recording)}`, text(lie.shown(recording))]
  if (recording.tree !== undefined) parts.push(picture(lie, recording))
  parts.push(recordedOn(recording))
  return parts.join('\n\n')
}

/** The machine and the load, as under every figure of a page. */
export function recordedOn({ machine, client, workload }: Recording): string {
  const { cores, cpu, os, node } = machine
  const by = `${client.split(':')[0]}, ${workloadText(workload)}`
  return `Recorded on ${cores} x ${cpu}, ${os}, Node ${node}; the load is ${by}.`
}

/** The alternative text says what the picture shows, and no more. */
function picture({ number }: Lie, { tree }: Recording): string {
  const { byRole } = shares(tree!)
  const widest = Object.entries(byRole)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([role, share]) => `${role} ${percent(share)}`)
  const file = `../${directoryOf(number)}/${files.picture}`
  return `![The flame graph that was shown: ${widest.join(', ')}](${file})`
}

function answer({ lie, name }: RecordedPitfall, recording: Recording): string {
  // Without the flame graph as text: the page has it as a picture.
  const lines = findLook(lie.hint.look)!.lines(recording)
  const end = lines.indexOf('')
  return [
    '<details>',
    '<summary>Answer</summary>',
    '',
    `**${name}.** ${lie.answer(recording)}`,
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
