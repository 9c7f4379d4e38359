/** Runs as the page starts them: one at a time, followed, ended, and over with the server. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { startChild, stopChild } from '../run/children.ts'
import { isRunning, processesBelow } from '../run/processes.ts'
import { labRoot } from '../run/server.ts'
import type { PageRun } from './api/index.ts'
import type { LabOptions } from './start-lab.ts'
import { followEvents, startTestLab, type TestLab } from './test-lab.ts'

// A backstop: processes are started, and a busy machine may take long.
vi.setConfig({ testTimeout: 120_000 })

const scratch = mkdtempSync(join(tmpdir(), 'lab runs '))
const open: TestLab[] = []
afterEach(async () => {
  for (const lab of open.splice(0)) await lab.close()
})
afterAll(() => rmSync(scratch, { recursive: true, force: true }))

async function startOne(options: LabOptions = {}): Promise<TestLab> {
  const lab = await startTestLab(options)
  open.push(lab)
  return lab
}

const follow = (lab: TestLab) => followEvents(lab.port, lab.token)

const running = new URL('../run/running.ts', import.meta.url).href

/** A program in place of a command: it says what it does, as all commands do. */
function program(body: string): NonNullable<LabOptions['programs']> {
  const text = `
    const { recordRun } = await import(${JSON.stringify(running)})
    const emit = recordRun('npm run stage -- stage2')
    const say = (text) => { console.error(text); emit({ type: 'step', text }) }
    const ended = (signal) => { say('ending'); process.exit(143) }
    process.on('SIGTERM', ended)
    ${body}`
  return () => ['--input-type=module', '-e', text]
}

const untilEnded = program(`say('measuring'); setInterval(() => {}, 1000)`)
const order = { kind: 'stage', stage: 'stage2', quick: true } as const

it('a run is reported as it goes, and its result joins the others', async () => {
  const [places, draft] = [join(scratch, 'results'), join(scratch, 'draft')]
  mkdirSync(places)
  const name = 'stage2-2026-11-22-120000'
  const seen = join(scratch, 'seen')
  const body = `
    const { cpSync, existsSync, renameSync } = await import('node:fs')
    say('warming up')
    emit({ type: 'figures', share: 0.5, figures: { of: 'stage2', requestsPerSecond: 1 } })
    setInterval(() => {
      if (!existsSync(${JSON.stringify(seen)})) return
      // As every result it gets its name when all is in it: the lab looks while it is written.
      cpSync(${JSON.stringify(join(labRoot, 'profiles', 'stage2'))}, ${JSON.stringify(draft)}, { recursive: true })
      renameSync(${JSON.stringify(draft)}, ${JSON.stringify(join(places, name))})
      emit({ type: 'result', directory: ${JSON.stringify(join(places, name))} })
      process.exit(0)
    }, 20)`
  const lab = await startOne({ programs: program(body), places: [places] })
  const events = await follow(lab)
  const { status, json } = await lab.post('/api/runs', order)
  expect(status).toBe(201)
  expect(json()).toMatchObject({ state: 'running', command: 'npm run stage stage2 -- --quick' })
  await events.until(
    (event) => event.name === 'runs' && event.data.running[0]?.live?.requestsPerSecond === 1,
  )
  // The lab looks some times a second, on a busy machine later: the run goes on when it has looked.
  writeFileSync(seen, '')
  const ended = await events.until(({ name }) => name === 'ended')
  const run = ended.data as PageRun
  expect(run).toMatchObject({ state: 'done', steps: ['warming up'], result: { id: name } })
  const list = await events.until(({ name }) => name === 'results')
  expect(list.data).toContainEqual(expect.objectContaining({ id: name, kind: 'stage' }))
  const shown = await lab.ask(`/api/stage/stage2?run=${name}`)
  expect(shown.json()).toMatchObject({ result: { id: name }, report: { stage: { id: 'stage2' } } })
  // Nothing is under way any more, and a page that is loaded now sees how it ended.
  expect((await lab.ask('/api/runs')).json()).toMatchObject({ running: [], own: { state: 'done' } })
  events.close()
})

it('one at a time: the second is refused, with what is running', async () => {
  const lab = await startOne({ programs: untilEnded })
  const events = await follow(lab)
  expect((await lab.post('/api/runs', order)).status).toBe(201)
  const soon = await lab.post('/api/runs', order)
  expect(soon.status).toBe(409)
  await events.until(({ name, data }) => name === 'runs' && data.running[0]?.step === 'measuring')
  const later = await lab.post('/api/runs', { kind: 'findings' })
  expect(later.status).toBe(409)
  expect(later.json().error.happened).toMatch(/^another run is under way \(npm run stage -- stage2/)
  expect(later.json().running).toMatchObject([{ step: 'measuring' }])
  events.close()
})

it('a run in a terminal is seen, and holds up those of the page', async () => {
  const lab = await startOne({ programs: untilEnded })
  const events = await follow(lab)
  const args = untilEnded({ script: '', words: [], typed: '', saves: undefined })
  const child = startChild(process.execPath, args, {
    env: { ...process.env, LAB_RUNNING_DIRECTORY: join(lab.home, 'running') },
    stdio: 'ignore',
  })
  await events.until((event) => event.name === 'runs' && event.data.running[0]?.pid === child.pid)
  expect((await lab.post('/api/runs', order)).status).toBe(409)
  await stopChild(child)
  await events.until(
    (event) =>
      event.name === 'runs' && event.data.running.length === 0 && events.seen.indexOf(event) > 0,
  )
  expect((await lab.post('/api/runs', order)).status).toBe(201)
  events.close()
})

it('cancel ends the command in order, twice does no harm, another id is unknown', async () => {
  const lab = await startOne({ programs: untilEnded })
  const events = await follow(lab)
  const { id, pid } = (await lab.post('/api/runs', order)).json() as PageRun
  await events.until((event) => event.name === 'runs' && event.data.running.length > 0)
  const headers = { origin: lab.origin }
  expect((await lab.ask('/api/runs/nope', { method: 'DELETE', headers })).status).toBe(404)
  const ended = await lab.ask(`/api/runs/${id}`, { method: 'DELETE', headers })
  expect(ended.json()).toMatchObject({ state: 'cancelled', steps: ['measuring', 'ending'] })
  expect(isRunning(pid)).toBe(false)
  expect((await lab.ask(`/api/runs/${id}`, { method: 'DELETE', headers })).status).toBe(200)
  expect((await events.until(({ name }) => name === 'ended')).data).toMatchObject({ id })
  expect((await lab.post('/api/runs', order)).status).toBe(201)
  events.close()
})

it('the end of the server is the end of its run', async () => {
  const lab = await startTestLab({ programs: untilEnded })
  const { pid } = (await lab.post('/api/runs', order)).json() as PageRun
  expect(isRunning(pid)).toBe(true)
  await lab.close()
  expect(isRunning(pid)).toBe(false)
})

it('in a read-only checkout the page sees its own runs, and says what it does not see', async () => {
  writeFileSync(join(scratch, 'file'), '')
  vi.stubEnv('LAB_RUNNING_DIRECTORY', join(scratch, 'file', 'running'))
  try {
    const lab = await startOne({ programs: untilEnded, running: undefined })
    const events = await follow(lab)
    expect((await lab.post('/api/runs', order)).status).toBe(201)
    const seen = await events.until(({ name, data }) => name === 'runs' && data.running.length > 0)
    expect(seen.data).toMatchObject({ notSeen: expect.stringMatching(/^nothing can be written/) })
    events.close()
  } finally {
    vi.unstubAllEnvs()
  }
})

it('a run that fails says what the command said', async () => {
  const failure = {
    happened: 'stage2 did not start: no memory',
    means: 'it hangs',
    next: 'npm run doctor',
  }
  const body = `say('starting'); emit({ type: 'failure', ...${JSON.stringify(failure)} }); process.exit(1)`
  const lab = await startOne({ programs: program(body) })
  const events = await follow(lab)
  await lab.post('/api/runs', order)
  expect((await events.until(({ name }) => name === 'ended')).data).toMatchObject({
    state: 'failed',
    failure,
  })
  events.close()
})

it('a command that is killed says that, and what it was doing', async () => {
  const lab = await startOne({
    programs: program(`say('measuring'); process.kill(process.pid, 'SIGKILL')`),
  })
  const events = await follow(lab)
  await lab.post('/api/runs', order)
  expect((await events.until(({ name }) => name === 'ended')).data).toMatchObject({
    state: 'failed',
    failure: {
      happened: 'the command ended early (SIGKILL)',
      means: 'the last line that it printed: measuring',
    },
  })
  events.close()
})

it.each([
  [{}, /a run is of/],
  [null, /an order is wanted/],
  [{ kind: 'stage' }, /a stage is wanted/],
  [{ kind: 'stage', stage: '../../etc' }, /a stage is wanted/],
  [{ kind: 'stage', stage: 'stage1; rm -rf' }, /a stage is wanted/],
  [{ kind: 'stage', stage: 'stage1', clients: '--json' }, /clients is a whole number/],
  [{ kind: 'stage', stage: 'stage1', clients: 1e6 }, /clients is a whole number from 1 to 1000/],
  [{ kind: 'stage', stage: 'stage1', pipeline: [1, 2] }, /pipeline is a whole number/],
  [{ kind: 'stage', stage: 'stage1', tests: ['set', '--x'] }, /a list of tests/],
  [{ kind: 'compare', servers: ['stage1', '/bin/sh'] }, /a list of servers/],
  [{ kind: 'compare', sweep: { over: 'constructor', values: [1] } }, /a sweep is over/],
  [{ kind: 'compare', sweep: { over: 'pipeline', values: [] } }, /a list of one to eight/],
  [{ kind: 'compare', ablate: 'stage9' }, /a stage is wanted/],
  [{ kind: 'finding', finding: 'nope' }, /there is no such finding/],
])('the order %j is refused', async (body, says) => {
  const lab = await shared()
  const { status, json } = await lab.post('/api/runs', body)
  expect(status).toBe(400)
  expect(json().error.happened).toMatch(says)
})

let one: Promise<TestLab> | undefined
const shared = () => {
  one ??= startTestLab()
  return one
}
afterAll(async () => (await one)?.close())

it('cancel in the middle of a real command leaves no server and no load', async () => {
  const lab = await startOne()
  const events = await follow(lab)
  const { id, pid } = (await lab.post('/api/runs', order)).json() as PageRun
  // On a busy machine the lab may look for the first time when it measures already.
  const loaded = /warming|measuring/
  await events.until(
    ({ name, data }) => name === 'runs' && data.running.some(({ step }) => loaded.test(step)),
  )
  const children = processesBelow(pid)
  expect(children.length).toBeGreaterThanOrEqual(2)
  await lab.ask(`/api/runs/${id}`, { method: 'DELETE', headers: { origin: lab.origin } })
  await expect.poll(() => children.filter(isRunning)).toEqual([])
  expect((await lab.ask('/api/runs')).json()).toMatchObject({ running: [] })
  events.close()
})
