/** Blocks of the course: `predict: stage1`, `questions: stage1`, `task: stage1`; `orders` for `stage1`. */
import { counterNames, counterTitles } from '../check/counters.ts'
import { exerciseTaskOf, type TaskStep, taskOf } from '../check/tasks.ts'
import { evidenceFrom, type StageEvidence } from '../course/evidence.ts'
import { exerciseLessons, type Lesson, lessonOf } from '../course/lessons.ts'
import { judgeGuess, type Prediction } from '../course/prediction.ts'
import { exerciseServer } from '../exercises.ts'
import { type Stage, stages } from '../stages.ts'
import { asMarkdown, fenced, folded } from './markdown.ts'
import { type Filler, type Material, NoRecording, onlyStage, stageOf } from './material.ts'

/** What the walkthrough asks before a run; what the reference says of it is folded away. */
export const predict: Filler = async (words, _page, material) => {
  const lesson = lessonAsked(words)
  const { predictions } = lesson
  if (lesson.kind === 'exercise') {
    const why = predictions.map(({ because }) => [asMarkdown(because)])
    return [
      ...numbered(predictions.map(askLines)),
      '',
      ...folded('What comes out, and why', numbered(why)),
    ].join('\n')
  }
  const stage = onlyStage(words)
  const evidence = await referenceEvidence(stage, material).catch((failure: Error) => {
    if (failure instanceof NoRecording) return failure
    throw failure
  })
  const asked = predictions.map(askLines)
  const answers = predictions.map((prediction) => {
    if (evidence instanceof NoRecording) return `*${evidence.message}*`
    const { measured, because } = judgeGuess(prediction, '', evidence)
    return asMarkdown(`${measured}. ${because}`)
  })
  return [
    ...numbered(asked),
    '',
    ...folded('What was measured, and why', [
      ...numbered(answers.map((text) => [text])),
      ...(evidence instanceof NoRecording ? [] : ['', sources]),
    ]),
  ].join('\n')
}

/** A stage is measured more than once, and no two runs of it are the same. */
const sources =
  'Counts, CPU and ratios are of the recorded comparison, shares of the time of the recorded profile.'

function askLines(prediction: Prediction): string[] {
  const ask = asMarkdown(prediction.ask)
  switch (prediction.kind) {
    case 'number':
      return [`${ask} (${prediction.unit})`]
    case 'percent':
      return [ask]
    case 'choice':
      return [ask, ...prediction.options.map((text) => `- ${asMarkdown(text)}`)]
    case 'ranking':
      return [ask, ...prediction.items.map((text) => `- ${asMarkdown(text)}`)]
  }
}

async function referenceEvidence(stage: Stage, material: Material): Promise<StageEvidence> {
  const { profile } = await material.report(stage)
  const earlier = stages.find(({ number }) => number === stage.number - 1)
  if (earlier !== undefined) await material.report(earlier) // else nothing to compare it with
  const before = earlier?.id
  const { pipeline, keyspace } = lessonOf(stage.id)
  return evidenceFrom(
    await material.comparison(),
    { stage: stage.id, before, pipeline, keyspace },
    profile.shares,
  )
}

/** The questions to check oneself, each with its answer folded away. */
export const questions: Filler = (words) => {
  const { questions } = lessonAsked(words)
  const lines = questions.flatMap(({ ask, options, answer, because }, at) => {
    const right = `${answer + 1}: ${options[answer]}.`
    return [
      '',
      `**Question ${at + 1}.** ${asMarkdown(ask)}`,
      '',
      ...options.map((text, at) => `${at + 1}. ${asMarkdown(text)}`),
      '',
      ...folded('The answer', [asMarkdown(`${right} ${because}`)]),
    ]
  })
  return lines.slice(1).join('\n')
}

/** The task of `npm run try`: what is to be reached, and the commands. The hints are `npm run hint`. */
export const task: Filler = (words) => {
  const { kind, id } = lessonAsked(words)
  const isStage = kind === 'stage'
  const { title, goal, steps, after } = isStage ? taskOf(id) : exerciseTaskOf(id)
  const source = isStage ? id : exerciseServer
  const begin = [
    [`npm run try -- ${id.replace('stage', '')}`, `copies ${source} to mine/${id}`],
    ['npm run check -- --no-race', 'a quick look: is it right, and how far have you come'],
    ['npm run check -- --watch', 'judges your copy, and again at every save'],
    ['npm run hint', 'the next hint of the step that you are at'],
  ]
  // A command may have its reason after it already.
  const then = after.map((line) => line.split(/\s{2,}/))
  return [
    `**${title[0]!.toUpperCase()}${title.slice(1)}.** The goal: ${goal.replaceAll('\n', ' ')}.${steps.length === 1 ? '' : ` It is reached in ${steps.length} steps, each of which \`npm run check\` judges on its own:`}`,
    ...stepItems(steps, id),
    '',
    ...fenced('sh', commented(begin)),
    ...(isStage ? ['', 'When it is reached:', '', ...fenced('sh', commented(then))] : []),
  ].join('\n')
}

/** What each step is about, where it begins and what is counted of it. */
function stepItems(steps: readonly TaskStep[], id: string): string[] {
  const items = steps.map(({ title, what, where: { file, region }, counted }) => {
    const place = `\`mine/${id}/${file}\`${region === undefined ? '' : `, at \`${region}\``}`
    const words = `${asMarkdown(what)} Begin in ${place}. ${asMarkdown(counted.replaceAll('\n', ' '))}`
    return steps.length === 1 ? words : `**${title[0]!.toUpperCase()}${title.slice(1)}.** ${words}`
  })
  return ['', ...(steps.length === 1 ? items : numbered(items.map((item) => [item])))]
}

/** `counted: stage2 views`: what was counted before and after a step of a task. */
export const counted: Filler = (words) => {
  const [stage, id] = words
  const { steps } = taskOf(stageOf(stage).id)
  const step = steps.find((one) => one.id === id)
  if (step === undefined || words.length > 2) {
    const known = steps.map((one) => one.id).join(', ')
    throw new Error(`a stage and a step are wanted: counted: ${stage} ${known}`)
  }
  const moved = counterNames.flatMap((name) => {
    const [before, after] = step.found[name] ?? []
    return before === undefined ? [] : [`| ${counterTitles[name]} | ${before} | ${after} |`]
  })
  return ['| counted | before | after |', '|---|---:|---:|', ...moved].join('\n')
}

/** The lesson of the stage or exercise that a block names. @throws Error if it names none */
function lessonAsked(words: readonly string[]): Lesson {
  const exercise = exerciseLessons.find(({ id }) => id === words.join(' '))
  return exercise ?? lessonOf(onlyStage(words).id)
}

/** Commands in a column, what they are for after them. */
function commented(commands: readonly (readonly string[])[]): string[] {
  const width = Math.max(...commands.map(([command]) => command!.length))
  return commands.map(([command, why]) =>
    why === undefined ? command! : `${command!.padEnd(width)}  # ${why}`,
  )
}

/** `1. …`, with the lines that follow the first set in below it. */
function numbered(items: readonly (readonly string[])[]): string[] {
  return items.flatMap(([first, ...rest], at) => [
    `${at + 1}. ${first}`,
    ...rest.map((line) => `   ${line}`),
  ])
}
