/** A room of twenty machines with real figures, and a folder with other files in it. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fetchedBy } from '../views/fetched-by.ts'
import { type Bundle, readBundle } from './bundle.ts'
import { readRoom } from './room.ts'
import { roomFigures } from './room-figures.ts'
import { guessTables } from './room-guesses.ts'
import { roomDocument, roomPage, roomSummary } from './room-page.ts'
import { bundleOf, reference, referenceMachine, stageCount } from './test-bundles.ts'

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
    figures: roomFigures(room.people, reference.figures),
    guesses: guessTables(room.people, reference),
    reference: referenceMachine,
  }
}

it('twenty bundles: every machine in every table of a page that loads nothing', () => {
  for (let at = 0; at < 20; at++) put(`lab-results-${at}.json`, bundleOf(at))
  const shown = view()
  // Without pipelining, and with it.
  expect(shown.figures.stages).toHaveLength(2 * stageCount)
  for (const { rows } of shown.figures.stages) expect(rows).toHaveLength(20)
  const summary = roomSummary(shown, 'room.html').split('\n')
  expect(summary[0]).toBe(`The room: 20 machines, ${stageCount} stages`)
  expect(summary).toHaveLength(2)
  const page = roomPage(shown)
  expect(page).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
  expect(fetchedBy(page)).toEqual([])
  expect(page).not.toContain('<script')
  expect(page).toContain('stage4, writes per SET, pipeline 16')
  expect(page).toContain('1 to 20 system calls, median 11')
  expect(page).toContain('recorded: 46 system calls')
  expect(page).toContain('20 x something else')
  expect(page).not.toContain(', 95 %')
  expect(page.match(/>Person 19</g)!.length).toBeGreaterThan(stageCount)
  expect(JSON.parse(JSON.stringify(roomDocument(shown))).people).toHaveLength(20)
})

/** A person whose servers are slower by a factor. */
function slower(at: number, factor: number): Bundle {
  const bundle = bundleOf(at)
  for (const reading of bundle.readings) {
    reading.requestsPerSecond /= factor
    const { cpu } = reading.counters
    if (cpu !== undefined && 'value' in cpu) cpu.value *= factor
  }
  return bundle
}

it('times spread, counters are equal; a ratio does not depend on the speed of the machine', () => {
  for (const [at, factor] of [1, 2, 5].entries()) put(`${at}.json`, slower(at, factor))
  const { stages, steps, counters } = view().figures
  const [stage1] = stages
  expect(stage1!.cpu!.most / stage1!.cpu!.least).toBeCloseTo(5)
  expect(stage1!.cpu!.middle / stage1!.cpu!.least).toBeCloseTo(2)
  const step = steps.find(({ stage, pipeline }) => stage === 'stage2' && pipeline === 1)!
  expect(step.cpu).toMatchObject({ count: 3 })
  expect(step.cpu!.most).toBeCloseTo(step.cpu!.least)
  expect(step.cpu!.middle).toBeCloseTo(step.reference.cpu!)
  expect(counters.every(({ equal }) => equal)).toBe(true)
})

it('a counter that differs is called different; a missing one is not zero', () => {
  const [odd, mac] = [bundleOf(1), bundleOf(2)]
  for (const reading of odd.readings) reading.counters.reads = { value: 2 }
  for (const reading of mac.readings) reading.counters.reads = { missing: 'not counted' }
  put('0.json', bundleOf(0))
  put('1.json', odd)
  put('2.json', mac)
  const shown = view()
  const reads = shown.figures.counters.find(
    ({ stage, of }) => stage === 'stage2' && of === 'reads',
  )!
  expect(reads).toMatchObject({ equal: false, missing: 1, spread: { most: 2, count: 2 } })
  expect(roomPage(shown)).toContain('<td>1.00 to 2.00</td><td><span class="different">')
  expect(roomPage(shown)).toContain('<td>1.00</td><td><span class="equal">')
  const said = roomSummary(shown, 'x').replace(/\s+/g, ' ')
  expect(said).toContain('differ between machines: stage1 reads; stage1 reads, pipeline 16;')
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
  expect(roomPage(shown)).toContain('Without the rates of')
})

it('of two bundles of one checkout the newer one counts; two people may have one name', () => {
  put('a.json', { ...bundleOf(1, 'Ada'), at: '2026-01-02T00:00:00.000Z', guesses: [] })
  put('b.json', { ...bundleOf(1, 'Ada'), at: '2026-01-01T00:00:00.000Z' })
  put('c.json', bundleOf(2, 'Ada'))
  const { people, notes } = readRoom(folder)
  expect(people.map(({ label }) => label)).toEqual(['Ada', 'Ada (2)'])
  expect(people[0]!.bundle.guesses).toEqual([])
  expect(notes).toEqual(['b.json is skipped: a.json is newer, and from the same checkout'])
})

it('what is not a bundle is skipped, with a note', () => {
  put('good.json', bundleOf(0))
  put('cut.json', JSON.stringify(bundleOf(1)).slice(0, 2000))
  put('empty.json', '')
  put('huge.json', ' '.repeat(600_000))
  put('list.json', '[1, 2]')
  put('newer.json', { ...bundleOf(1), format: 3 })
  put('older.json', { ...bundleOf(1), format: 1 })
  put('other.json', { kind: 'comparison', format: 1 })
  put('notes.txt', 'hello')
  const pipe = spawnSync('mkfifo', [join(folder, 'pipe.json')]).status === 0
  const { people, notes } = readRoom(folder)
  expect(people).toHaveLength(1)
  const text = notes.join('\n')
  expect(text).toContain('cut.json is not JSON, or was cut off')
  expect(text).toContain('empty.json is empty')
  expect(text).toContain('huge.json has 600 kB: a bundle is much smaller')
  expect(text).toContain('list.json is not a bundle of the lab')
  expect(text).toContain('newer.json was made by a newer lab')
  expect(text).toContain('older.json was made by an older lab: git pull there')
  expect(text).toContain('other.json is not a bundle of the lab')
  expect(text).toContain('not bundles, by their names: notes.txt')
  if (pipe) expect(text).toContain('pipe.json is not a file')
  // On the wall, the room comes first.
  expect(roomPage(view())).toMatch(/<details><summary class="warning">\d+ notes on files/)
})

it('a bundle that an editor has saved, or a stick has renamed, counts', () => {
  const text = JSON.stringify(bundleOf(0))
  put('notepad.json', `\ufeff${text}`)
  const utf16 = Buffer.from(`\ufeff${JSON.stringify(bundleOf(1))}`, 'utf16le')
  writeFileSync(join(folder, 'utf16.json'), utf16)
  put('LAB-RES~1.JSON', bundleOf(2))
  expect(readRoom(folder)).toMatchObject({ people: { length: 3 }, notes: [] })
})

it('a name that is too wide for the room beside the bars is cut', () => {
  put('0.json', bundleOf(0, 'BARTHOLOMEW MAXIMILIAN'))
  put('1.json', bundleOf(1, 'Bartholomew Max'))
  const names = [...roomPage(view()).matchAll(/text-anchor="end">(Bar[^<]*|BAR[^<]*)</g)]
  expect(new Set(names.map(([, name]) => name))).toEqual(new Set(['BARTHOLO…', 'Bartholomew…']))
})

const damages: [what: string, damage: (bundle: Bundle) => void, says: RegExp][] = [
  ['no name', (one) => Object.assign(one, { name: ' ' }), /name is empty/],
  ['a wrong date', (one) => (one.at = 'yesterday'), /at is not a date/],
  [
    'an unknown stage',
    (one) => (one.readings[0]!.stage = 'stage99'),
    /readings\.0\.stage is not a stage/,
  ],
  [
    'a rate below 0',
    (one) => (one.readings[0]!.requestsPerSecond = -1),
    /readings\.0\.requestsPerSecond is not above 0/,
  ],
  [
    'a count that is text',
    (one) => Object.assign(one.readings[0]!.counters, { reads: 7 }),
    /readings\.0\.counters\.reads: expected/,
  ],
  [
    'no machine',
    (one) => Object.assign(one, { machine: null }),
    /machine: expected Object, not null/,
  ],
  ['no stage', (one) => Object.assign(one.readings[0]!, { stage: null }), /readings\.0\.stage/],
  [
    'too many guesses',
    (one) => (one.guesses = Array(300).fill(one.guesses[0])),
    /guesses has more than 200/,
  ],
]

it.each(damages)(
  'a bundle with %s is damaged, and the error names the field',
  (_, damage, says) => {
    const bundle = bundleOf(0)
    damage(bundle)
    expect(() => readBundle(JSON.stringify(bundle))).toThrow(says)
  },
)

it('names cannot move the cursor or end a tag', () => {
  const bundle = bundleOf(0, 'A\x1b[2J<b>\u202e')
  bundle.machine.cpu = '<script>alert(1)</script>'
  put('0.json', bundle)
  const shown = view()
  expect(shown.room.people[0]!.label).not.toMatch(/\p{C}/u)
  expect(roomPage(shown)).not.toMatch(/<b>[^A-Z\d]|<script/)
})

it('a missing folder, a file, or a folder without a bundle is an error with the next command', () => {
  const next = expect.stringContaining('npm run')
  expect(() => readRoom(join(folder, 'none'))).toThrow(expect.objectContaining({ next }))
  expect(() => readRoom(folder)).toThrow(/there is no bundle/)
  put('x.json', '{}')
  expect(() => readRoom(join(folder, 'x.json'))).toThrow(/it is a file/)
  expect(() => readRoom(folder)).toThrow(expect.objectContaining({ exitCode: 1 }))
})
