import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { lessons } from '../course/lessons.ts'
import { after, recordedRuns } from './runs.ts'
import { type Answers, scriptTeller } from './script-teller.ts'
import { newState } from './state.ts'
import { tellDiff } from './tell-diff.ts'
import { makeWalk } from './walk.ts'

/** Reads the difference that follows a stage. */
async function read(stage: string, answers: Answers) {
  const lesson = lessons.find((one) => one.stage === stage)!
  const teller = scriptTeller(answers)
  const said: string[][] = []
  const { say } = teller
  teller.say = async (lines, onDemand) => {
    said.push(lines.map(stripVTControlCharacters))
    await say(lines, onDemand)
  }
  const keeper = { state: newState(''), keep: () => {} }
  await tellDiff(lesson, after(lesson)!)(makeWalk(teller, recordedRuns, keeper, () => ''))
  return { said, asked: teller.asked }
}

it('one file: with the words of the chapter, in as many lines as announced', async () => {
  const { said, asked } = await read('stage1', () => 0)
  const [announced, shown] = said
  const count = / (\d+) lines/.exec(announced!.join(' '))![1]
  expect(shown).toHaveLength(Number(count))
  expect(shown!.join('\n')).toMatch(/^@@ hunk 1 of/m)
  expect(shown!.join('\n')).toMatch(/^ {2}\| What changes\./m)
  expect(Math.max(...shown!.map((line) => line.length))).toBeLessThanOrEqual(80)
  expect(asked).toEqual(['diff:stage1', expect.stringContaining('npm run diff -- 1 2')])
})

it('more files: each by itself, or passed over, until it is enough', async () => {
  const files: string[] = []
  const { said } = await read('stage3', (id) => {
    if (id === 'diff:stage3') return 0
    files.push(id)
    return [1, 0, 2][files.length - 1]
  })
  expect(files).toHaveLength(3)
  expect(said).toHaveLength(2)
  expect(said[1]![0]).toContain(files[1]!.split(':')[2])
})

it('later: the command, and nothing of the difference', async () => {
  const { said, asked } = await read('stage2', () => 1)
  expect(asked).toEqual(['diff:stage2'])
  expect(said.flat().join('\n')).not.toContain('@@')
})
