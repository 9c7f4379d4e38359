import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { copyStage } from '../check/copy.ts'
import { edit, makeRoot, removeCopies, solve } from '../check/test-copies.ts'
import { stageLessons as lessons } from '../course/lessons.ts'
import { labRoot } from '../run/server.ts'
import { withoutSwitches } from '../source/switches.ts'
import { after, recordedRuns } from './lesson-run.ts'
import { newState } from './progress-store.ts'
import { type Answers, scriptedOutput } from './scripted-output.ts'
import { newSession } from './session.ts'
import { codeLines, diffStep } from './source-steps.ts'
import { ownWorkbench } from './task-step.ts'
import type { Choice } from './terminal.ts'

afterAll(removeCopies)

it.each(lessons)('the code of $stage is shown without a comment', async ({ code }) => {
  const text = await readFile(join(labRoot, code.file), 'utf8')
  const [head, ...lines] = codeLines(text, code)
  expect(head).toContain(code.file)
  expect(lines.join('\n')).not.toMatch(/\/\*|^\s*\d+\s+\*|\/\//m)
  // Each line is where its number says; the switches of compare --ablate are in none.
  const { lines: source, numbers } = withoutSwitches(text)
  for (const line of lines) {
    const [, number, words] = /^\s*(\d+|) {2}(.*)$/.exec(line)!
    if (number !== '') expect(source[numbers.indexOf(Number(number))]).toContain(words!.trim())
  }
})

it('the first code of all fits on one small screen, and holds what the guess rests on', async () => {
  const [{ code }] = lessons as [(typeof lessons)[0]]
  const lines = codeLines(await readFile(join(labRoot, code.file), 'utf8'), code)
  expect(lines.length).toBeLessThanOrEqual(18)
  expect(lines.join('\n')).toContain('Buffer.alloc(1)')
})

/** Reads the difference that follows a stage. */
async function read(stage: string, answers: Answers, root?: string) {
  const lesson = lessons.find((one) => one.id === stage)!
  const output = scriptedOutput(answers)
  const said: string[][] = []
  const menus: Choice[] = []
  const { say, choose } = output
  output.choose = (asked) => {
    menus.push(asked)
    return choose(asked)
  }
  output.say = async (lines, onDemand) => {
    said.push(lines.map(stripVTControlCharacters))
    await say(lines, onDemand)
  }
  const store = { state: newState(''), save: () => {} }
  const bench = root === undefined ? undefined : { ...ownWorkbench, root }
  await diffStep(lesson, after(lesson)!)(newSession(output, recordedRuns, store, () => '', bench))
  return { said, asked: output.asked, menus }
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

it('Enter shows the next file, by the same keys for each, and those that matter come first', async () => {
  const { menus } = await read('stage2', () => 0)
  const [, ...files] = menus
  expect(menus.map(({ before }) => before)).toEqual(menus.map(() => 0))
  expect(new Set(files.map(({ options }) => options.join())).size).toBe(1)
  const names = files.map(({ id }) => id.split(':')[2])
  expect(names.slice(0, 2)).toEqual(['parser.ts', 'reader.ts'])
  // Of these only a comment changes.
  expect(names.slice(2)).toEqual(['arguments.ts', 'connection.ts'])
  const later = (await read('stage4', () => 0)).menus.map(({ id }) => id.split(':')[2])
  expect(later[1]).toBe(
    lessons
      .find(({ id }) => id === 'stage5')!
      .code.file.split('/')
      .at(-1),
  )
})

it('later: the command, and nothing of the difference', async () => {
  const { said, asked } = await read('stage2', () => 1)
  expect(asked).toEqual(['diff:stage2'])
  expect(said.flat().join('\n')).not.toContain('@@')
})

it('from the copy of a reader who has one: what is left to the next stage', async () => {
  const root = makeRoot()
  copyStage('stage1', { root })
  const copy = { id: join(root, 'mine/stage1') }
  edit(copy, 'reader.ts', [['Buffer.alloc(1)', 'Buffer.alloc(99)']])
  const { said } = await read('stage1', () => 1, root)
  expect(said.at(-1)!.join('\n')).toMatch(/^-.*Buffer\.alloc\(99\)/m)
  edit(copy, 'reader.ts', [['Buffer.alloc(99)', 'Buffer.alloc(1)']])
  solve(copy, 'stage1')
  const solved = await read('stage1', () => 1, root)
  expect(solved.said.flat().join('\n')).not.toContain('@@')
  expect(solved.said.at(-1)).toEqual(['Nothing differs: your copy is as stage2 is.'])
  expect(solved.asked.at(-1)).toContain('npm run diff -- mine/stage1 2')
})
