import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import type { FrameTree } from '../flame/tree.ts'
import { walk } from '../flame/tree.ts'
import { labRoot } from '../run/server.ts'
import { lieBlock } from './block.ts'
import { causes, findCause } from './causes.ts'
import { clientBusy, cpuOf, keptAndGiven, runsOf, serverBusy, shareBelow } from './facts.ts'
import { judgeGuess } from './judge.ts'
import type { Lie } from './lie.ts'
import { findLie, lies } from './lies.ts'
import { faultsOf, record } from './record.ts'
import { directoryOf, type Exhibit, keepExhibit, type Recording, readExhibit } from './recording.ts'
import { answerScreen, guessScreen, lieScreen, listScreen, lookScreen } from './screen.ts'
import { threadTimes } from './threads.ts'
import { findView, views } from './views.ts'

const exhibits = lies.map((lie) => ({ lie, exhibit: readExhibit(lie.number) }))
const each = exhibits.map(({ lie, exhibit }) => [lie.number, lie, exhibit] as const)

const exhibitOf = (cause: string) => exhibits.find(({ lie }) => lie.cause === cause)!.exhibit
const shows = (cause: string, exhibit: Exhibit) => findCause(cause)!.examine(exhibit).shows
const changed = ({ recording, tree }: Exhibit, changes: Partial<Recording>): Exhibit => ({
  recording: { ...recording, ...changes },
  tree,
})

test.each(each)('exhibit %i shows its own mistake, and no other', (_, lie, exhibit) => {
  expect(faultsOf(lie, exhibit)).toEqual([])
})

test('six exhibits, of six causes, and more causes than exhibits', () => {
  expect(lies.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6])
  expect(new Set(lies.map(({ cause }) => cause)).size).toBe(6)
  expect(causes.length).toBeGreaterThan(lies.length)
  expect(lies.every(({ cause }) => findCause(cause) !== undefined)).toBe(true)
})

test('client-bound: the client took all of a core; with time to spare it is no such thing', () => {
  const exhibit = exhibitOf('client-bound')
  for (const { name } of exhibit.recording.parties) {
    expect(clientBusy(runsOf(exhibit.recording, name))).toBeGreaterThanOrEqual(0.95)
  }
  const runs = exhibit.recording.runs.map((run) => ({
    ...run,
    summary: { ...run.summary, client: { busy: 0.6 } },
  }))
  expect(shows('client-bound', changed(exhibit, { runs }))).toBe(false)
})

test('client-bound: a client that is busy with a busy server is no such thing', () => {
  const exhibit = exhibitOf('client-bound')
  const runs = exhibit.recording.runs.map((run) => ({
    ...run,
    summary: { ...run.summary, requestsPerSecond: 0.95e6 / cpuOf(run).total },
  }))
  expect(serverBusy(runs[0]!)).toBeCloseTo(0.95)
  expect(shows('client-bound', changed(exhibit, { runs }))).toBe(false)
})

test('cold: the first slices cost more; a run that begins like it ends is no such thing', () => {
  const exhibit = exhibitOf('cold')
  const [run] = exhibit.recording.runs
  const { slices } = run!
  expect(slices[0]!.cpuMicros).toBeGreaterThan(1.3 * slices.at(-1)!.cpuMicros)
  expect(slices[0]!.requestsPerSecond).toBeLessThan(slices.at(-1)!.requestsPerSecond)
  const warm = slices.map((slice) => ({ ...slice, cpuMicros: slices.at(-1)!.cpuMicros }))
  expect(shows('cold', changed(exhibit, { runs: [{ ...run!, slices: warm }] }))).toBe(false)
})

test("wrong process: the load generator's frames, and none of the stage's", () => {
  const exhibit = exhibitOf('wrong-process')
  const files = new Set<string>()
  walk(exhibit.tree!.root, ({ file }) => file !== undefined && files.add(file))
  expect(files).toContain('src/load/generator.ts')
  expect([...files].filter((file) => file.startsWith('stages/'))).toEqual([])
})

test("the stage's own flame graph, read as the lab keeps it, is not of the wrong process", () => {
  const text = readFileSync(join(labRoot, 'profiles/stage4/profile.json'), 'utf8')
  const right: Exhibit = { ...exhibitOf('wrong-process'), tree: JSON.parse(text) as FrameTree }
  expect(shareBelow(right, 'stages/stage4/')).toBeGreaterThan(0.1)
  expect(shows('wrong-process', right)).toBe(false)
})

test("profiled: one server has a profiler's thread; without it there is nothing to see", () => {
  const exhibit = exhibitOf('profiled')
  const names = (target: string) =>
    new Set(runsOf(exhibit.recording, target).flatMap(({ threads }) => threads.map((t) => t.name)))
  expect(names('stage4 again')).toContain('v8:ProfEvntProc')
  expect(names('stage4')).not.toContain('v8:ProfEvntProc')
  const alone = runsOf(exhibit.recording, 'stage4')
  const parties = exhibit.recording.parties.slice(0, 1)
  expect(shows('profiled', changed(exhibit, { runs: alone, parties }))).toBe(false)
})

test('one order: all of one, then all of the other; the same runs in turn are no such thing', () => {
  const exhibit = exhibitOf('one-order')
  const order = exhibit.recording.runs.map(({ target }) => target)
  expect(order.lastIndexOf('stage3')).toBeLessThan(order.indexOf('stage4'))
  const runs = exhibit.recording.runs.toSorted((a, b) => a.round - b.round)
  expect(shows('one-order', changed(exhibit, { runs }))).toBe(false)
})

test('unchecked: what it was given is not in its memory; the stage beside it has it', () => {
  const exhibit = exhibitOf('unchecked')
  const rewrite = keptAndGiven(exhibit.recording, 'rewrite')
  const stage4 = keptAndGiven(exhibit.recording, 'stage4')
  expect(rewrite.kept).toBeLessThan(rewrite.given / 2)
  expect(stage4.kept).toBeGreaterThan(stage4.given)
  const parties = exhibit.recording.parties.slice(0, 1)
  const runs = runsOf(exhibit.recording, 'stage4')
  expect(shows('unchecked', changed(exhibit, { runs, parties }))).toBe(false)
})

test.each(each)(
  'exhibit %i: only its own cause is right; the others hear a figure',
  (_, lie, exhibit) => {
    for (const { name } of causes) {
      const judgement = judgeGuess(lie, exhibit, name)!
      expect(judgement.right).toBe(name === lie.cause)
      expect(judgement.figure).toMatch(/\w.*\.$/)
      if (!judgement.right) expect(guessScreen(lie, judgement)).not.toContain(lie.cause)
    }
    expect(judgeGuess(lie, exhibit, 'bad luck')).toBe(undefined)
  },
)

test.each(each)('exhibit %i answers every question, in 80 columns', (_, lie, exhibit) => {
  for (const view of views) {
    const lines = view.lines(exhibit)
    expect(lines.length, view.name).toBeGreaterThan(0)
    expect(narrow(lookScreen(lie, exhibit, view))).toBe(true)
    expect(lines.join('\n')).not.toMatch(/NaN|undefined|Infinity/)
  }
  expect(views.map(({ name }) => name)).toContain(lie.hint.view)
})

test.each(each)('exhibit %i is shown without its answer, in 80 columns', (_, lie, exhibit) => {
  const screen = lieScreen(lie, exhibit)
  expect(narrow(screen)).toBe(true)
  const [story] = screen.split('Ask it')
  expect(story).not.toContain(lie.cause)
  expect(narrow(answerScreen(lie, exhibit))).toBe(true)
  expect(answerScreen(lie, exhibit)).toContain(lie.cause)
})

test.each(each)(
  'recording %i: no help at first, then a question, then a view',
  (_, lie, exhibit) => {
    const oneLine = (text: string) => text.replace(/\s+/g, ' ')
    const after = (...wrong: string[]) => {
      const screen = lieScreen(lie, exhibit, wrong)
      expect(narrow(screen)).toBe(true)
      return oneLine(screen)
    }
    const view = `→ npm run lie -- ${lie.number} --look ${lie.hint.view}`
    expect(after()).not.toContain(lie.question)
    expect(after('two-loads')).toContain(lie.question)
    expect(after('two-loads')).not.toContain(view)
    expect(after('two-loads', 'two-machines')).toContain(view)
  },
)

test('the widest file of the wrong process has one share, wherever it is named', () => {
  const { tree, recording } = exhibitOf('wrong-process')
  const lie = findLie('3')!
  const share = / have src\/load\/generator\.ts/
  const [, said] = /(\S+ %) have src/.exec(lie.answer({ tree, recording })) ?? []
  expect(lie.answer({ tree, recording })).toMatch(share)
  expect(findCause('wrong-process')!.examine({ tree, recording }).figure).toContain(
    `${said} one of`,
  )
  const frames = findView('frames')!.lines({ tree, recording }).join('\n')
  expect(frames).toMatch(new RegExp(`src/load/generator\\.ts +${said}\n`))
})

test('the list has all claims, and no answer', () => {
  const list = listScreen(exhibits)
  expect(narrow(list)).toBe(true)
  for (const { lie, exhibit } of exhibits) {
    expect(list.replace(/\s+/g, ' ')).toContain(lie.claim(exhibit))
    expect(list).not.toContain(lie.cause)
  }
})

test('the recordings are small, name a machine and a commit, and no place on its disk', () => {
  for (const { number } of lies) {
    const directory = join(labRoot, directoryOf(number))
    const files = readdirSync(directory).map((name) => join(directory, name))
    const size = files.reduce((sum, file) => sum + statSync(file).size, 0)
    expect(size).toBeLessThan(150_000)
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toContain(labRoot)
    expect(readExhibit(number).recording.machine.commit).toMatch(/^[\da-f]{40}$/)
  }
})

test('an exhibit is read as it was kept, and its picture is drawn', async () => {
  const root = await mkdtemp(join(tmpdir(), 'lies-'))
  try {
    const exhibit = exhibitOf('wrong-process')
    keepExhibit(3, exhibit, root)
    expect(readExhibit(3, root)).toEqual(exhibit)
    const picture = readFileSync(join(root, directoryOf(3), 'flamegraph.svg'), 'utf8')
    expect(picture).toContain('stage4, allocator-aware pooling')
  } finally {
    await rm(root, { recursive: true })
  }
})

test('an exhibit that is not there is told with what to do', () => {
  expect(() => readExhibit(99)).toThrow(/recording 99 cannot be read/)
})

test('a recording that does not show the mistake is not kept', async () => {
  let made = 0
  const honest: Lie = {
    ...findLie('2')!,
    number: 99,
    record: async () => {
      made++
      return exhibitOf('one-order')
    },
  }
  await expect(record(honest, () => {})).rejects.toThrow(/did not come out.*cold does not show/)
  expect(made).toBe(3)
  expect(existsSync(join(labRoot, directoryOf(99)))).toBe(false)
})

test.skipIf(process.platform !== 'linux')('the cold run is made for real', async () => {
  const { recording } = await findLie('2')!.record(() => {})
  const [run] = recording.runs
  expect(recording.warmUpSeconds).toBe(0)
  expect(recording.parties[0]!.residentAtStart).toBeGreaterThan(1e6)
  expect(run!.summary).toMatchObject({ test: 'set', repliesChecked: true })
  expect(run!.threads.map(({ name }) => name).join()).toMatch(/node|Main/)
  expect(run!.slices.length).toBeGreaterThan(0)
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

test('a block of a page holds the claim, or the answer folded away, and nothing else', () => {
  const claim = lieBlock('3')
  expect(claim).toContain('![The flame graph that was shown: ')
  expect(claim).toContain('](../profiles/lies/3/flamegraph.svg)')
  expect(claim).not.toMatch(/wrong-process|src.load/)
  expect(lieBlock('3 answer')).toMatch(/^<details>[\s\S]*wrong-process[\s\S]*<\/details>$/)
  for (const words of ['7', '', '1 answers', '1 answer now']) {
    expect(() => lieBlock(words)).toThrow(/lie: wants a number/)
  }
})

test('the page has every block, as the recordings have it', () => {
  const page = readFileSync(join(labRoot, 'docs/find-the-lie.md'), 'utf8')
  const blocks = [...page.matchAll(/^<!-- lie: (.+?) -->\n([\s\S]*?)\n<!-- end -->$/gm)]
  expect(blocks.map(([, words]) => words)).toEqual(
    lies.flatMap(({ number }) => [`${number}`, `${number} answer`]),
  )
  for (const [, words, text] of blocks) expect(text).toBe(lieBlock(words!))
})

function narrow(screen: string): boolean {
  const lines = stripVTControlCharacters(screen).split('\n')
  return lines.every((line) => line.length <= 80)
}
