/** The copies of a reader as the page's server gives and takes them, in a directory of their own. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { copyStage } from '../check/copy.ts'
import { saveReached, taskOf } from '../check/tasks.ts'
import { makeRoot, removeCopies } from '../check/test-copies.ts'
import { labRoot } from '../run/server.ts'
import type { DiffData, TaskData, TaskFile } from './api/index.ts'
import { followEvents, startTestLab, type TestLab } from './test-lab.ts'

let lab: TestLab
beforeAll(async () => {
  lab = await startTestLab({
    // In place of `npm run check`: a document, and the end of a check that found something wrong.
    programs: () => [
      '-e',
      `console.log(${JSON.stringify(JSON.stringify(report))}); process.exit(1)`,
    ],
  })
})
afterAll(() => lab.close())
beforeEach(() => {
  for (const name of ['mine', '.lab'])
    rmSync(join(lab.home, name), { recursive: true, force: true })
})

const original = readFileSync(join(labRoot, 'stages/stage1/reader.ts'), 'utf8')
const own = (...names: string[]) => join(lab.home, 'mine', 'stage1', ...names)
const onDisk = () => readFileSync(own('reader.ts'), 'utf8')
const reader = '/api/task/stage1/file/reader.ts'

async function makeCopy(): Promise<TaskFile> {
  const made = await lab.post('/api/task/stage1/copy', {})
  expect(made.status).toBe(201)
  return (await lab.ask(reader)).json()
}

it('a copy is made once, and a file of it is read and saved', async () => {
  expect((await lab.ask('/api/task/stage1')).json()).toMatchObject({ copy: null, check: null })
  const file = await makeCopy()
  expect(file.text).toBe(original)
  const { copy } = (await lab.ask('/api/task/stage1')).json() as TaskData
  expect(copy).toMatchObject({ directory: 'mine/stage1' })
  expect(copy!.files).toContain('reader.ts')
  const again = await lab.post('/api/task/stage1/copy', {})
  expect([again.status, again.json().error.means]).toEqual([
    409,
    expect.stringMatching(/not overwritten/),
  ])
  const text = `${original}// über\n`
  const saved = await lab.put(reader, { text, version: file.version })
  expect(saved.json()).toMatchObject({ name: 'reader.ts', text })
  expect(saved.json().version).not.toBe(file.version)
  expect(onDisk()).toBe(text)
})

it('how the lab does it, beside the copy and beside what the copy was made of', async () => {
  expect((await lab.ask('/api/task/stage1/diff/copy')).status).toBe(404)
  await makeCopy()
  writeFileSync(own('reader.ts'), '// mine\n')
  const hunks = async (path: string) => {
    const { from, to, files } = (await lab.ask(path)).json() as DiffData
    const lines = files.flatMap(({ hunks }) => hunks.flatMap(({ lines }) => lines))
    return { from, to, lines: lines.join('\n') }
  }
  const left = await hunks('/api/task/stage1/diff/copy')
  expect(left).toMatchObject({ from: 'mine/stage1', to: 'stage2' })
  expect(left.lines).toMatch(/^-\/\/ mine$/m)
  const all = await hunks('/api/task/stage1/diff/original')
  expect(all).toEqual(await hunks('/api/diff/stage1/stage2'))
  const patched = await hunks('/api/task/delivery/diff/original')
  expect(patched).toMatchObject({ from: 'delivery', to: 'solution' })
  expect(patched.lines).toMatch(/^\+.*Promise\.all/m)
})

it('the next task goes on with the copy of the one before, if that is solved', async () => {
  await makeCopy()
  writeFileSync(own('reader.ts'), '// mine\n')
  const next = async () => (await lab.ask('/api/task/stage2')).json() as TaskData
  expect((await next()).continues).toBe(null)
  expect((await lab.post('/api/task/stage2/copy', { goesOn: true })).status).toBe(409)
  saveReached(
    'stage1',
    taskOf('stage1').steps.map(({ id }) => id),
    lab.home,
  )
  expect((await next()).continues).toBe('mine/stage1')
  expect((await lab.post('/api/task/stage2/copy', { goesOn: true })).status).toBe(201)
  const file = (await lab.ask('/api/task/stage2/file/reader.ts')).json() as TaskFile
  expect(file.text).toBe('// mine\n')
  expect((await next()).continues).toBe(null)
})

it('what was changed on disk meanwhile is not overwritten: 409 with both', async () => {
  const { version } = await makeCopy()
  writeFileSync(own('reader.ts'), '// by another editor\n')
  const refused = await lab.put(reader, { text: '// by the page\n', version })
  expect(refused.status).toBe(409)
  const { error, current } = refused.json()
  expect(error.happened).toBe('reader.ts was changed on disk meanwhile')
  expect(current.text).toBe('// by another editor\n')
  expect(onDisk()).toBe('// by another editor\n')
  // Seen, and chosen by the reader.
  const text = '// by the page\n'
  expect((await lab.put(reader, { text, version: current.version })).status).toBe(200)
  expect(onDisk()).toBe(text)
})

it('a change on disk is reported, and so is a copy that goes', async () => {
  await makeCopy()
  const events = await followEvents(lab.port, lab.token)
  writeFileSync(own('reader.ts'), '// by another editor\n')
  const { version } = (await lab.ask(reader)).json() as TaskFile
  await events.until(
    ({ name, data }) =>
      name === 'copy' && data.files['reader.ts'] === version && data.task === 'stage1',
  )
  renameSync(own(), join(lab.home, 'mine', 'stage1-before-2'))
  await events.until(({ name, data }) => name === 'copy' && Object.keys(data.files).length === 0)
  events.close()
})

it.each([
  '..%2fstage2%2freader.ts',
  '%2e%2e%2f%2e%2e%2fpackage.json',
  '%2fetc%2fpasswd',
  'secret.ts',
  'secret.txt',
  'folder.ts',
  'reader.ts%00',
  'nothing.ts',
  '__proto__',
])('%s is no file of the copy: 404, and nothing is written', async (name) => {
  await makeCopy()
  writeFileSync(join(lab.home, 'secret'), 'secret')
  symlinkSync(join(lab.home, 'secret'), own('secret.ts'))
  writeFileSync(own('secret.txt'), 'no source')
  mkdirSync(own('folder.ts'))
  const before = readdirSync(own()).sort()
  const path = `/api/task/stage1/file/${name}`
  expect((await lab.ask(path)).status).toBe(404)
  expect((await lab.put(path, { text: 'x', version: 'x' })).status).toBe(404)
  expect(readdirSync(own()).sort()).toEqual(before)
  expect(readFileSync(join(lab.home, 'secret'), 'utf8')).toBe('secret')
  expect(existsSync(join(lab.home, 'package.json'))).toBe(false)
})

it.each(['mine', 'stage1'])('%s as a symbolic link is not followed', async (name) => {
  await makeCopy()
  const place = name === 'mine' ? join(lab.home, 'mine') : own()
  const elsewhere = join(lab.home, `elsewhere-${name}`)
  renameSync(place, elsewhere)
  symlinkSync(elsewhere, place)
  for (const answer of [
    await lab.ask('/api/task/stage1'),
    await lab.ask(reader),
    await lab.put(reader, { text: 'x', version: 'x' }),
  ]) {
    expect([answer.status, answer.json().error.means]).toEqual([
      409,
      expect.stringMatching(/symbolic link/),
    ])
  }
})

it('too much is not written, and neither is what is no order', async () => {
  const { version } = await makeCopy()
  const body = JSON.stringify({ text: 'x'.repeat(300_000), version })
  const json = { 'content-type': 'application/json', connection: 'close' }
  const headers = { origin: lab.origin, ...json }
  expect((await lab.ask(reader, { method: 'PUT', headers, body })).status).toBe(413)
  const long = await lab.put(reader, { text: 'x'.repeat(200_000), version })
  expect(long.status).toBe(413)
  expect(long.json().error.happened).toBe(
    'reader.ts has 200,000 characters; the page saves at most 131,072',
  )
  for (const body of [{}, { text: 1, version }, { text: 'x' }, [], null]) {
    expect((await lab.put(reader, body)).status).toBe(400)
  }
  expect(onDisk()).toBe(original)
})

it('without the token, from another page, or as no JSON: 403', async () => {
  const { version } = await makeCopy()
  const { origin } = lab
  const json = { 'content-type': 'application/json' }
  const body = JSON.stringify({ text: 'x', version })
  const put = (headers: Record<string, string>) => lab.ask(reader, { method: 'PUT', headers, body })
  const raw = (path: string, method: string) => lab.raw(path, { origin, ...json }, method)
  expect((await raw(reader, 'PUT')).status).toBe(403)
  expect((await raw(reader, 'GET')).status).toBe(403)
  expect((await raw('/api/task/stage2/copy', 'POST')).status).toBe(403)
  expect((await put({ origin, ...json, 'x-lab-token': 'x'.repeat(32) })).status).toBe(403)
  expect((await put(json)).status).toBe(403)
  expect((await put({ ...json, origin: 'http://evil.example' })).status).toBe(403)
  expect((await put({ origin, 'content-type': 'text/plain' })).status).toBe(403)
  expect(onDisk()).toBe(original)
})

it('hints come one at a time, and are counted as npm run hint counts them', async () => {
  const [step] = taskOf('stage1').steps
  const place = async () => {
    const { step, hintsShown } = (await lab.ask('/api/task/stage1')).json() as TaskData
    return [step, hintsShown]
  }
  for (let count = 1; count <= step!.hints.length + 1; count++) {
    await lab.post('/api/task/stage1/hint', {})
    expect(await place()).toEqual([step!.id, Math.min(count, step!.hints.length)])
  }
  const saved = JSON.parse(readFileSync(join(lab.home, '.lab/hints.json'), 'utf8'))
  expect(Object.keys(saved)).toEqual([`stage1/${step!.id}`])
})

it('a task is tried by a check, not by its copy, and solved when all steps are reached', async () => {
  const state = async () => {
    const { tried, solved } = (await lab.ask('/api/course')).json().lessons.stage2
    return { tried, solved }
  }
  await lab.post('/api/task/stage2/copy', {})
  expect(await state()).toEqual({ tried: false, solved: false })
  const [first, ...others] = taskOf('stage2').steps.map(({ id }) => id)
  saveReached('stage2', [first!], lab.home)
  expect(await state()).toEqual({ tried: true, solved: false })
  saveReached('stage2', [first!, ...others], lab.home)
  expect(await state()).toEqual({ tried: true, solved: true })
})

it('a check that found something wrong is a run that is done, and its result stays', async () => {
  await makeCopy()
  const events = await followEvents(lab.port, lab.token)
  expect((await lab.post('/api/runs', { kind: 'check', task: 'stage1' })).status).toBe(201)
  await events.until(({ name, data }) => name === 'ended' && data.state === 'done')
  events.close()
  const { check } = (await lab.ask('/api/task/stage1')).json() as TaskData
  expect(check).toMatchObject({
    ...{ conforms: false, reached: false, verdict: 'does not conform', steps: [] },
    failures: [{ seen: 'GET: expected  $3 got  $4', means: 'a length is wrong' }],
  })
  expect(check!.screen).toMatch(/^✗ conformance: one failure/m)
  // As long as its copy: a new one was not checked yet.
  rmSync(own(), { recursive: true })
  expect((await lab.ask('/api/task/stage1')).json()).toMatchObject({ copy: null, check: null })
  await makeCopy()
  expect((await lab.ask('/api/task/stage1')).json()).toMatchObject({ check: null })
})

it('a copy that does not parse: the run fails with the meaning, the place and the message', async () => {
  const root = makeRoot()
  copyStage('stage2', { root })
  const parser = join(root, 'mine/stage2/parser.ts')
  const right = readFileSync(parser, 'utf8')
  const wrong = right.replace(
    "if (this.request === 'unknown') {",
    "if (this.request === 'unknown' {",
  )
  expect(wrong).not.toBe(right)
  writeFileSync(parser, wrong)
  const line = wrong.split('\n').findIndex((text) => text.includes("'unknown' {")) + 1
  const lab = await startTestLab({
    copies: root,
    programs: () => ['--import', 'tsx', 'src/web/short-check.ts', join(root, 'mine/stage2')],
  })
  const events = await followEvents(lab.port, lab.token)
  await lab.post('/api/runs', { kind: 'check', task: 'stage2' })
  const { data } = await events.until(({ name }) => name === 'ended')
  events.close()
  await lab.close()
  removeCopies()
  expect(data).toMatchObject({
    state: 'failed',
    failure: {
      happened: expect.stringMatching(
        new RegExp(`SyntaxError.*Expected '\\)'.*mine/stage2/parser\\.ts:${line}\\)`),
      ),
      means: expect.stringContaining('a bracket, a comma or a quote is missing'),
      next: expect.stringMatching(/^npx node .*main\.ts/),
    },
    output: expect.stringContaining('SyntaxError'),
  })
})

const report = {
  ...{ format: 1, kind: 'check', at: '2026-11-28T20:00:00.000Z', copy: 'mine/stage1' },
  ...{ stage: 'stage1', task: { title: 'a task', goal: 'a goal' }, seed: 1, typeErrors: [] },
  conformance: {
    ...{ trials: 3, ended: null, lastError: null },
    failures: [{ phase: 'whole', seen: 'GET: expected  $3 got  $4', means: 'a length is wrong' }],
  },
  ...{ fresh: null, counters: null, race: null, instructions: null, goal: null, steps: null },
  ...{ conforms: false, verdict: 'does not conform' },
}
