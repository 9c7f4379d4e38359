/** What readers are shown of the step from one stage to the next. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { directoryOf } from '../run/server.ts'
import { stages } from '../stages.ts'
import { hasSwitches, hunkHead, LONGEST_HUNK, stageDifference } from './difference.ts'
import { piecesIn } from './pieces.ts'
import { sourceNames } from './sources.ts'
import { withoutSwitches } from './switches.ts'

const steps = stages.slice(1).map((to, at) => ({ from: stages[at]!, to }))

it.each(steps)('the difference to $to.id is cut into hunks that can be read in one go', (step) => {
  for (const { name, hunks } of stageDifference(step.from, step.to)) {
    for (const { lines, number } of hunks) {
      expect(lines.length, `${name} ${number}`).toBeLessThanOrEqual(LONGEST_HUNK)
      expect(lines.some((line) => !line.startsWith(' '))).toBe(true)
    }
  }
})

it('a long hunk is cut between functions, and named after them', () => {
  const parser = stageDifference(stages[1]!, stages[2]!).find(({ name }) => name === 'parser.ts')!
  expect(parser.hunks.map(hunkHead)).toContainEqual(
    expect.stringMatching(/^@@ hunk \d of \d, line \d+ → \d+: parseLength @@$/),
  )
})

it('lines have their numbers in the file, whatever was left out before them', () => {
  const files = stageDifference(stages[2]!, stages[3]!)
  const replies = files.find(({ name }) => name === 'replies.ts')!
  expect(hasSwitches(replies)).toBe(true)
  expect(hasSwitches(files.find(({ name }) => name === 'main.ts')!)).toBe(false)
  const text = readFileSync(join(directoryOf('stage4'), 'replies.ts'), 'utf8').split('\n')
  for (const { lines, places } of replies.hunks) {
    for (const [at, line] of lines.entries()) {
      if (line !== '+  send(): void {') continue
      expect(text[replies.numbers.after[places[at]!.after - 1]! - 1]).toBe('  send(): void {')
    }
  }
  expect.assertions(3)
})

it.each(stages)('nothing of the switches of $id is shown', ({ id }) => {
  const texts = sourceNames(directoryOf(id)).map((name) => {
    const text = readFileSync(join(directoryOf(id), name), 'utf8')
    return { name, text, shown: withoutSwitches(text).lines.join('\n') }
  })
  for (const { name, text, shown } of texts) {
    const switches = [...text.matchAll(/^const (\w+) = optimization\(/gm)].map(([, word]) => word!)
    expect(shown).not.toMatch(/\boptimization\b/)
    for (const word of switches) expect(shown).not.toMatch(new RegExp(`\\b${word}\\b`))
    expect(() => piecesIn(shown, name)).not.toThrow()
    if (switches.length === 0) expect(shown).toBe(text)
  }
})
