/** Every address that the lab's server answers. What is not here is a 404 with a sentence. */
import { readFile } from 'node:fs/promises'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { stream } from 'hono/streaming'
import { readStory } from '../report/story.ts'
import { stages } from '../stages.ts'
import { compareTitle, compareViewData } from '../views/compare/compare-view-data.ts'
import { selfContained } from '../views/self-contained.ts'
import type { CourseData } from './api/index.ts'
import type { Bundle } from './bundle.ts'
import { chapterData } from './chapters.ts'
import {
  answer,
  type CoursePlace,
  guess,
  judgeByRecording,
  readChapter,
  readCourse,
} from './course.ts'
import { diffData } from './diff-data.ts'
import { explanationData, sourceData } from './explain.ts'
import type { Feed, Send } from './feed.ts'
import { type Access, guard, headers, sandboxPolicy } from './guard.ts'
import { type Here, labData } from './lab-data.ts'
import { guessLie, lieData, liesData } from './lies.ts'
import { pictures } from './pictures.ts'
import type { Pitfalls } from './pitfalls.ts'
import { reference } from './results.ts'
import type { Runs } from './runs.ts'
import { sliderData } from './slider-data.ts'
import {
  comparisonData,
  differenceData,
  exerciseData,
  findingsData,
  stageData,
  wholeComparison,
} from './stage-data.ts'
import type { Tasks } from './tasks.ts'
import { errorAnswer, notFound, WebError, wrongOrder } from './web-error.ts'

export interface Parts {
  access: Access
  bundle: Bundle
  here: Here
  place: CoursePlace
  /** Where results are, in place of `profiles/local`. */
  places?: readonly string[] | undefined
  runs: Runs
  feed: Feed
  tasks: Tasks
  pitfalls: Pitfalls
}

/** Limits in bytes: an order is a few words, a file of a copy some pages. */
const MOST_BODY = 64 * 1024
const MOST_FILE = 256 * 1024

export function createApp(parts: Parts): Hono {
  const app = new Hono()
  app.onError(errorAnswer)
  app.notFound((context) => errorAnswer(notFound('there is nothing at this address'), context))
  app.use(headers())
  app.use(guard(parts.access))
  const [order, file] = [MOST_BODY, MOST_FILE].map((maxSize) =>
    bodyLimit({ maxSize, onError: (context) => errorAnswer(tooLong, context) }),
  )
  app.use((context, next) => (context.req.method === 'PUT' ? file! : order!)(context, next))
  addPage(app, parts)
  addReadings(app, parts)
  addRuns(app, parts)
  addCourse(app, parts)
  addTasks(app, parts)
  addLies(app, parts)
  return app
}

const tooLong = new WebError(413, { happened: 'what was sent is too long' })

/** The page itself, its files and pictures. */
function addPage(app: Hono, { bundle, place: { results } }: Parts): void {
  app.get('/', (context) => context.html(bundle.html))
  app.get('/assets/:name', (context) => {
    const file = bundle.files.get(context.req.param('name'))
    if (file === undefined) throw notFound('there is no such file')
    // The name changes with what is in it.
    const headers = { 'content-type': file.type, 'cache-control': 'max-age=31536000, immutable' }
    return context.body(file.text, 200, headers)
  })
  app.get('/picture/:name', async (context) => {
    const picture = pictures().get(context.req.param('name'))
    if (picture === undefined) throw notFound('there is no such picture')
    const type = { 'content-type': picture.type, 'content-security-policy': sandboxPolicy }
    return context.body(await readFile(picture.path), 200, type)
  })
  // A comparison as one file to keep or send on.
  app.get('/export/comparison/:file{[\\w-]+\\.html}', async (context) => {
    const name = context.req.param('file')
    const { comparison, result } = await comparisonData(name.slice(0, -'.html'.length), results)
    const data = compareViewData(comparison, result.id === reference)
    const page = await selfContained('compare', data, compareTitle(comparison.plan))
    return context.body(page, 200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': sandboxPolicy,
      'content-disposition': `attachment; filename="${name.startsWith('compare') ? name : `compare-${name}`}"`,
    })
  })
}

/** What is only read. */
function addReadings(app: Hono, { here, place, places, runs }: Parts): void {
  const { results } = place
  const query = (context: Context, name: string) => context.req.query(name) ?? reference
  app.get('/api/lab', async (context) => context.json(await labData(here, place, runs.data())))
  app.get('/api/story', async (context) => context.json((await readStory()) ?? null))
  app.get('/api/results', async (context) => context.json(await results.list()))
  app.get('/api/stage/:id', async (context) =>
    context.json(await stageData(context.req.param('id'), query(context, 'run'), here, results)),
  )
  app.get('/api/exercise/:id', async (context) =>
    context.json(
      await exerciseData(context.req.param('id'), context.req.query('run') ?? '', results),
    ),
  )
  app.get('/api/chapter/:name{.+}', async (context) =>
    context.json(chapterData(context.req.param('name'))),
  )
  app.get('/api/diff/:from/:to', async (context) =>
    context.json(diffData(context.req.param('from'), context.req.param('to'))),
  )
  app.get('/api/difference/:from/:to', async (context) => {
    const runs = { before: query(context, 'before'), after: query(context, 'after') }
    return context.json(await differenceData(context.req.param(), runs, results))
  })
  app.get('/api/explain', async (context) => {
    const { frame = '', file, line, stage } = context.req.query()
    if (frame === '') throw wrongOrder('a frame is wanted: ?frame=parseBulk')
    return context.json(
      explanationData({
        frame,
        file,
        line: /^\d{1,6}$/.test(line ?? '') ? Number(line) : undefined,
        stage: stages.find(({ id }) => id === stage)?.id,
      }),
    )
  })
  app.get('/api/source', async (context) =>
    context.json(sourceData(context.req.query('file') ?? '')),
  )
  app.get('/api/comparisons', async (context) => {
    const all = await results.list()
    return context.json(all.filter(({ kind }) => kind === 'compare'))
  })
  app.get('/api/comparison/:run', async (context) =>
    context.json(await comparisonData(context.req.param('run'), results)),
  )
  app.get('/api/comparison/:run/whole', async (context) =>
    context.json(await wholeComparison(context.req.param('run'), results)),
  )
  app.get('/api/slider/:id', async (context) =>
    context.json(await sliderData(context.req.param('id'), places)),
  )
  app.get('/api/findings', async (context) =>
    context.json(await findingsData(query(context, 'run'), results)),
  )
}

/** Runs, and what happens while they run. */
function addRuns(app: Hono, { runs, feed }: Parts): void {
  app.get('/api/runs', (context) => context.json(runs.data()))
  app.post('/api/runs', async (context) => {
    const run = runs.start(await bodyOf(context))
    feed.look()
    return context.json(run, 201)
  })
  app.delete('/api/runs/:id', async (context) =>
    context.json(await runs.cancel(context.req.param('id'))),
  )
  app.get('/api/events', (context) => {
    context.header('content-type', 'application/x-ndjson')
    return stream(context, async (lines) => {
      const left = Promise.withResolvers<void>()
      const send: Send = (name, data) => {
        lines.writeln(JSON.stringify({ name, data })).catch(() => left.resolve())
      }
      const end = feed.listen(send)
      lines.onAbort(() => left.resolve())
      await left.promise
      end()
    })
  })
}

/** What the reader guesses and answers. */
function addCourse(app: Hono, { place, feed }: Parts): void {
  app.get('/api/course', async (context) => context.json(await readCourse(place)))
  const post = (path: string, change: (body: unknown, place: CoursePlace) => Promise<CourseData>) =>
    app.post(path, async (context) => {
      const course = await change(await bodyOf(context), place)
      feed.send('course', course)
      return context.json(course)
    })
  post('/api/guess', guess)
  post('/api/answer', answer)
  post('/api/read', readChapter)
  post('/api/recorded', judgeByRecording)
}

/** The reader's copies; see `Tasks`. */
function addTasks(app: Hono, { tasks }: Parts): void {
  app.get('/api/task/:id', (context) => context.json(tasks.data(context.req.param('id'))))
  app.post('/api/task/:id/copy', async (context) =>
    context.json(tasks.makeCopy(context.req.param('id'), await bodyOf(context)), 201),
  )
  app.post('/api/task/:id/hint', (context) => context.json(tasks.hint(context.req.param('id'))))
  app.get('/api/task/:id/diff/:from', (context) => {
    const { id, from } = context.req.param()
    return context.json(tasks.diff(id, from))
  })
  app.get('/api/task/:id/file/:name', (context) => {
    const { id, name } = context.req.param()
    return context.json(tasks.file(id, name))
  })
  app.put('/api/task/:id/file/:name', async (context) => {
    const { id, name } = context.req.param()
    return context.json(tasks.save(id, name, await bodyOf(context)))
  })
}

/** Recordings with one thing wrong, and wrong benchmarks. */
function addLies(app: Hono, { place, pitfalls }: Parts): void {
  app.get('/api/lies', (context) => context.json(liesData(place.directory)))
  app.get('/api/lie/:number', (context) =>
    context.json(lieData(context.req.param('number'), place.directory)),
  )
  app.post('/api/lie/:number/guess', async (context) => {
    const body = await bodyOf(context)
    return context.json(guessLie(context.req.param('number'), body, place.directory))
  })
  app.get('/api/pitfalls', (context) => context.json(pitfalls.data()))
}

async function bodyOf(context: Context): Promise<unknown> {
  try {
    return await context.req.json()
  } catch {
    throw wrongOrder('it is no JSON')
  }
}
