/** A bundle has your own figures, and nothing that identifies the reader or the machine. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, hostname, tmpdir, userInfo } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readMachine } from '../measure/machine.ts'
import { recordedStages } from '../report/reference.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { readBundle } from './bundle.ts'
import { bundleList } from './bundle-list.ts'
import { makeBundle, type Places, readName, writeBundle } from './make-bundle.ts'
import { ownResults } from './own-results.ts'
import { referenceMachine } from './test-bundles.ts'

let home: string
let places: Places

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lab bundle '))
  places = { results: [join(home, 'local'), join(home, 'nowhere')], lab: join(home, '.lab') }
})

afterEach(() => rmSync(home, { recursive: true, force: true }))

/** Writes a document to where a command saves it. */
function keep(name: string, file: string, document: object): void {
  mkdirSync(join(home, 'local', name), { recursive: true })
  writeFileSync(join(home, 'local', name, file), JSON.stringify(document))
}

/** A reference, as if it was run here. */
function run(stage: string, change: object = {}): object {
  const text = readFileSync(join(labRoot, 'profiles', stage, 'result.json'), 'utf8')
  return { ...JSON.parse(text), machine: readMachine(), ...change }
}

it('uses the newest run of each stage', () => {
  keep('stage1-a', 'result.json', run('stage1', { at: '2026-01-01T00:00:00.000Z' }))
  keep('stage1-b', 'result.json', run('stage1', { at: '2026-01-03T00:00:00.000Z' }))
  keep('stage1-c', 'result.json', run('stage1', { at: '2026-01-02T00:00:00.000Z' }))
  const { readings, notes } = ownResults(places.results, readMachine())
  expect(readings.map(({ stage, test, at }) => [stage, test, at.slice(0, 10)])).toEqual([
    ['stage1', 'set', '2026-01-03'],
    ['stage1', 'get', '2026-01-03'],
  ])
  expect(notes).toEqual([])
})

it('leaves out results of another machine, another load and of a copy, and notes it', () => {
  keep('a', 'result.json', run('stage1', { machine: { ...readMachine(), cpu: 'another' } }))
  const workload = { clients: 3, pipeline: 1, payload: 3, keyspace: 1 }
  keep('b', 'result.json', run('stage2', { workload }))
  keep('c', 'result.json', run('stage3', { stage: { id: 'mine', title: '', change: '' } }))
  mkdirSync(join(home, 'local', 'd'))
  writeFileSync(join(home, 'local', 'd', 'result.json'), '{"format":1,')
  const { readings, notes } = ownResults(places.results, readMachine())
  expect(readings).toEqual([])
  expect(notes).toEqual([
    '1 result of another machine: left out',
    "1 result under another load than the article's: left out",
    'd/result.json is left out: it is not JSON, or was cut off',
  ])
})

it('uses the ratios of each step from a comparison', () => {
  mkdirSync(join(home, 'local', 'compare'), { recursive: true })
  cpSync(join(labRoot, 'profiles/compare.json'), join(home, 'local/compare/compare.json'))
  const titles = Object.fromEntries(stages.map(({ id, title }) => [id, title]))
  writeFileSync(join(home, 'local/compare/stages.json'), JSON.stringify(titles))
  const { readings, ratios } = ownResults(places.results, referenceMachine)
  const steps = ratios.filter(({ test, pipeline }) => test === 'set' && pipeline === 1)
  expect(steps.map(({ stage, before }) => `${stage} ${before}`)).toEqual(
    recordedStages
      .filter(({ number }) => recordedStages.some((one) => one.number === number - 1))
      .map(({ id, number }) => `${id} stage${number - 1}`),
  )
  expect(steps[0]!.rate.ratio).toBeGreaterThan(3)
  expect(readings.every(({ from }) => from === 'comparison')).toBe(true)
})

it('a bundle has no path, no user name and no host name, and is read as it was written', () => {
  const result = run('stage2') as { tests: { server: { reads: unknown } }[] }
  result.tests[0]!.server.reads = { missing: `cannot read ${homedir()}/lab: forbidden` }
  keep('stage2', 'result.json', result)
  mkdirSync(places.lab)
  const lessons = {
    stage1: {
      guesses: { 'stage1.reads': { guess: 12, at: 'x' }, 'stage9.secret': { guess: 'mine' } },
      outcomes: { 'stage1.reads': { verdict: 'off', measured: '46' } },
      run: { directory: homedir() },
    },
  }
  writeFileSync(join(places.lab, 'course.json'), JSON.stringify({ format: 1, lessons }))
  const { bundle } = makeBundle(undefined, places)
  expect(bundle.guesses).toEqual([{ id: 'stage1.reads', guess: 12, verdict: 'off' }])
  expect(bundle.name).toBe(`guest-${bundle.id.slice(0, 4)}`)
  const file = writeBundle(bundle, join(home, 'out'))
  const text = readFileSync(file, 'utf8')
  for (const secret of [homedir(), hostname(), labRoot, home, 'stage9.secret']) {
    expect(text).not.toContain(secret)
  }
  expect(text).not.toMatch(new RegExp(`"${userInfo().username}"`))
  expect(text).toContain('cannot read …')
  expect(readBundle(text)).toEqual(bundle)
  const shown = bundleList(bundle, [], file).split('\n')
  expect(shown.filter((line) => line.length > 80 && !line.includes(home))).toEqual([])
  expect(shown.join('\n')).toContain('stage2 GET')
})

it('a second bundle of a checkout has the same id, another checkout another', () => {
  keep('stage2', 'result.json', run('stage2'))
  const first = makeBundle('Ada', places).bundle
  expect(makeBundle('Bob', places).bundle.id).toBe(first.id)
  const other = { ...places, lab: join(home, 'other') }
  expect(makeBundle('Ada', other).bundle.id).not.toBe(first.id)
  // The folder as it is, copied to a neighbour: two people, and both count.
  cpSync(places.lab, join(home, 'copy'), { recursive: true })
  expect(makeBundle('Eve', { ...places, lab: join(home, 'copy') }).bundle.id).not.toBe(first.id)
})

it('without results it says which command to run', () => {
  expect(() => makeBundle('Ada', places)).toThrow(
    expect.objectContaining({ next: 'npm run stage 1', exitCode: 1 }),
  )
})

it('the file is called after the name, whatever the name', () => {
  keep('stage2', 'result.json', run('stage2'))
  const { bundle } = makeBundle('../Ada Lóvelace/..', places)
  const end = bundle.id.slice(0, 4)
  const fileOf = (name: string) => basename(writeBundle({ ...bundle, name }, home))
  expect(writeBundle(bundle, home)).toBe(join(home, `lab-results-ada-lóvelace-${end}.json`))
  expect(fileOf('../..')).toBe(`lab-results-guest-${end}.json`)
  expect(fileOf(`guest-${end}`)).toBe(`lab-results-guest-${end}.json`)
  // On one stick, a second Ada does not replace the first.
  const other = writeBundle({ ...bundle, id: 'f00d00000000' }, home)
  expect(basename(other)).toBe('lab-results-ada-lóvelace-f00d.json')
  expect(readName(' 李 ')).toBe('李')
  for (const wrong of ['', '  ', 'x'.repeat(41), 'a\x1b[2Jb', 'a\u202eb']) {
    expect(() => readName(wrong)).toThrow(expect.objectContaining({ exitCode: 2 }))
  }
})

const damages: [what: string, change: object, note: RegExp][] = [
  [
    'no machine',
    { machine: null },
    /^a\/result\.json is left out: .*machine: expected Object, not null/,
  ],
  ['no stage', { stage: null }, /stage: expected Object, not null/],
  ['no tests', { tests: [{}] }, /tests\.0\.summary: expected/],
  ['no content', { tests: undefined, profile: undefined }, /it has no results in it/],
]

it.each(damages)(
  'a result with %s is left out, and the note names the field',
  (_, change, note) => {
    keep('a', 'result.json', run('stage1', change))
    keep('b', 'result.json', run('stage2'))
    writeFileSync(join(home, 'local', 'b', 'compare.json'), '{"format":1,"tables":[]}')
    const { readings, notes } = ownResults(places.results, readMachine())
    expect(readings.map(({ stage }) => stage)).toEqual(['stage2', 'stage2'])
    expect(notes).toHaveLength(2)
    expect(notes[0]).toMatch(note)
    expect(notes[1]).toMatch(/compare\.json is left out: it is damaged: at: expected/)
  },
)
