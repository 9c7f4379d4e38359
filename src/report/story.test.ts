import { stripVTControlCharacters } from 'node:util'
import { expect, it } from 'vitest'
import { fakeComparison, jitter } from '../experiment/fake-comparison.ts'
import { type Frame, type FrameTree, growTree, noFaults } from '../flame/tree.ts'
import { boundText } from '../load/bottleneck.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import { recordedStages } from './reference.ts'
import type { StageReport } from './stage-report.ts'
import { drawStory, readStory, storyLines } from './story.ts'
import { figureTexts, makeStory, type Story, type StoryFrame } from './story-data.ts'
import { storyPicture, storyWords } from './story-picture.ts'

const loop: Frame = { name: 'uv_run', kind: 'native', file: 'libuv' }
const read: Frame = { name: 'read', kind: 'native', file: 'libc' }
const kernel: Frame = { name: 'tcp_recvmsg', kind: 'kernel', file: 'kernel' }
const onRead: Frame = { name: 'onRead', kind: 'js', file: 'stages/stage1/reader.ts', line: 3 }

/** A profile of 1,000 samples, 10 µs of CPU per request in all, if it is of `requests` = 1,000. */
function profile(reading: number, requests: number | undefined = 1000): FrameTree {
  return {
    format: 1,
    source: 'perf',
    method: '',
    unit: { counts: 'samples', worth: 10, of: 'µs' },
    windowSeconds: 1,
    samples: 1000,
    ...(requests === undefined ? {} : { requests }),
    blind: [],
    quality: noFaults(),
    root: growTree([
      { frames: [loop, read, kernel], count: reading },
      { frames: [loop, onRead], count: 1000 - reading },
    ]),
  }
}

function report(id: string, reads: number): StageReport {
  const server = { reads: { value: reads } }
  return {
    ...{ format: 1, at: '2026-11-28T10:00:00.000Z', stage: { id, title: `of ${id}`, change: '' } },
    machine: fakeComparison(() => ({ rate: 1, cpu: 1, busy: 0.5 })).machine,
    tests: [{ summary: { test: 'set' }, server }],
  } as unknown as StageReport
}

const compared = (rate: number, cpu: number, busy = 0.5) =>
  fakeComparison((name, _workload, round) => ({
    rate: (name === 'stage1' ? 10 : name === 'redis' ? 100 : 100 * rate) * jitter(name, round),
    cpu: (name === 'stage1' ? 10 : name === 'redis' ? 1 : cpu) * jitter(`${name}c`, round),
    busy,
  }))

const reports = [report('stage1', 46), report('stage2', 1), report('stage4', 1)]

function story(comparison = compared(2, 0.5)): Story {
  return makeStory(reports, [profile(600), profile(100, 10_000)], comparison)!
}

it('has what a request costs in either, by role, and the frames that stand for it', () => {
  const { first, last } = story()
  expect(first).toMatchObject({ id: 'stage1', number: 1, micros: 10 })
  expect(last.micros).toBeCloseTo(1, 10)
  expect(first.roles.find(({ role }) => role === 'read')!.micros).toBeCloseTo(6, 10)
  const names: string[] = []
  const visit = (frame: StoryFrame) => {
    names.push(frame.name)
    const inside = frame.children.reduce((sum, { micros }) => sum + micros, 0)
    expect(inside).toBeLessThanOrEqual(frame.micros + 1e-9)
    frame.children.forEach(visit)
  }
  visit(first.frames)
  // libc's read and the kernel it calls are one box, named after the call.
  expect(names).toEqual(['all', 'event loop', 'read(2)', 'onRead'])
})

it('has only the reads that change, and those of the first stage', () => {
  const [reads] = figureTexts(story())
  expect(reads).toMatchObject({ figure: '46 → 1', notes: ['stage 1 → stage 2'] })
  const more = [...reports.slice(0, 2), report('stage6', 0.00002)]
  const five = makeStory(more, [profile(1), profile(1)], undefined)!
  expect(figureTexts(five)).toEqual([
    {
      what: 'read(2) calls for one SET',
      figure: '46 → 1 → 0',
      notes: ['stage 1 → stage 2 → stage 6'],
    },
  ])
  expect(five.beside).toEqual([])
  const [asked] = figureTexts(five, true)
  expect(asked?.figure).toBe('? → 1 → 0')
})

it('beside Redis: sure in both directions, or inconclusive', () => {
  const interval = expect.stringMatching(/^stage 4, 95 % interval: [\d.]+–[\d.]+$/)
  const unsure = 'inconclusive: no difference was seen'
  const [, faster] = figureTexts(story())
  expect(faster!.figure).toMatch(/^0\.1\d* → [12]\.\d+$/)
  expect(faster!.notes).toEqual([interval])
  const [, , dearer] = figureTexts(story(compared(0.5, 2)))
  expect(dearer!.figure).toMatch(/^\d+\.\d+ → [12]\.\d+$/)
  expect(dearer!.notes).toEqual([interval])
  const [, rate, cpu] = figureTexts(story(compared(1, 1)))
  expect(rate!.notes).toEqual([interval, unsure])
  expect(cpu!.notes).toEqual([interval, unsure])
  const [, bound] = figureTexts(story(compared(1, 1, 0.99)))
  expect(bound!.figure).toContain('→ ≥ ')
  expect(bound!.notes).toEqual([interval, unsure, ...boundText().split('; ')])
})

it('a profile without a count of requests makes no story', () => {
  const blind = { ...profile(1), requests: undefined } as unknown as FrameTree
  expect(makeStory(reports, [blind, profile(1)], undefined)).toBeUndefined()
})

it('in the terminal both bars are to one scale, at any width', () => {
  for (const columns of [40, 80, 200]) {
    const lines = drawStory(story(), columns).map(stripVTControlCharacters)
    const [one, other] = lines.filter((line) => /^[█▓]+$/.test(line)).map(({ length }) => length)
    expect(one).toBe(Math.min(80, columns))
    expect(other).toBe(Math.round(one! / 10))
    expect(lines.filter((line) => line.length > Math.min(80, columns))).toEqual([])
    expect(lines.join(' ')).toMatch(/\? → 1/)
  }
})

it('the picture is to one scale, needs nothing else, and has a description in words', async () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const width of [340, 838]) {
      const svg = storyPicture(story(), { width, theme, withFigures: width > 500 })
      expect(fetchedBy(svg)).toEqual([])
      expect(svg).not.toMatch(/<script|NaN|undefined|Infinity/)
      const boxes = [
        ...svg.matchAll(/<title>all [^<]*<\/title><rect x="[\d.]+" y="\d+" width="([\d.]+)"/g),
      ]
      const [one, other] = boxes.map(([, wide]) => Number(wide) + 0.8)
      expect(one! / other!).toBeCloseTo(10, 0)
    }
  }
  expect(storyWords(story())).toMatch(/^Two flame graphs to the same scale\. stage1, .*46 → 1/)
})

it('the recordings make one', async () => {
  const story = (await readStory())!
  expect([story.first.id, story.last.id]).toEqual([
    recordedStages[0]!.id,
    recordedStages.at(-1)!.id,
  ])
  expect(story.origin).toMatch(/^Recorded on \d+ x .*, \d+ [A-Z][a-z]+ \d{4}$/)
  expect((await storyLines(80)).length).toBeGreaterThan(8)
})
