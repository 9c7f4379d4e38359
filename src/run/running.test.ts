import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it, vi } from 'vitest'
import { startChild, stopChild } from './children.ts'
import { type RunEvent, step } from './events.ts'
import { processStart } from './processes.ts'
import { canRecord, disturbance, followRuns, readRunning, recordRun } from './running.ts'

const home = mkdtempSync(join(tmpdir(), 'lab running '))
afterAll(() => rmSync(home, { recursive: true, force: true }))
afterEach(() => vi.useRealTimers())

let count = 0
const place = () => join(home, String(++count), '.lab', 'running')

const live = {
  of: 'stage2: measuring SET',
  requestsPerSecond: 80_000,
  latency: null,
  serverBusy: 0.9,
  clientBusy: null,
}

it('others read what a run does, and that it is over', () => {
  // What is "within a moment" depends on no pause of this process.
  vi.useFakeTimers()
  const directory = place()
  const emit = recordRun('npm run stage 2', directory)
  const runs = followRuns(directory)
  expect(runs.running()).toEqual([])
  emit(step('warming up', 10))
  const [first] = runs.running()
  expect(first).toMatchObject({ pid: process.pid, command: 'npm run stage 2', step: 'warming up' })
  expect(first!.secondsLeft).toBeGreaterThan(0)
  emit(step('measuring'))
  emit({ type: 'figures', share: 0.5, figures: live })
  // Figures that follow within a moment are written a moment later, and only the latest of them.
  emit({ type: 'figures', share: 0.6, figures: live })
  emit({ type: 'figures', share: 0.7, figures: live })
  expect(runs.running()[0]).toMatchObject({ step: 'measuring', share: 0.5, live })
  vi.advanceTimersByTime(199)
  expect(runs.running()[0]).toMatchObject({ share: 0.5 })
  vi.advanceTimersByTime(1)
  expect(runs.running()[0]).toMatchObject({ share: 0.7 })
  expect(runs.running()[0]!.secondsLeft).toBeLessThan(first!.secondsLeft!)
  emit({ type: 'result', directory: 'profiles/local/x' })
  expect(runs.running()).toEqual([])
  const events = runs.eventsOf(process.pid)
  expect(events.map(({ type }) => type)).toEqual([
    ...['start', 'step', 'step', 'figures', 'figures', 'result'],
  ])
  expect(events.at(-1)).toEqual({ type: 'result', directory: 'profiles/local/x' })
  // A process may have more than one run after the other, as `npm start` has.
  emit(step('again'))
  expect(readRunning(directory)).toMatchObject([{ step: 'again', share: null, secondsLeft: null }])
  emit({ type: 'end' })
  expect(readRunning(directory)).toEqual([])
})

it('the events of a run are the same when read later, and in pieces', () => {
  const directory = place()
  mkdirSync(directory, { recursive: true })
  const file = join(directory, `${process.pid}.jsonl`)
  const runs = followRuns(directory)
  const start: RunEvent = {
    ...{ type: 'start', pid: process.pid, command: 'npm run compare' },
    processStart: processStart(process.pid),
  }
  const text = [start, step('round 1 of 7, größer')]
    .map((event) => `${JSON.stringify({ at: Date.now(), ...event })}\n`)
    .join('')
  const bytes = Buffer.from(text)
  for (const byte of bytes) {
    appendFileSync(file, Buffer.of(byte))
    runs.running()
  }
  expect(runs.eventsOf(process.pid)).toEqual([start, step('round 1 of 7, größer')])
  expect(runs.running()).toEqual(readRunning(directory))
})

const script = `
  const { recordRun } = await import(${JSON.stringify(new URL('./running.ts', import.meta.url).href)})
  recordRun('a command', process.argv[1])({ type: 'step', text: 'working' })
  process.on('SIGTERM', () => process.exit(0))
  setInterval(() => {}, 1000)
  console.log('begun')`

async function runIn(directory: string) {
  const child = startChild(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  return child
}

it.each(['SIGTERM', 'SIGKILL'] as const)(
  'a command that ends by %s is under way no more, and its file goes a minute later',
  async (signal) => {
    const directory = place()
    const child = await runIn(directory)
    const file = join(directory, `${child.pid}.jsonl`)
    const runs = followRuns(directory)
    expect(runs.running().map(({ pid }) => pid)).toEqual([child.pid])
    await stopChild(child, signal)
    expect(runs.running()).toEqual([])
    const last = runs.eventsOf(child.pid!).at(-1)!
    expect(last.type).toBe(signal === 'SIGTERM' ? 'end' : 'step')
    expect(existsSync(file)).toBe(true)
    utimesSync(file, 0, 0)
    expect(readRunning(directory)).toEqual([])
    expect(readdirSync(directory)).toEqual([])
  },
)

it('a process id that is used again is another process', () => {
  const directory = place()
  mkdirSync(directory, { recursive: true })
  const event = { at: 0, type: 'start', pid: process.pid, processStart: '1', command: 'gone' }
  writeFileSync(join(directory, `${process.pid}.jsonl`), `${JSON.stringify(event)}\n`)
  expect(readRunning(directory)).toEqual([])
})

it('what is damaged, or is no file of a run, is passed over', () => {
  const directory = place()
  const emit = recordRun('npm run compare', directory)
  emit(step('round 1'))
  writeFileSync(join(directory, `${process.ppid}.jsonl`), 'null\n{"type":\n{"type":"step"}\n')
  writeFileSync(join(directory, 'notes.txt'), 'mine')
  expect(readRunning(directory)).toHaveLength(1)
  expect(existsSync(join(directory, 'notes.txt'))).toBe(true)
  emit({ type: 'end' })
})

it.skipIf(process.getuid?.() === 0)('in a place that is not writable nothing is seen', () => {
  const directory = place()
  expect(canRecord(directory)).toBe(true)
  chmodSync(directory, 0o500)
  expect(canRecord(directory)).toBe(false)
  recordRun('npm run stage 1', directory)(step('measuring'))
  expect(readRunning(directory)).toEqual([])
})

it('in a place that cannot be made nothing is seen, and nothing is thrown', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  const directory = join(file, 'running')
  expect(canRecord(directory)).toBe(false)
  const listening = process.listenerCount('exit')
  const emit = recordRun('npm run stage 1', directory)
  for (let nth = 0; nth < 20; nth++) emit(step('measuring'))
  expect(process.listenerCount('exit')).toBe(listening)
  emit({ type: 'result', directory: null })
  expect(readRunning(directory)).toEqual([])
})

it('other runs are named, if there are any', () => {
  expect(disturbance([])).toBeUndefined()
  const three = [1, 2, 3].map((pid) => ({ command: 'npm run fuzz', pid }))
  expect(disturbance(three)).toContain('(npm run fuzz, pid 1 and 2 more): all of them')
})
