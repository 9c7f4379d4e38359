import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lessonState, openProgress, resetProgress } from './progress-store.ts'

const day = new Date('2026-11-22T20:00:00Z')
let directory: string
let said: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lab course '))
  said = []
})
afterEach(() => {
  chmodSync(directory, 0o700)
  rmSync(directory, { recursive: true, force: true })
})

const open = (where = directory) =>
  openProgress(
    (line) => said.push(line),
    where,
    () => day,
  )

it('what is saved is there the next time, in a file that a person can read', () => {
  const store = open(join(directory, 'new'))
  lessonState(store.state, 'stage1').guesses['stage1.reads'] = { guess: 7, at: day.toISOString() }
  store.state.at = { lesson: 'stage1', step: 'run' }
  store.save()
  const again = open(join(directory, 'new'))
  expect(again.state).toEqual(store.state)
  expect(again.notes).toEqual([])
  expect(readFileSync(join(directory, 'new', 'course.json'), 'utf8')).toContain('  "format": 2')
  expect(said).toEqual([])
})

it.each([
  ['', 'it is damaged'],
  ['{"format": 1, "lessons"', 'it is damaged'],
  ['null', 'it is damaged'],
  ['{"format": 1}', 'it is damaged'],
  ['{"format": 1, "lessons": {"stage1": {"guesses": {}}}}', 'it is damaged'],
  ['{"format": 1, "lessons": {}, "at": {"lesson": 3}}', 'it is damaged'],
  ['{"format": 3, "lessons": {}}', 'it is of another version of the lab'],
])('%j is renamed, never lost', (text, why) => {
  writeFileSync(join(directory, 'course.json'), text)
  const store = open()
  expect(store.notes).toEqual([
    `.lab/course.json cannot be used: ${why}. It is now .lab/course-unread-2026-11-22.json, and the course begins again.`,
  ])
  expect(store.state.lessons).toEqual({})
  store.save()
  expect(readFileSync(join(directory, 'course-unread-2026-11-22.json'), 'utf8')).toBe(text)
  expect(open().notes).toEqual([])
})

it('what was done in stage 5 when that was the event loop is in stage 6 now, and that is said', () => {
  const answer = { chosen: 1, right: true, at: day.toISOString() }
  const guess = { guess: 3, at: day.toISOString() }
  const lesson = {
    guesses: { 'stage5.calls': guess },
    outcomes: {},
    answers: { 'stage5.q.risk': answer },
    run: { at: '', recorded: false, directory: 'profiles/local/stage5-lesson-1', machine: '' },
    step: 'guess:stage5.cpu',
    done: null,
  }
  const old = {
    format: 1,
    lessons: { stage4: lesson, stage5: lesson },
    at: { lesson: 'stage5', step: 'guess:stage5.cpu' },
    opened: { stage5: day.toISOString() },
  }
  writeFileSync(join(directory, 'course.json'), JSON.stringify(old))
  const { state, notes } = open()
  expect(notes).toEqual([expect.stringMatching(/^What you did in stage 5, .* is now in stage 6/)])
  expect(Object.keys(state.lessons)).toEqual(['stage4', 'stage6'])
  expect(state.lessons.stage4).toEqual(lesson)
  expect(state.lessons.stage6).toEqual({
    ...lesson,
    guesses: { 'stage6.calls': guess },
    answers: { 'stage6.q.risk': answer },
    run: null,
    step: 'guess:stage6.cpu',
  })
  expect(state.at).toEqual({ lesson: 'stage6', step: 'guess:stage6.cpu' })
  expect(state.opened).toEqual({ stage6: day.toISOString() })
})

it('a reset renames what there was, each time differently', () => {
  expect(resetProgress(directory, day)).toBeUndefined()
  for (const name of ['course-2026-11-22.json', 'course-2026-11-22-2.json']) {
    open().save()
    expect(resetProgress(directory, day)).toBe(name)
  }
  expect(readdirSync(directory).sort()).toEqual([
    'course-2026-11-22-2.json',
    'course-2026-11-22.json',
  ])
})

it('if nothing can be written it says so once, and goes on', () => {
  // A file in the place of the directory: even root cannot write below it.
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const store = open(join(file, 'lab'))
  store.save()
  store.save()
  expect(said).toHaveLength(1)
  expect(said[0]).toMatch(/^Your answers cannot be saved in \.lab \(.*\): the course goes on/)
  expect(store.canSave).toBe(false)
})
