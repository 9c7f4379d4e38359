/** What damaged or foreign files among the results may do to the page: nothing. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { lessonOf } from '../course/lessons.ts'
import { loadNotes } from '../experiment/comparison-notes.ts'
import { fakeComparison } from '../experiment/fake-comparison.ts'
import { defaultWorkload } from '../load/workload.ts'
import { writeFlame } from '../report/flame-files.ts'
import { labRoot } from '../run/server.ts'
import type { StageData } from './api/index.ts'
import { judgeByRun } from './course.ts'
import { openResults } from './results.ts'
import { startTestLab, type TestLab } from './test-lab.ts'

const home = mkdtempSync(join(tmpdir(), 'lab results '))
const place = join(home, 'results')
mkdirSync(place)

/** Saves a result as a command does. */
function save(name: string, file: string, text: string): void {
  mkdirSync(join(place, name), { recursive: true })
  writeFileSync(join(place, name, file), text)
}

const good = 'stage2-2026-01-02-030405'
const whole = () =>
  cpSync(join(labRoot, 'profiles', 'stage2'), join(place, good), { recursive: true })

let lab: TestLab
beforeAll(async () => {
  whole()
  lab = await startTestLab({ places: [place] })
})
afterAll(async () => {
  await lab.close()
  rmSync(home, { recursive: true, force: true })
})

it.each([
  ['stage2-2026-01-01-000001', 'result.json', '{"format":1}'],
  ['stage2-2026-01-01-000002', 'result.json', 'null'],
  ['stage2-2026-01-01-000003', 'result.json', '{"format":1,"stage":null,"machine":null}'],
  ['compare-2026-01-01-000004', 'compare.json', '{"format":1'],
  ['stage2-lesson-2026-01-01-000005', 'compare.json', '{"format":1,"plan":{}}'],
  ['findings-2026-01-01-000006', 'findings.json', '{"findings":{}}'],
])('%s/%s with %s is left out and named, and all the rest is there', async (name, file, text) => {
  save(name, file, text)
  for (const path of [
    '/api/lab',
    '/api/results',
    `/api/stage/stage2?run=${good}`,
    '/api/findings',
  ]) {
    const { status, text } = await lab.ask(path)
    expect(status, `${path}: ${text.slice(0, 200)}`).toBe(200)
  }
  const { results, notes } = (await lab.ask('/api/lab')).json()
  const ids = results.map(({ id }: { id: string }) => id)
  expect(ids).toContain(good)
  expect(ids).not.toContain(name)
  expect(notes.join('\n')).toMatch(new RegExp(`${name} is left out: ${file} is damaged`))
})

it.each([
  ['another form', '{"root":7}', /^profile\.json is damaged at root/],
  ['cut off', '{"root":{"name":"node', /^profile\.json is damaged: it was cut off/],
  ['missing', undefined, /^this result was cut off: its profile\.json is missing/],
])('a profile that is %s: the result says so, and how to be rid of it', async (_, text, wanted) => {
  const name = 'stage2-flame-2026-01-01-000007'
  save(name, 'profile.json', text ?? '')
  if (text === undefined) rmSync(join(place, name, 'profile.json'))
  const { status, json } = await lab.ask(`/api/stage/stage2?run=${name}`)
  expect(status).toBe(200)
  const { tree, noTree } = json() as StageData
  expect(tree).toBeNull()
  expect(noTree?.happened).toMatch(wanted)
  expect(noTree?.next).toMatch(new RegExp(`rm -r .*${name}$`))
})

it('what a symbolic link leads to is no result', async () => {
  const name = 'stage2-2026-01-01-000008'
  symlinkSync(join(place, good), join(place, name))
  expect((await openResults([place]).list()).map(({ id }) => id)).not.toContain(name)
})

it('a place that others may write to, or that is a symbolic link, is not looked into', async () => {
  const names = async (at: string) => (await openResults([at]).list()).map(({ id }) => id)
  expect(await names(place)).toContain(good)
  const link = join(home, 'link')
  symlinkSync(place, link)
  expect(await names(link)).not.toContain(good)
  chmodSync(place, 0o777)
  try {
    expect(await names(place)).not.toContain(good)
  } finally {
    chmodSync(place, 0o700) // the other tests look into it
  }
})

it.each([
  ['stage2-lesson-2026-01-03-000001', 0.17],
  ['stage2-lesson-2026-01-03-000002', 0.95],
])(
  '%s had %d of a core: it is said of guesses, flame graph and difference',
  async (name, share) => {
    const names = ['stage1', 'stage2', 'stage4']
    const made = fakeComparison(() => ({ rate: 1000, cpu: 50, busy: 0.2 }), {
      targets: names.map((name) => ({ name, server: name })),
      workloads: [{ ...defaultWorkload, pipeline: lessonOf('stage2').pipeline }],
      baseline: 'stage1',
    })
    const load = { before: 16, after: 20, coreShare: share }
    save(name, 'compare.json', JSON.stringify({ ...made, load }))
    const tree = JSON.parse(readFileSync(join(labRoot, 'profiles/stage2/profile.json'), 'utf8'))
    const caption = { title: 'stage2', workload: 'SET' }
    await writeFlame(join(place, name), tree, caption, loadNotes(load, 2))
    const text = expect.stringMatching(/^The machine was busy: load average 16\.0 before/)
    const busy = share < 0.9
    const { notes, comparison } = (await lab.ask(`/api/stage/stage2?run=${name}`)).json()
    expect(notes).toEqual(busy ? [{ text, warns: true }] : [])
    expect(comparison.load).toEqual(load)
    const pair = (await lab.ask(`/api/difference/stage1/stage2?after=${name}`)).json()
    const said = pair.notes.filter((note: string) =>
      note.startsWith('stage2: The machine was busy'),
    )
    expect(said).toHaveLength(busy ? 1 : 0)
    const course = { results: openResults([place]), directory: join(home, 'lab') }
    const { lessons } = await judgeByRun('stage2', join(place, name), course)
    expect(lessons.stage2?.run).toMatchObject({ result: name, recorded: false })
    expect(lessons.stage2?.run?.busy).toEqual(busy ? text : undefined)
  },
)
