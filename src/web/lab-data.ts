/** What the page needs first: the stages with their lessons, what there is to see, and what is not. */
import { articleResults } from '../article/figures.ts'
import { taskOf } from '../check/tasks.ts'
import { readChapters } from '../course/chapters.ts'
import { lessonOf } from '../course/lessons.ts'
import type { Prediction } from '../course/prediction.ts'
import { roleColours } from '../flame/colours.ts'
import { roleMeanings, roles } from '../flame/roles.ts'
import { type Machine, readMachine } from '../measure/machine.ts'
import { withoutPerf } from '../report/doctor.ts'
import { machineLine } from '../report/format.ts'
import { findOnPath } from '../run/installed.ts'
import { canRecord } from '../run/running.ts'
import { otherRedis, whyNoRedis } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { type Stage, stages } from '../stages.ts'
import { realRuns } from '../walkthrough/lesson-run.ts'
import type {
  LabData,
  LessonCard,
  PredictionCard,
  RunsData,
  StageCard,
  TaskCard,
} from './api-types.ts'
import { type CoursePlace, readCourse } from './course.ts'

/** What does not change while the lab runs; found out once, some 200 ms of starting programs. */
export interface Here {
  machine: Machine
  notes: string[]
  /** Why a stage cannot run here, by its id. */
  whyNot: Map<string, string>
}

export function lookAround(): Here {
  const whyNot = new Map<string, string>()
  for (const stage of stages) {
    const why = unsupportedReason(stage)
    if (why !== undefined) whyNot.set(stage.id, why)
  }
  const perf =
    process.platform === 'linux' && findOnPath('perf') === undefined
      ? `perf is not installed: ${withoutPerf}`
      : undefined
  const notes = [
    ...[...whyNot.values()].map((why) => `${why}: its recorded profile is shown`),
    whyNoRedis() ?? otherRedis(),
    perf,
    canRecord() ? undefined : notSeen,
  ].filter((note) => note !== undefined)
  return { machine: readMachine(), notes, whyNot }
}

/** Said if commands cannot write their events. */
export const notSeen =
  'nothing can be written to .lab here, so the page does not see what is run in a terminal'

export async function labData(here: Here, place: CoursePlace, runs: RunsData): Promise<LabData> {
  const chapters = readChapters()
  const has = (id: string) => chapters.some(({ name }) => name === id)
  return {
    machine: here.machine,
    machineLine: machineLine(here.machine),
    stages: stages.map((stage) => stageCard(stage, here, has(stage.id))),
    chapters,
    article: articleResults,
    results: await place.results.list(),
    notes: [...here.notes, ...(await place.results.notes())],
    roles: roles.map((role) => ({ role, colour: roleColours[role], means: roleMeanings[role] })),
    course: await readCourse(place),
    runs,
    exported: false,
  }
}

export function stageCard(
  stage: Stage,
  { whyNot }: Pick<Here, 'whyNot'>,
  told: boolean,
): StageCard {
  const { id, number, title, change, next } = stage
  return {
    ...{ id, number, title, change, next },
    whyNot: whyNot.get(id) ?? null,
    chapter: told ? id : null,
    lesson: lessonCard(id),
    task: taskCard(stage),
  }
}

function lessonCard(stageId: string): LessonCard {
  const lesson = lessonOf(stageId)
  const { pipeline, about, code, predictions, look, questions, cost } = lesson
  return {
    pipeline,
    about: [...about],
    code,
    predictions: predictions.map(predictionCard),
    look: [...look],
    questions: questions.map((question) => ({ ...question, options: [...question.options] })),
    cost,
    seconds: Math.round(realRuns.seconds(lesson)),
  }
}

/** Without what answers it, and without why: that is said beside the outcome. */
export function predictionCard(prediction: Prediction): PredictionCard {
  const { id, ask } = prediction
  switch (prediction.kind) {
    case 'number':
      return { id, ask, kind: 'number', unit: prediction.unit }
    case 'percent':
      return { id, ask, kind: 'percent' }
    case 'choice':
      return { id, ask, kind: 'choice', options: [...prediction.options] }
    case 'ranking':
      return { id, ask, kind: 'ranking', items: [...prediction.items] }
  }
}

function taskCard({ id, number }: Stage): TaskCard | null {
  try {
    const { title, goal, hints } = taskOf(id)
    const commands = [`npm run try -- ${number}`, 'npm run check', 'npm run hint']
    return { title, goal, hints: [...hints], commands }
  } catch {
    return null
  }
}
