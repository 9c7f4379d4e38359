import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { LabError } from '../run/lab-error.ts'
import { stageOfCopy } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import { sourceNames } from '../source/sources.ts'
import { stages } from '../stages.ts'
import { compileCopies, continuedCopy, copyStage, currentCopy, typeErrors } from './copy.ts'
import { readReached, readShown, saveReached, saveShown, taskOf } from './tasks.ts'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lab-copy-'))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8')

it('copies the files of a stage, and settings for an editor', () => {
  expect(copyStage('stage1', { root })).toEqual({ copy: 'mine/stage1', previous: undefined })
  const names = sourceNames(join(labRoot, 'stages/stage1'))
  expect(readdirSync(join(root, 'mine/stage1')).sort()).toEqual(names)
  expect(names).toContain('reader.ts')
  for (const name of names) {
    expect(read('mine/stage1', name)).toBe(
      readFileSync(join(labRoot, 'stages/stage1', name), 'utf8'),
    )
  }
  expect(JSON.parse(read('mine/tsconfig.json'))).toMatchObject({ extends: '../tsconfig.json' })
})

it('goes on with another copy, once that does what the stage does', () => {
  copyStage('stage1', { root })
  writeFileSync(join(root, 'mine/stage1/reader.ts'), 'mine')
  expect(continuedCopy('stage2', root)).toBeUndefined()
  saveReached(
    'stage1',
    taskOf('stage1').steps.map(({ id }) => id),
    root,
  )
  const from = continuedCopy('stage2', root)!
  expect(copyStage('stage2', { root, from })).toEqual({ copy: 'mine/stage2', previous: undefined })
  expect(read('mine/stage2/reader.ts')).toBe('mine')
  expect(readReached('stage2', root)).toEqual([])
  expect(() => copyStage('stage3', { root, from: 'mine/stage4' })).toThrow(/there is no copy mine/)
})

it('never writes over work', () => {
  copyStage('stage1', { root })
  writeFileSync(join(root, 'mine/stage1/reader.ts'), 'mine')
  expect(() => copyStage('stage1', { root })).toThrow(LabError)
  expect(read('mine/stage1/reader.ts')).toBe('mine')
})

it('keeps the old copy each time it starts again', () => {
  for (const text of ['first', 'second']) {
    copyStage('stage1', { root, again: true })
    writeFileSync(join(root, 'mine/stage1/reader.ts'), text)
  }
  const { previous } = copyStage('stage1', { root, again: true })
  expect(previous).toBe('mine/stage1-before-3')
  expect(read('mine/stage1-before-2/reader.ts')).toBe('first')
  expect(read('mine/stage1-before-3/reader.ts')).toBe('second')
  expect(read('mine/stage1/reader.ts')).toContain('class Reader')
  expect(stageOfCopy(previous!)?.id).toBe('stage1')
  expect(readdirSync(join(root, 'mine')).filter((name) => name.startsWith('.'))).toEqual([])
})

it('says what to do if nothing can be written', () => {
  expect(() => copyStage('stage1', { root: '/dev/null' })).toThrow(
    /your copy could not be written to mine\/stage1: there is no such directory/,
  )
})

it('goes on with the copy that was changed last', () => {
  expect(currentCopy(root)).toBeUndefined()
  copyStage('stage1', { root })
  copyStage('stage2', { root })
  const at = (stage: string, seconds: number) => {
    for (const name of readdirSync(join(root, 'mine', stage))) {
      utimesSync(join(root, 'mine', stage, name), seconds, seconds)
    }
  }
  at('stage1', 1000)
  at('stage2', 2000)
  expect(currentCopy(root)).toBe('mine/stage2')
  utimesSync(join(root, 'mine/stage1/parser.ts'), 3000, 3000)
  expect(currentCopy(root)).toBe('mine/stage1')
})

it('remembers how far the hints are, and forgets what it cannot read', () => {
  expect(readShown(root)).toEqual({})
  expect(readReached('stage2', root)).toEqual([])
  saveReached('stage2', ['views'], root)
  saveReached('stage1', [], root)
  expect(readReached('stage2', root)).toEqual(['views'])
  copyStage('stage2', { root, again: true })
  expect(readReached('stage2', root)).toEqual([])
  saveShown({ stage1: 2 }, root)
  expect(readShown(root)).toEqual({ stage1: 2 })
  writeFileSync(join(root, '.lab/hints.json'), '{"stage1": "two", "stage2": 1')
  expect(readShown(root)).toEqual({})
})

it('an untouched copy has no type errors; a change that has one is named with its line', async () => {
  for (const name of ['src', 'stages', 'node_modules', 'tsconfig.json', 'package.json']) {
    symlinkSync(join(labRoot, name), join(root, name))
  }
  for (const { id } of stages) copyStage(id, { root })
  expect(await compileCopies(root)).toEqual([])
  for (const name of ['stage1', 'stage2']) {
    appendFileSync(join(root, 'mine', name, 'main.ts'), "export const wrong: number = 'a'\n")
  }
  expect(await typeErrors('mine/stage1', root)).toEqual([
    expect.stringMatching(/^mine\/stage1\/main\.ts\(\d+,14\): error .*not assignable/),
  ])
})
