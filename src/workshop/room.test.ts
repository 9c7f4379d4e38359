/** A room of machines: real figures, twenty of them, and whatever else lies in the folder. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fetchedBy } from '../report/self-contained.ts'
import type { Bundle } from './bundle.ts'
import { readBundle } from './read-bundle.ts'
import { readRoom } from './room.ts'
import { roomFigures } from './room-figures.ts'
import { guessTables } from './room-guesses.ts'
import { roomPage } from './room-page.ts'
import { roomDocument, roomScreen } from './room-screen.ts'
import { bundleOf, recorded, referenceMachine, stageCount } from './test-bundles.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lab room '))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, content: object | string): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  writeFileSync(join(folder, name), text)
}

function view() {
  const room = readRoom(folder)
  return {
    room,
    figures: roomFigures(room.people, recorded.figures),
    guesses: guessTables(room.people, recorded.reports, recorded.comparison),
    reference: referenceMachine,
  }
}

it('twenty bundles: every machine in every table, 80 columns, a page that asks for nothing', () => {
  for (let at = 0; at < 20; at++) put(`lab-results-${at}.json`, bundleOf(at))
  const shown = view()
  // One at a time, and in batches.
  expect(shown.figures.stages).toHaveLength(2 * stageCount)
  for (const { rows } of shown.figures.stages) expect(rows).toHaveLength(20)
  const screen = roomScreen(shown)
  expect(screen.split('\n').filter((line) => line.length > 80)).toEqual([])
  expect(screen).toMatch(/^Person 19 +[\d,~]+/m)
  expect(screen).toContain('stage1 46.0 reads')
  expect(screen.replace(/\s+/g, ' ')).toContain('stage4 0.063 writes, batches of 16')
  expect(screen).toContain('1 to 20 system calls, half of the room up to 11')
  expect(screen).toContain('recorded: 46 system calls')
  expect(screen).toContain('20 x something else')
  const page = roomPage(shown)
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  expect(fetchedBy(page)).toEqual([])
  expect(page).not.toContain('<script')
  expect(page).not.toContain(', 95 %')
  expect(page.match(/>Person 19</g)!.length).toBeGreaterThan(stageCount)
  expect(JSON.parse(JSON.stringify(roomDocument(shown))).people).toHaveLength(20)
})

/** A person whose servers take `factor` times as long. */
function slower(at: number, factor: number): Bundle {
  const bundle = bundleOf(at)
  for (const reading of bundle.readings) {
    reading.requestsPerSecond /= factor
    if ('value' in reading.cpu) reading.cpu.value.total *= factor
  }
  return bundle
}

it('times spread, counters are alike; a ratio of one machine does not know how fast it is', () => {
  for (const [at, factor] of [1, 2, 5].entries()) put(`${at}.json`, slower(at, factor))
  const { stages, steps, counters } = view().figures
  const [stage1] = stages
  expect(stage1!.cpu!.most / stage1!.cpu!.least).toBeCloseTo(5)
  expect(stage1!.cpu!.middle / stage1!.cpu!.least).toBeCloseTo(2)
  const step = steps.find(({ stage, pipeline }) => stage === 'stage2' && pipeline === 1)!
  expect(step.cpu).toMatchObject({ count: 3 })
  expect(step.cpu!.most).toBeCloseTo(step.cpu!.least)
  expect(step.cpu!.middle).toBeCloseTo(step.reference.cpu!)
  expect(counters.every(({ alike }) => alike)).toBe(true)
})

it('a counter that differs is said to differ; one that is missing is not zero', () => {
  const [odd, mac] = [bundleOf(1), bundleOf(2)]
  for (const reading of odd.readings) reading.reads = { value: 2 }
  for (const reading of mac.readings) reading.reads = { missing: 'not counted' }
  put('0.json', bundleOf(0))
  put('1.json', odd)
  put('2.json', mac)
  const shown = view()
  const reads = shown.figures.counters.find(
    ({ stage, of }) => stage === 'stage2' && of === 'reads',
  )!
  expect(reads).toMatchObject({ alike: false, missing: 1, spread: { most: 2, count: 2 } })
  expect(roomScreen(shown)).toContain('stage2 reads: from 1.00 to 2.00')
})

it('the rate of a client-bound machine is marked, and left out of the spread', () => {
  const bound = bundleOf(0)
  for (const reading of bound.readings) reading.clientBusy = 0.99
  bound.ratios = []
  put('0.json', bound)
  const shown = view()
  expect(shown.figures.stages[0]!.rate).toBeNull()
  const step = shown.figures.steps.find(({ stage }) => stage === 'stage2')!
  expect(step).toMatchObject({ rate: null, clientBound: 1, cpu: { count: 1 } })
  expect(roomScreen(shown)).toMatch(/^Person 0 +[\d,]+\*/m)
})

it('of two bundles of one checkout the newer counts; two people of one name are told apart', () => {
  put('a.json', { ...bundleOf(1, 'Ada'), at: '2026-01-02T00:00:00.000Z', guesses: [] })
  put('b.json', { ...bundleOf(1, 'Ada'), at: '2026-01-01T00:00:00.000Z' })
  put('c.json', bundleOf(2, 'Ada'))
  const { people, notes } = readRoom(folder)
  expect(people.map(({ label }) => label)).toEqual(['Ada', 'Ada (2)'])
  expect(people[0]!.bundle.guesses).toEqual([])
  expect(notes).toEqual(['b.json is passed over: a.json is newer, and of the same checkout'])
})

it('what is no bundle is named and passed over', () => {
  put('good.json', bundleOf(0))
  put('cut.json', JSON.stringify(bundleOf(1)).slice(0, 2000))
  put('empty.json', '')
  put('huge.json', ' '.repeat(600_000))
  put('list.json', '[1, 2]')
  put('newer.json', { ...bundleOf(1), format: 2 })
  put('other.json', { kind: 'comparison', format: 1 })
  put('notes.txt', 'hello')
  const pipe = spawnSync('mkfifo', [join(folder, 'pipe.json')]).status === 0
  const { people, notes } = readRoom(folder)
  expect(people).toHaveLength(1)
  const told = notes.join('\n')
  expect(told).toContain('cut.json is not JSON, or was cut off')
  expect(told).toContain('empty.json is empty')
  expect(told).toContain('huge.json has 600 kB: a bundle is much smaller')
  expect(told).toContain('list.json is no bundle of the lab')
  expect(told).toContain('newer.json was made by a newer lab')
  expect(told).toContain('other.json is no bundle of the lab')
  expect(told).toContain('no bundles, by their names: notes.txt')
  if (pipe) expect(told).toContain('pipe.json is no file')
})

const damages: [what: string, damage: (bundle: Bundle) => void, says: RegExp][] = [
  ['no name', (one) => Object.assign(one, { name: ' ' }), /no name/],
  ['a date that is none', (one) => (one.at = 'yesterday'), /no date/],
  ['an unknown stage', (one) => (one.readings[0]!.stage = 'stage99'), /does not have/],
  ['a rate below 0', (one) => (one.readings[0]!.requestsPerSecond = -1), /requestsPerSecond/],
  ['a count that is text', (one) => Object.assign(one.readings[0]!, { reads: 7 }), /missing/],
  ['no machine', (one) => Object.assign(one, { machine: null }), /missing/],
  ['too many guesses', (one) => (one.guesses = Array(300).fill(one.guesses[0])), /guesses/],
]

it.each(damages)('a bundle with %s is passed over', (_, damage, says) => {
  const bundle = bundleOf(0)
  damage(bundle)
  expect(() => readBundle(JSON.stringify(bundle))).toThrow(says)
})

it('names cannot move the cursor, nor end a tag', () => {
  const bundle = bundleOf(0, 'A\x1b[2J<b>\u202e')
  bundle.machine.cpu = '<script>alert(1)</script>'
  put('0.json', bundle)
  const shown = view()
  expect(roomScreen(shown).replaceAll('\n', '')).not.toMatch(/\p{C}/u)
  expect(roomPage(shown)).not.toMatch(/<b>[^A-Z\d]|<script/)
})

it('a folder that is not there, is a file, or holds no bundle is an error with a way on', () => {
  const next = expect.stringContaining('npm run')
  expect(() => readRoom(join(folder, 'none'))).toThrow(expect.objectContaining({ next }))
  expect(() => readRoom(folder)).toThrow(/there is no bundle/)
  put('x.json', '{}')
  expect(() => readRoom(join(folder, 'x.json'))).toThrow(/it is a file/)
  expect(() => readRoom(folder)).toThrow(expect.objectContaining({ exitCode: 1 }))
})
