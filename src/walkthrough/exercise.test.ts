import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, expect, it } from 'vitest'
import { exerciseLessons } from '../course/lessons.ts'
import { flameCommand } from '../exercises.ts'
import { exerciseLines } from './exercise-lines.ts'
import { runExercise, savedRun } from './lesson-run.ts'
import { judgeAll } from './predictions.ts'
import { lessonState, newState } from './progress-store.ts'

const place = mkdtempSync(join(tmpdir(), 'lab-exercise-'))
afterAll(() => rmSync(place, { recursive: true, force: true }))

const lesson = exerciseLessons.find(({ id }) => id === 'delivery')!

it('measures an exercise, saves it, and judges the guesses by what was saved', {
  timeout: 240_000,
}, async () => {
  const run = await runExercise(lesson, () => {}, {
    lengths: { load: 0.3, warmUp: 0.2, window: 0.6 },
    places: { directories: [place], notify: () => {} },
  })
  const saved = await savedRun(run.record, lesson)
  expect(saved).toMatchObject({ measured: { exercise: 'delivery' }, tree: { grouping: 'layers' } })
  const own = lessonState(newState(''), lesson.id)
  own.guesses['delivery.waits'] = { guess: 8, at: '' }
  judgeAll(lesson, own, saved!, undefined)
  expect(own.outcomes['delivery.waits']).toMatchObject({ verdict: 'right' })
  expect(own.outcomes['delivery.busy']?.measured).toMatch(/^[\d.]+ %/)
  const lines = exerciseLines(run, 80).map(stripVTControlCharacters)
  expect(lines.filter((line) => line.length > 80)).toEqual([])
  expect(lines.join('\n')).toMatch(/waits for the warehouse, one after the other +8\.00/)
})

it('names the command that draws the same flame graph', () => {
  const commands = exerciseLessons.map(({ exercise }) => flameCommand(exercise))
  expect(new Set(commands).size).toBe(exerciseLessons.length)
  for (const command of commands) {
    expect(command).toMatch(/^npm run flame -- docs\/your-own-server\/main\.ts --(http|load) /)
  }
})
