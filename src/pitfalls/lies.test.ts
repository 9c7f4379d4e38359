import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { FrameTree } from '../flame/tree.ts'
import { walk } from '../flame/tree.ts'
import { labRoot } from '../run/server.ts'
import { clientBusy, cpuOf, runsOf, sentAndGrown, serverBusy, shareBelow } from './facts.ts'
import { lieBlock } from './lie-block.ts'
import { answerScreen, guessScreen, lieScreen, listScreen, lookScreen } from './lie-screens.ts'
import { findPitfall, findRecorded, guesses, pitfalls, recordedPitfalls } from './pitfalls.ts'
import { faultsOf, record } from './record.ts'
import { directoryOf, type RecordedRun, readRecording, saveRecording } from './recording.ts'
import { findLook, looks } from './tables.ts'
import { threadTimes } from './threads.ts'

const recordings = recordedPitfalls.map((pitfall) => ({
  pitfall,
  recording: readRecording(pitfall.lie.number),
}))
const each = recordings.map(
  ({ pitfall, recording }) => [pitfall.lie.number, pitfall, recording] as const,
)
const recordingOf = (name: string) =>
  recordings.find(({ pitfall }) => pitfall.name === name)!.recording
const shows = (name: string, recording = recordingOf(name)) =>
  findPitfall(name)!.examine(recording).shows

test.each(each)('recording %i shows its own pitfall, and no other', (_, pitfall, recording) => {
  expect(faultsOf(pitfall, recording)).toEqual([])
})

test('six recordings, and more guesses than recordings', () => {
  expect(recordedPitfalls.map(({ lie }) => lie.number)).toEqual([1, 2, 3, 4, 5, 6])
  expect(new Set(pitfalls.map(({ name }) => name)).size).toBe(pitfalls.length)
  expect(guesses.length).toBeGreaterThan(recordings.length)
})

test('client-bound: a client with time to spare, or one with a busy server, is not it', () => {
  const recording = recordingOf('client-bound')
  for (const { name } of recording.targets) {
    expect(clientBusy(runsOf(recording, name))).toBeGreaterThanOrEqual(0.95)
  }
  const withSummary = (change: (run: RecordedRun) => Partial<RecordedRun['summary']>) => ({
    ...recording,
    runs: recording.runs.map((run) => ({ ...run, summary: { ...run.summary, ...change(run) } })),
  })
  expect(
    shows(
      'client-bound',
      withSummary(() => ({ client: { busy: 0.6 } })),
    ),
  ).toBe(false)
  const busyServer = withSummary((run) => ({ requestsPerSecond: 0.95e6 / cpuOf(run) }))
  expect(serverBusy(busyServer.runs[0]!)).toBeCloseTo(0.95)
  expect(shows('client-bound', busyServer)).toBe(false)
})

test('cold: the first slices cost more; a run that begins as it ends is not cold', () => {
  const recording = recordingOf('cold')
  const [run] = recording.runs
  const { slices } = run!
  expect(slices[0]!.cpuMicros).toBeGreaterThan(1.3 * slices.at(-1)!.cpuMicros)
  const warm = slices.map((slice) => ({ ...slice, cpuMicros: slices.at(-1)!.cpuMicros }))
  expect(shows('cold', { ...recording, runs: [{ ...run!, slices: warm }] })).toBe(false)
})

test("wrong process: the load generator's frames; the stage's own flame graph is not it", () => {
  const recording = recordingOf('wrong-process')
  const files = new Set<string>()
  walk(recording.tree!.root, ({ file }) => file !== undefined && files.add(file))
  expect(files).toContain('src/load/generator.ts')
  expect([...files].filter((file) => file.startsWith('stages/'))).toEqual([])
  const text = readFileSync(join(labRoot, 'profiles/stage4/profile.json'), 'utf8')
  const right = { ...recording, tree: JSON.parse(text) as FrameTree }
  expect(shareBelow(right, 'stages/stage4/')).toBeGreaterThan(0.1)
  expect(shows('wrong-process', right)).toBe(false)
})

test("profiled: one server has a profiler's thread; without that server there is nothing", () => {
  const recording = recordingOf('profiled')
  const names = (target: string) =>
    new Set(runsOf(recording, target).flatMap(({ threads }) => threads.map((t) => t.name)))
  expect(names('stage4 again')).toContain('v8:ProfEvntProc')
  expect(names('stage4')).not.toContain('v8:ProfEvntProc')
  const targets = recording.targets.slice(0, 1)
  const runs = runsOf(recording, 'stage4')
  expect(shows('profiled', { ...recording, runs, targets })).toBe(false)
})

test('one order: all of one, then all of the other; the same runs in turn are not it', () => {
  const recording = recordingOf('one-order')
  const order = recording.runs.map(({ target }) => target)
  expect(order.lastIndexOf('stage3')).toBeLessThan(order.indexOf('stage4'))
  const runs = recording.runs.toSorted((a, b) => a.round - b.round)
  expect(shows('one-order', { ...recording, runs })).toBe(false)
})

test('unchecked: what the rewrite was sent is not in its memory; the stage has it', () => {
  const recording = recordingOf('unchecked')
  const rewrite = sentAndGrown(recording, 'rewrite')
  const stage4 = sentAndGrown(recording, 'stage4')
  expect(rewrite.grown).toBeLessThan(rewrite.sent / 2)
  expect(stage4.grown).toBeGreaterThan(stage4.sent)
  // One key that is set again and again is one value, however many bytes were sent.
  const oneKey = looks.find(({ name }) => name === 'memory')!.lines(recordingOf('cold'))
  expect(oneKey.join('\n')).toMatch(/to store[\s\S]*3 bytes[\s\S]*to store: a value for each key/)
  const targets = recording.targets.slice(0, 1)
  const runs = runsOf(recording, 'stage4')
  expect(shows('unchecked', { ...recording, runs, targets })).toBe(false)
})

test.each(each)(
  'recording %i: screens of 80 columns, without the answer',
  (_, pitfall, recording) => {
    const { lie, name } = pitfall
    for (const look of looks) {
      expect(look.lines(recording).length, look.name).toBeGreaterThan(0)
      const screen = lookScreen(lie, recording, look)
      expect(narrow(screen)).toBe(true)
      expect(screen).not.toMatch(/NaN|undefined|Infinity/)
    }
    for (const guess of guesses) {
      const finding = guess.examine(recording)
      expect(finding.figure).toMatch(/\w.*\.$/)
      const right = guess.name === name
      expect(finding.shows).toBe(right)
      if (!right) expect(guessScreen(lie, right, finding)).not.toContain(name)
    }
    expect(lieScreen(lie, recording).split('Look into it')[0]).not.toContain(name)
    expect(narrow(answerScreen(pitfall, recording))).toBe(true)
    expect(answerScreen(pitfall, recording)).toContain(name)
  },
)

test.each(each)('recording %i: no help, then a question, then a look', (_, { lie }, recording) => {
  const after = (...wrong: string[]) => {
    const screen = lieScreen(lie, recording, wrong)
    expect(narrow(screen)).toBe(true)
    return screen.replace(/\s+/g, ' ')
  }
  const look = `→ npm run lie -- ${lie.number} --look ${lie.hint.look}`
  expect(findLook(lie.hint.look)).toBeDefined()
  expect(after()).not.toContain(lie.question)
  expect(after('two-loads')).toContain(lie.question)
  expect(after('two-loads')).not.toContain(look)
  expect(after('two-loads', 'two-machines')).toContain(look)
})

test('the widest file of the wrong process has the same share in all texts', () => {
  const recording = recordingOf('wrong-process')
  const [, share] = /(\S+ %) have src/.exec(findRecorded('3')!.lie.answer(recording)) ?? []
  expect(findPitfall('wrong-process')!.examine(recording).figure).toContain(`${share} one of`)
  const frames = findLook('frames')!.lines(recording).join('\n')
  expect(frames).toMatch(new RegExp(`src/load/generator\\.ts +${share}\n`))
})

test('the list has all claims, and no answer', () => {
  const list = listScreen(recordings.map(({ pitfall: { lie }, recording }) => ({ lie, recording })))
  expect(narrow(list)).toBe(true)
  for (const { pitfall, recording } of recordings) {
    expect(list.replace(/\s+/g, ' ')).toContain(pitfall.lie.claim(recording))
    expect(list).not.toContain(pitfall.name)
  }
})

test('the recordings are small, and name a commit, and no path of the machine', () => {
  for (const { lie } of recordedPitfalls) {
    const directory = join(labRoot, directoryOf(lie.number))
    const files = readdirSync(directory).map((name) => join(directory, name))
    const size = files.reduce((sum, file) => sum + statSync(file).size, 0)
    expect(size).toBeLessThan(150_000)
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toContain(labRoot)
    expect(readRecording(lie.number).machine.commit).toMatch(/^[\da-f]{40}$/)
  }
})

test('a recording is read as it was saved, and its picture is drawn', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lies-'))
  try {
    const recording = recordingOf('wrong-process')
    saveRecording(3, recording, root)
    expect(readRecording(3, root)).toEqual(recording)
    const picture = readFileSync(join(root, directoryOf(3), 'flamegraph.svg'), 'utf8')
    expect(picture).toContain('stage4, allocator-aware pooling')
  } finally {
    await rm(root, { recursive: true })
  }
})

test('a missing recording is an error with the next command', () => {
  expect(() => readRecording(99)).toThrow(/recording 99 cannot be read/)
})

test.skipIf(process.platform !== 'linux')(
  'a recording that does not show the pitfall is not saved',
  async () => {
    let made = 0
    const { name, lie, ...rest } = findRecorded('2')!
    const honest = {
      ...rest,
      name,
      lie: {
        ...lie,
        number: 99,
        record: async () => {
          made++
          return recordingOf('one-order')
        },
      },
    }
    await expect(record(honest, () => {})).rejects.toThrow(/did not show.*cold does not show/)
    expect(made).toBe(3)
    expect(existsSync(join(labRoot, directoryOf(99)))).toBe(false)
  },
)

test.skipIf(process.platform !== 'linux')('the cold run is really made', async () => {
  const { warmUpSeconds, targets, runs } = await findRecorded('2')!.lie.record(() => {})
  expect(warmUpSeconds).toBe(0)
  expect(targets[0]!.residentAtStart).toBeGreaterThan(1e6)
  expect(runs[0]!.summary).toMatchObject({ test: 'set', repliesChecked: true })
  expect(runs[0]!.threads.map(({ name }) => name).join()).toMatch(/node|Main/)
  expect(runs[0]!.slices.length).toBeGreaterThan(0)
})

test('threads of one name are one line, and the busiest comes first', () => {
  const before = new Map([['1', { name: 'main', nanos: 5e8 }]])
  const after = new Map([
    ['1', { name: 'main', nanos: 6e8 }],
    ['2', { name: 'worker', nanos: 2e8 }],
    ['3', { name: 'worker', nanos: 3e8 }],
  ])
  expect(threadTimes(before, after, 2)).toEqual([
    { name: 'worker', busy: 0.25 },
    { name: 'main', busy: 0.05 },
  ])
})

test('a block of a page holds the claim, or the folded answer', () => {
  const claim = lieBlock('3')
  expect(claim).toContain('](../profiles/lies/3/flamegraph.svg)')
  expect(claim).not.toMatch(/wrong-process|src.load/)
  expect(lieBlock('3 answer')).toMatch(/^<details>[\s\S]*wrong-process[\s\S]*<\/details>$/)
  for (const words of ['7', '', '1 answers', '1 answer now']) {
    expect(() => lieBlock(words)).toThrow(/lie: expects a number/)
  }
})

function narrow(screen: string): boolean {
  const lines = stripVTControlCharacters(screen).split('\n')
  return lines.every((line) => line.length <= 80)
}
