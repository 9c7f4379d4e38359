import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { publishedLine } from '../cli/progress.ts'
import { startChild, stopChild } from './children.ts'
import {
  canPublish,
  commandTyped,
  disturbance,
  publishRunning,
  type Running,
  readRunning,
} from './running.ts'
import { labRoot } from './server.ts'

const home = mkdtempSync(join(tmpdir(), 'lab running '))
afterAll(() => rmSync(home, { recursive: true, force: true }))

let count = 0
const place = () => join(home, String(++count), '.lab', 'running')

it('others read what a command does, and nothing when it has ended', async () => {
  const directory = place()
  const publication = publishRunning('npm run stage 2', directory)
  expect(readRunning(directory)).toEqual([])
  publication.tell({ step: 'warming up', secondsLeft: 10 })
  const [first] = readRunning(directory)
  expect(first).toMatchObject({ pid: process.pid, command: 'npm run stage 2', step: 'warming up' })
  expect(first!.secondsLeft).toBeGreaterThan(9)
  // What follows within a moment is written together, a moment later.
  publication.tell({ step: 'measuring' })
  publication.tell({ share: 0.5 })
  expect(readRunning(directory)[0]!.step).toBe('warming up')
  await expect
    .poll(() => readRunning(directory)[0])
    .toMatchObject({ step: 'measuring', share: 0.5 })
  expect(readRunning(directory)[0]!.secondsLeft).toBeLessThan(first!.secondsLeft!)
  publication.tell({ step: 'late' })
  publication.end()
  expect(readdirSync(directory)).toEqual([])
  publication.tell({ step: 'again' })
  expect(readRunning(directory)[0]).toMatchObject({ step: 'again', share: null, secondsLeft: null })
  publication.end()
})

const script = `
  const { publishRunning } = await import(${JSON.stringify(new URL('./running.ts', import.meta.url).href)})
  publishRunning('a command', process.argv[1]).tell({ step: 'working' })
  process.on('SIGTERM', () => process.exit(0))
  setInterval(() => {}, 1000)
  console.log('told')`

async function publisher(directory: string) {
  const child = startChild(process.execPath, ['--input-type=module', '-e', script, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout!, 'data')
  return child
}

it.each(['SIGTERM', 'SIGKILL'] as const)('a command that ends by %s is gone', async (signal) => {
  const directory = place()
  const child = await publisher(directory)
  expect(readRunning(directory).map(({ pid }) => pid)).toEqual([child.pid])
  await stopChild(child, signal)
  // SIGTERM lets it take its file away; after SIGKILL the next reader does.
  expect(existsSync(join(directory, `${child.pid}.json`))).toBe(signal === 'SIGKILL')
  expect(readRunning(directory)).toEqual([])
  expect(readdirSync(directory)).toEqual([])
})

it('what is damaged, or of somebody else, is passed over', () => {
  const directory = place()
  const publication = publishRunning('npm run compare', directory)
  publication.tell({ step: 'round 1' })
  writeFileSync(join(directory, `${process.ppid}.json`), '{"format":1,"pid":')
  writeFileSync(join(directory, 'notes.txt'), 'mine')
  expect(readRunning(directory)).toHaveLength(1)
  expect(existsSync(join(directory, 'notes.txt'))).toBe(true)
  publication.end()
})

it.skipIf(process.getuid?.() === 0)('a place that may not be written to: nobody is told', () => {
  const directory = place()
  expect(canPublish(directory)).toBe(true)
  chmodSync(directory, 0o500)
  expect(canPublish(directory)).toBe(false)
  publishRunning('npm run stage 1', directory).tell({ step: 'measuring' })
  expect(readRunning(directory)).toEqual([])
})

it('a place that cannot be made: nobody is told, and nothing is thrown', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')
  const directory = join(file, 'running')
  expect(canPublish(directory)).toBe(false)
  publishRunning('npm run stage 1', directory).tell({ step: 'measuring' })
  expect(readRunning(directory)).toEqual([])
})

it.each([
  [['stage.ts', '2'], 'npm run stage 2'],
  [['stage.ts', '2', '--quick', '--json'], 'npm run stage -- 2 --quick'],
  [['start.ts'], 'npm start'],
  [['bench-parser.ts'], 'npm run bench:parser'],
])('%j is typed as %s', ([file, ...words], typed) => {
  expect(commandTyped(['node', join(labRoot, 'scripts', file!), ...words])).toBe(typed)
})

it('a test is no command', () => {
  expect(commandTyped()).toBeUndefined()
})

it('a line warns of others once, and tells what it shows', () => {
  const told = vi.fn()
  const end = vi.fn()
  const shown: string[] = []
  const write = (text: string) => shown.push(text) > 0
  const line = publishedLine(
    { step: (text) => write(text), update() {}, clear() {} },
    { tell: told, end },
    { write } as unknown as NodeJS.WriteStream,
    () => [{ command: 'npm run compare', pid: 7 } as Running],
  )
  line.step('warming up', 12)
  line.step('measuring')
  line.update(0.5, '80,000 requests/s', { secondsLeft: 3 })
  line.clear()
  expect(shown).toEqual([
    'another run is under way (npm run compare, pid 7): both will be disturbed\n',
    'warming up',
    'measuring',
  ])
  expect(told.mock.calls.map(([news]) => news)).toEqual([
    { step: 'warming up', share: null, live: null, secondsLeft: 12 },
    { step: 'measuring', share: null, live: null },
    { share: 0.5, secondsLeft: 3 },
  ])
  expect(end).toHaveBeenCalledOnce()
})

it('nobody is warned where nothing runs', () => {
  expect(disturbance([])).toBeUndefined()
  const three = [1, 2, 3].map((pid) => ({ command: 'npm run fuzz', pid }))
  expect(disturbance(three)).toContain('(npm run fuzz, pid 1 and 2 more): all of them')
})
