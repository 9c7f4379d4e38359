/**
 * The files of an exported page as the source of its data. A browser reads no JSON from a disk, but
 * it loads scripts: each file in `data/` calls `labData` with the path that it answers.
 */
import { judgeGuess, type Outcome, type Prediction } from '../../course/prediction.ts'
import type {
  AnswerOrder,
  CourseData,
  Explanation,
  ExportedExplanations,
  ExportIndex,
  GuessOrder,
  LabData,
  LessonProgress,
  LieCard,
  LieData,
  LieGuess,
  LieProgress,
  ReadOrder,
  RecordedAnswers,
  RecordedOrder,
  SourceData,
  StageData,
  TaughtCard,
} from '../api/index.ts'
import { path as apiPath, exportedFrame, exportFile } from '../api-path.ts'
import { differenceOf, type Profiled } from '../difference-data.ts'
import { exercisesChapter } from './router.ts'
import { type DataSource, type Order, Refused } from './source.ts'

const loaded = new Map<string, unknown>()
const loading = new Map<string, Promise<void>>()

Object.assign(window, { labData: (path: string, data: unknown) => loaded.set(path, data) })

export const exportedSource: DataSource = {
  async ask<T>(path: string, order?: Order) {
    const lie = /^\/api\/lie\/(\d+)\/guess$/.exec(path)
    if (lie !== null) return (await guessLie(Number(lie[1]), order!)) as T
    const answer = order === undefined ? await read(path) : await change(path, order)
    return answer as T
  },
  getFile: async () => refuse('this copy of the lab page has no such file'),
  follow() {},
}

async function read(path: string): Promise<unknown> {
  const pair = /^\/api\/difference\/(\w+)\/(\w+)\?/.exec(path)
  if (pair !== null) return differenceOf(await profileOf(pair[1]!), await profileOf(pair[2]!))
  const frame = exportedFrame(path)
  if (frame !== undefined) return explanationOf(frame)
  const data = await load(path)
  if (path === '/api/lies') return (data as LieCard[]).map(withGuesses)
  if (path.startsWith('/api/lie/')) return withGuesses(data as LieData)
  if (path !== '/api/lab') return data
  return { ...(data as LabData), course: await courseNow() }
}

/** What a frame is, with the lines of its sources. */
async function explanationOf({ all, key }: { all: string; key: string }): Promise<Explanation> {
  const found = ((await load(all)) as ExportedExplanations)[key] ?? refuse(...notHere)
  const sources = found.sources.map(async (piece) => {
    const { text } = (await load(apiPath(['source'], { file: piece.file }))) as SourceData
    return {
      ...piece,
      text: text
        .split('\n')
        .slice(piece.line - 1, piece.end)
        .join('\n'),
    }
  })
  return { ...found, sources: await Promise.all(sources) }
}

/** The recorded profile of a stage. */
async function profileOf(id: string): Promise<Profiled> {
  const asked = apiPath(['stage', id], { run: 'reference' })
  const { result, tree, notes } = (await load(asked)) as StageData
  return tree === null
    ? refuse(`the recording of ${id} has no profile`)
    : { id, card: result, tree, notes }
}

/** The data of a path, from its script, which is loaded once. @throws Refused */
async function load(path: string): Promise<unknown> {
  if (path !== index && !(await exportIndex()).paths.includes(path)) {
    refuse(...notHere)
  }
  const file = exportFile(path)
  const script = loading.get(file) ?? loadScript(`data/${file}`)
  loading.set(file, script)
  await script
  return loaded.get(path)
}

const notHere = [
  'this copy of the lab page does not have that',
  'npm run lab has all of it',
] as const

const index = '/api/index'

async function exportIndex(): Promise<ExportIndex> {
  return (await load(index)) as ExportIndex
}

function loadScript(source: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script')
    script.src = source
    script.onload = () => resolve()
    script.onerror = () => {
      const happened = `the file ${source} of this copy is missing`
      reject(new Refused({ error: { happened, next: 'npm run lab -- --export site' } }))
    }
    document.head.append(script)
  })
}

function refuse(happened: string, next = 'npm run lab'): never {
  throw new Refused({ error: { happened, next } })
}

/** The name in localStorage, which pages from a disk may share. */
const STORE = 'redis-profiling-lab course'

let course: CourseData | undefined

/** What the reader has guessed and answered in this browser; empty at first. */
async function courseNow(): Promise<CourseData> {
  if (course !== undefined) return course
  const empty = ((await load('/api/lab')) as LabData).course
  let saved: CourseData['lessons'] = {}
  try {
    saved = JSON.parse(localStorage.getItem(STORE) ?? '{}')
  } catch {
    // Nothing was saved that can be read.
  }
  const lessons = Object.entries(empty.lessons).map(([id, lesson]) => [
    id,
    { ...lesson, ...saved[id] },
  ])
  course = { ...empty, lessons: Object.fromEntries(lessons) }
  return course
}

async function change(path: string, { body }: Order): Promise<CourseData> {
  const order = body as { lesson: string }
  const before = await courseNow()
  const { stages, exercises } = (await load('/api/lab')) as LabData
  if (path === '/api/read') return readToEnd(before, body as ReadOrder, exercises)
  const own = structuredClone(before.lessons[order.lesson]!)
  const taught = [...stages, ...exercises].find(({ id }) => id === order.lesson)!
  const at = new Date().toISOString()
  if (path === '/api/guess') guess(own, order as GuessOrder, at)
  else if (path === '/api/answer') answer(own, order as AnswerOrder, taught, at)
  else if (path === '/api/recorded') {
    const { recorded } = await exportIndex()
    const answers = recorded[(order as RecordedOrder).lesson]
    judge(own, answers ?? refuse(`${taught.id} has not been recorded`, `npm start -- ${taught.id}`))
  } else refuse('nothing can be run in this copy of the lab page')
  return save({ ...before.lessons, [order.lesson]: own })
}

/** A chapter that is no lesson's is not remembered here; the exercises have one of their own. */
function readToEnd(
  before: CourseData,
  { chapter }: ReadOrder,
  exercises: LabData['exercises'],
): CourseData {
  const ids = chapter === exercisesChapter ? exercises.map(({ id }) => id) : [chapter]
  const read = new Date().toISOString()
  const found = ids.flatMap((id) => {
    const own = before.lessons[id]
    return own === undefined || own.read !== null ? [] : [[id, { ...own, read }]]
  })
  if (found.length === 0) return before
  return save({ ...before.lessons, ...Object.fromEntries(found) })
}

function save(lessons: CourseData['lessons']): CourseData {
  course = { notes: [], lessons }
  try {
    localStorage.setItem(STORE, JSON.stringify(course.lessons))
  } catch {
    course.notes.push('This browser saves nothing for this page: guesses last until it is closed.')
  }
  return course
}

function guess(own: LessonProgress, { prediction, guess }: GuessOrder, at: string): void {
  own.guesses[prediction] = { guess, at }
  // What was judged by an earlier guess is judged no more.
  delete own.outcomes[prediction]
}

function answer(own: LessonProgress, order: AnswerOrder, taught: TaughtCard, at: string): void {
  const { question, chosen } = order
  const right = taught.lesson.questions.find(({ id }) => id === question)?.answer === chosen
  own.answers[question] = { chosen, right, at }
}

/** A guess that is never right: a prediction that was skipped is answered all the same. */
const NO_GUESS = Number.NaN

/** Compares all guesses of a lesson with the recording. */
function judge(own: LessonProgress, { run, predictions }: RecordedAnswers): void {
  own.run = run
  for (const { card, measured, interval, because } of predictions) {
    // Measured and explained already: `judgeGuess` is given no evidence.
    const answered = {
      ...{ ...card, short: '', because, otherwise: '', holds: () => true },
      measured: () => measured,
      interval: () => interval ?? undefined,
    } as unknown as Prediction
    const said = own.guesses[card.id]?.guess ?? null
    const outcome: Outcome = judgeGuess(answered, said ?? NO_GUESS, undefined as never)
    own.outcomes[card.id] = said === null ? { ...outcome, says: 'no guess' } : outcome
  }
}

/** The name in localStorage of the wrong guesses at recordings, by number. */
const LIES = 'redis-profiling-lab lies'

let wrongGuesses: Record<number, string[]> | undefined

function readWrong(): Record<number, string[]> {
  if (wrongGuesses !== undefined) return wrongGuesses
  try {
    wrongGuesses = JSON.parse(localStorage.getItem(LIES) ?? '{}') as Record<number, string[]>
  } catch {
    wrongGuesses = {}
  }
  return wrongGuesses
}

function withGuesses<Card extends LieCard>(card: Card): Card {
  return { ...card, wrong: readWrong()[card.number] ?? [] }
}

async function guessLie(number: number, { body }: Order): Promise<LieProgress> {
  const { guess } = body as LieGuess
  const { guesses } = (await load(apiPath(['lie', String(number)]))) as LieData
  const saved = readWrong()
  const before = saved[number] ?? []
  const right = guesses.some((one) => one.name === guess && one.right)
  const wrong = right ? before : [...new Set([...before, guess])]
  saved[number] = wrong
  try {
    localStorage.setItem(LIES, JSON.stringify(saved))
  } catch {
    // They last until the page is closed: they only bring help.
  }
  return { number, wrong }
}
