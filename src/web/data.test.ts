/** What the page is given. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { applyPatch } from 'diff'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stageLessons } from '../course/lessons.ts'
import { recordedStages } from '../report/reference.ts'
import { labRoot } from '../run/server.ts'
import { withoutSwitches } from '../source/switches.ts'
import { findStage, stages } from '../stages.ts'
import { fetchedBy } from '../views/fetched-by.ts'
import type {
  ChapterData,
  ComparisonData,
  CourseData,
  DiffData,
  DifferenceData,
  Explanation,
  FindingsData,
  LabData,
  StageData,
} from './api/index.ts'
import { bundlePage } from './bundle.ts'
import { chapterHtml, linkTarget } from './chapters.ts'
import { startTestLab, type TestLab } from './test-lab.ts'

let lab: TestLab
beforeAll(async () => {
  lab = await startTestLab()
})
afterAll(() => lab.close())

async function read<T>(path: string): Promise<T> {
  const { status, text, json } = await lab.ask(path)
  expect(status, text.slice(0, 200)).toBe(200)
  return json() as T
}

it('the lab: stages with their lessons and tasks, the references, the machine', async () => {
  const data = await read<LabData>('/api/lab')
  expect(data.stages.map(({ id }) => id)).toEqual(stages.map(({ id }) => id))
  for (const { lesson, task } of data.stages) {
    expect(lesson.predictions.length).toBeGreaterThan(1)
    expect(lesson.seconds).toBeGreaterThan(5)
    for (const { hints } of task!.steps) expect(hints.length).toBeGreaterThan(0)
  }
  const kinds = data.results.filter(({ id }) => id === 'reference').map(({ kind }) => kind)
  expect(kinds).toEqual([...recordedStages.map(() => 'stage'), 'compare', 'findings'])
  for (const { machine } of data.results) expect(machine).toMatch(/Node \d+/)
  expect(data.machineLine).toContain(data.machine.node)
  // What answers a prediction is not sent before the guess.
  const because = stageLessons.flatMap(({ predictions }) =>
    predictions.map(({ because }) => because),
  )
  const asked = JSON.stringify(data.stages.map(({ lesson }) => lesson.predictions))
  expect(because.filter((text) => asked.includes(text))).toEqual([])
})

const hasEarlier = (id: string) =>
  recordedStages.some(({ number }) => number === findStage(id)!.number - 1)

it.each(recordedStages.map(({ id }) => id))(
  '%s by its reference, beside Redis and the stage before',
  async (id) => {
    const data = await read<StageData>(`/api/stage/${id}`)
    expect(data.report?.stage.id).toBe(id)
    expect(data.tree?.root.total).toBeGreaterThan(100)
    expect(data.beside.length).toBeGreaterThan(1)
    for (const { workload, stage, before, redis } of data.beside) {
      expect(stage.target).toBe(id)
      // With many keys not every stage takes part.
      if (workload.keyspace === 1) expect(before === null).toBe(!hasEarlier(id))
      expect(redis?.target).toBe('redis')
    }
  },
)

it.each([
  ['stage1', 'stage2'],
  ['stage3', 'stage4'],
  ['stage4', 'stage6'],
  ['stage6', 'stage1'],
])('the difference of %s and %s turns one into the other', async (from, to) => {
  const { files } = await read<DiffData>(`/api/diff/${from}/${to}`)
  expect(files.some(({ hunks }) => hunks.length > 0)).toBe(true)
  for (const file of files) {
    const text = (stage: string) =>
      withoutSwitches(readFileSync(join(labRoot, 'stages', stage, file.name), 'utf8')).lines.join(
        '\n',
      )
    expect(file.before).toBe(file.in === 'later' ? null : text(from))
    expect(file.after).toBe(file.in === 'earlier' ? null : text(to))
    if (file.unified === '') expect(file.before).toBe(file.after)
    else expect(applyPatch(file.before ?? '', file.unified)).toBe(file.after ?? '')
    expect(file.hunks.map(({ number }) => number)).toEqual(file.hunks.map((_, at) => at + 1))
  }
})

it('a piece of a stage says what it is, and names the hunks that it shows', async () => {
  const chapter = await read<ChapterData>('/api/chapter/stage2')
  const { files } = await read<DiffData>('/api/diff/stage1/stage2')
  const shown = chapter.pieces.filter(({ kind }) => kind === 'diff')
  expect(shown.length).toBeGreaterThan(0)
  for (const { part, hunks, wordsHtml } of shown) {
    expect(part).toBe('diff')
    expect(wordsHtml).toMatch(/^<p>/)
    for (const { file, number } of hunks) {
      expect(files.find(({ name }) => name === file)!.hunks[number - 1]!.number).toBe(number)
    }
  }
  // One that is whole stays.
  const third = await read<ChapterData>('/api/chapter/stage3')
  const look = third.pieces.filter(({ part }) => part === 'look').map(({ wordsHtml }) => wordsHtml)
  expect(look.join('')).toMatch(/<details>\s*<summary>What there is to see/)
  const kinds = chapter.pieces.map(({ kind }) => kind)
  for (const kind of ['predict', 'run', 'recorded', 'flame', 'questions', 'task'] as const) {
    expect(kinds).toContain(kind)
  }
  const html = chapter.pieces.map(({ wordsHtml }) => wordsHtml).join('')
  // A fold that begins in one piece and ends in another would swallow the page.
  expect(html.match(/<details/g)!.length).toBe(html.match(/<\/details>/g)!.length)
  expect(html).toContain('<summary>In a terminal</summary>')
})

it('every chapter there is can be read, and asks for nothing from elsewhere', async () => {
  const { chapters } = await read<LabData>('/api/lab')
  expect(chapters.map(({ name }) => name)).toContain('measuring')
  for (const { name } of chapters) {
    const chapter = await read<ChapterData>(`/api/chapter/${name}`)
    expect(chapter.pieces.length).toBeGreaterThan(0)
    for (const { blockHtml, wordsHtml } of chapter.pieces) {
      const asked = fetchedBy(blockHtml + wordsHtml).map(
        (found) => /(?:src|href)="([^"]*)/.exec(found)?.[1],
      )
      expect(asked.filter((path) => !/^picture\/[\w-]+\.(svg|png)$/.test(path ?? ''))).toEqual([])
    }
  }
})

it.each([
  ['stage2.md', '#/chapter/stage2'],
  ['measuring.md#comparisons', '#/chapter/measuring?at=comparisons'],
  ['workshop/guide.md', '#/chapter/workshop/guide'],
  ['#look', '#/chapter/stage1?at=look'],
  ['../stages/stage1/reader.ts#L12', '#/source/stages/stage1/reader.ts?line=12'],
  ['../stages/stage3', '#/stage/3'],
  ['https://nodejs.org/api/net.html', 'https://nodejs.org/api/net.html'],
  ['../LICENSE', undefined],
  ['javascript:alert(1)', undefined],
  ['../../etc/passwd', undefined],
])('the link %s leads to %s', (href, target) => {
  expect(linkTarget(href, 'docs/stage1.md')).toBe(target)
})

it('Markdown of ours: pictures by name, colours as classes, folds as they are', () => {
  const html = chapterHtml(
    '![a graph](../profiles/stage1/flamegraph.svg)\n\n<details>\n<summary>Why</summary>\n\nSo.\n\n</details>\n\n```ts\nconst a = 1\n```\n',
    'docs/stage1.md',
  )
  expect(html).toContain('<img src="picture/stage1-flamegraph.svg" alt="a graph"')
  expect(html).toContain('<summary>Why</summary>')
  expect(html).toContain('<span class="hljs-keyword">const</span>')
})

it('the difference of two profiles, with what to know of it', async () => {
  const { difference, notes } = await read<DifferenceData>('/api/difference/stage1/stage2')
  expect(difference).toMatchObject({ unit: 'µs', before: { name: 'stage1' } })
  expect(difference.root.total.before).toBeGreaterThan(difference.root.total.after)
  expect(notes).toEqual([])
})

it('a frame of a stage: its lines in every stage, the hunks that touch them, the role', async () => {
  const asked = new URLSearchParams({
    frame: 'takeDelimiterInclusive',
    file: 'stages/stage2/reader.ts',
    stage: 'stage2',
  })
  const data = await read<Explanation>(`/api/explain?${asked}`)
  expect(data.sources[0]).toMatchObject({ file: 'stages/stage2/reader.ts', stage: 'stage2' })
  expect(data.sources.map(({ stage }) => stage)).toContain('stage1')
  expect(data.hunks[0]).toMatchObject({ from: 'stage1', to: 'stage2', file: 'reader.ts' })
  expect(data).toMatchObject({ role: 'parse', means: null })
  const { files } = await read<DiffData>('/api/diff/stage1/stage2')
  const hunk = files
    .find(({ name }) => name === 'reader.ts')!
    .hunks.find(({ number }) => number === data.hunks[0]!.number)!
  expect(hunk.lines.join('\n')).toContain('takeDelimiterInclusive')
})

it('a frame that is not ours: what it is for', async () => {
  const data = await read<Explanation>('/api/explain?frame=uv__read&file=libuv')
  expect(data).toMatchObject({ where: 'libuv, C', role: 'read', sources: [], hunks: [] })
  expect(data.means).toContain('read(2)')
  const unknown = await read<Explanation>('/api/explain?frame=nobody_knows_it')
  expect(unknown).toMatchObject({ means: null, role: null, sources: [], paragraphs: [] })
})

it('the reference comparison and its findings, and a page to keep', async () => {
  const { comparison, result } = await read<ComparisonData>('/api/comparison/reference')
  expect(result.id).toBe('reference')
  expect(comparison.tables.length).toBeGreaterThan(1)
  const { findings } = await read<FindingsData>('/api/findings')
  expect(findings.length).toBeGreaterThan(5)
  const page = await lab.ask('/export/comparison/reference.html')
  expect(page.headers['content-disposition']).toBe('attachment; filename="compare-reference.html"')
  expect(page.headers['content-security-policy']).toMatch(/^sandbox/)
  expect(fetchedBy(page.text)).toEqual([])
})

it('guesses and answers are saved, and judged by the recording if nothing can be run', async () => {
  const guess = (prediction: string, guess: unknown) =>
    lab.post('/api/guess', { lesson: 'stage1', prediction, guess })
  expect((await guess('stage1.reads', 46)).status).toBe(200)
  expect((await guess('stage1.kernel', null)).status).toBe(200)
  for (const wrong of ['46', [1], { a: 1 }, true]) {
    expect((await guess('stage1.reads', wrong)).status).toBe(400)
  }
  expect((await guess('stage1.widest', 'no such option')).status).toBe(400)
  expect((await guess('stage2.reads', 1)).status).toBe(400)
  const question = { lesson: 'stage1', question: 'stage1.q.slow', chosen: 1 }
  expect((await lab.post('/api/answer', question)).status).toBe(200)
  expect((await lab.post('/api/answer', { ...question, chosen: 7 })).status).toBe(400)
  await guess('stage1.reads', 46)
  expect((await lab.post('/api/recorded', { lesson: 'stage1' })).status).toBe(200)
  const { lessons } = await read<CourseData>('/api/course')
  expect(lessons.stage1).toMatchObject({
    guesses: { 'stage1.reads': { guess: 46 }, 'stage1.kernel': { guess: null } },
    outcomes: {
      'stage1.reads': { verdict: 'right', because: expect.stringContaining('one byte') },
    },
    answers: { 'stage1.q.slow': { right: true } },
    run: { recorded: true, result: 'reference' },
  })
})

it('the page is put together, and requests nothing except from the lab', async () => {
  const { html, files } = await bundlePage()
  const asked = fetchedBy(html).map((found) => /(?:src|href)="([^"]*)/.exec(found)![1]!)
  expect(asked.length).toBeGreaterThan(0)
  for (const path of asked) expect(files.has(path.replace(/^assets\//, '')), path).toBe(true)
  const styles = [...files.keys()].filter((name) => name.endsWith('.css'))
  expect(asked).toEqual(expect.arrayContaining(styles.map((name) => `assets/${name}`)))
  for (const [name, { text }] of files) {
    expect(fetchedBy(text), name).toEqual([])
    // A script may name an address, as that of SVG, or in its licence; it may not load from there.
    expect(text, name).not.toMatch(/\b(?:src|href)\s*[=:]\s*["'`]https?:/)
  }
})

it('a page that cannot be put together says so in one line', async () => {
  const missing = join(labRoot, 'src', 'web', 'page', 'nothing.tsx')
  await expect(bundlePage(missing)).rejects.toThrow(/^the page could not be put together: /)
})
