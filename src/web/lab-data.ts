/** What the page needs first: the stages with their lessons, what there is to see, and what is not. */
import { articleResults } from '../article/figures.ts'
import { exerciseTaskOf, type Task, tasks } from '../check/tasks.ts'
import { readChapters } from '../course/chapters.ts'
import { exerciseLessons, type Lesson, lessonOf } from '../course/lessons.ts'
import type { Prediction } from '../course/prediction.ts'
import { mixText } from '../experiment/exercise-measured.ts'
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
import { minutesOfLesson } from '../walkthrough/lesson-steps.ts'
import type {
  ExerciseCard,
  LabData,
  LessonCard,
  PredictionCard,
  RunsData,
  StageCard,
  TaskCard,
} from './api/index.ts'
import { stepCards } from './check-card.ts'
import { type CoursePlace, readCourse } from './course.ts'
import { lessonCode } from './explain.ts'

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
    exercises: exerciseLessons.map(exerciseCard),
    chapters,
    article: articleResults,
    results: await place.results.list(),
    notes: [...here.notes, ...(await place.results.notes())],
    roles: roles.map((role) => ({ role, colour: roleColours[role], means: roleMeanings[role] })),
    course: await readCourse(place),
    runs,
    exported: false,
    cloneFrom: null,
  }
}

export function stageCard(
  stage: Stage,
  { whyNot }: Pick<Here, 'whyNot'>,
  hasChapter: boolean,
): StageCard {
  const { id, number, title, change, next } = stage
  return {
    kind: 'stage',
    ...{ id, number, title, change, next },
    minutes: minutesOfLesson(lessonOf(id), realRuns),
    whyNot: whyNot.get(id) ?? null,
    chapter: hasChapter ? id : null,
    lesson: lessonCard(lessonOf(id)),
    task: taskCard(
      tasks.find((task) => task.id === id),
      String(number),
    ),
  }
}

function exerciseCard(lesson: (typeof exerciseLessons)[number]): ExerciseCard {
  const { id, number, title, complaint, mix } = lesson.exercise
  return {
    kind: 'exercise',
    ...{ id, number, title, complaint },
    minutes: minutesOfLesson(lesson, realRuns),
    load: mixText(mix),
    whyNot: null,
    lesson: lessonCard(lesson),
    task: taskCard(exerciseTaskOf(id), id),
  }
}

function lessonCard(lesson: Lesson): LessonCard {
  const { about, code, predictions, look, lookAt = null, questions, cost } = lesson
  return {
    about: [...about],
    code: lessonCode(code),
    predictions: predictions.map(predictionCard),
    look: [...look],
    lookAt,
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

/** @param word that `npm run try` takes for it */
function taskCard(task: Task | undefined, word: string): TaskCard | null {
  if (task === undefined) return null
  const { title, goal, steps } = task
  const commands = [`npm run try -- ${word}`, 'npm run check', 'npm run hint']
  return { title, goal, steps: stepCards(steps), commands }
}
