/** `npm run check`: judges your copy of a stage. */
import { randomInt } from 'node:crypto'
import { checkCopy } from '../src/check/check.ts'
import { currentCopy } from '../src/check/copy.ts'
import { checkExercise } from '../src/check/exercise-check.ts'
import { exerciseScreen } from '../src/check/exercise-screen.ts'
import { normalRace, quickRace } from '../src/check/race.ts'
import { checkScreen } from '../src/check/screen.ts'
import { readReached, type StepState, saveReached } from '../src/check/tasks.ts'
import { printChecks } from '../src/check/watch.ts'
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { type Exercise, exerciseNames, findExercise } from '../src/exercises.ts'
import { quickRounds, usualRounds } from '../src/experiment/exercise-counts.ts'
import { readRounds } from '../src/report/compare-plan.ts'
import type { Emit } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'
import { findCopy, findExerciseCopy, stageOfCopy } from '../src/run/mine.ts'
import { findStage, type Stage } from '../src/stages.ts'

const line: CommandLine = {
  command: 'npm run check',
  usage: '[-- N | EXERCISE | mine/stageN] [options]',
  about: `Judges your copy of a stage; without a word, the one that you changed last. It
must answer as Redis does, also to keys, values and protocol errors that are random in
each run; its system calls, copies and allocations are counted; and it is compared
with the stages in interleaved rounds. It says which steps of its task are reached, and
what comes next. About a minute and a half. Ends with 0 if it conforms and reaches the
goal of its task, with 1 otherwise. A copy for an exercise
of docs/your-own-server.md must answer as the original server does, and is measured
beside it.`,
  options: {
    quick: { type: 'boolean' },
    'no-race': { type: 'boolean' },
    race: { type: 'boolean' },
    'race-if-reached': { type: 'boolean' },
    'no-goal': { type: 'boolean' },
    rounds: { type: 'string' },
    instructions: { type: 'boolean' },
    against: { type: 'string' },
    watch: { type: 'boolean' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
  help: [
    '--quick            short rounds in the race: a look, not a measurement',
    '--rounds N         rounds of the race (9); auto: until the intervals are narrow',
    '                   enough, or a limit is reached',
    '--no-race          no race: some 20 s',
    '--race-if-reached  race only when the goal is reached',
    '--instructions     counts the instructions of your copy and its stage too, by',
    '                   valgrind: the same on a busy machine; three to five minutes',
    '--against LIST     stages to race and to count beside it (its own, the next)',
    '--no-goal          ends with 0 if it conforms, whatever its counters are',
    '--watch            again at each save, until Ctrl-C; races only when the goal',
    '                   is reached, or always with --race',
    '--seed N           the random keys, values and splits of an earlier run',
    '--json             one JSON document instead of the screen',
  ],
  examples: ['npm run check', 'npm run check -- 1 --no-race', 'npm run check -- --watch'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const word = oneWord(positionals, line)
  const asked = exerciseAsked(word) ?? copyAsked(word)
  refuseContradictions(values)
  if (values.watch === true) {
    const words = process.argv.slice(2).filter((word) => !/^--(watch|race|json)$/.test(word))
    const races = values.race === true || values['no-race'] === true
    const all = [
      ...words.filter((word) => word !== positionals[0]),
      asked.directory,
      ...(races ? [] : ['--race-if-reached']),
    ]
    await printChecks(asked.directory, all, { json: values.json === true })
    return 0
  }
  const { report, screen } =
    'exercise' in asked
      ? await judgeExercise(asked, values, emit)
      : await judgeStage(asked, values, emit)
  remember(asked, report.steps)
  emit({ type: 'result', directory: null })
  console.log(values.json === true ? JSON.stringify(report, null, 2) : screen())
  const reached = values['no-goal'] === true || report.goal?.reached === true
  return report.conforms && reached ? 0 : 1
})

/**
 * `npm run hint` is about the first step that is not reached.
 * @param steps null if nothing was counted: what was reached before stays so
 */
function remember(asked: AskedStage | AskedExercise, steps: readonly StepState[] | null): void {
  const task = 'exercise' in asked ? asked.exercise.id : asked.stage
  const reached = steps?.filter((step) => step.reached).map(({ id }) => id) ?? readReached(task)
  try {
    saveReached(task, reached)
  } catch (failure) {
    if (!(failure instanceof LabError)) throw failure
    console.error(`which steps are reached could not be saved: ${failure.message}`)
  }
}

type Values = Words['values']

async function judgeStage({ copy, stage }: AskedStage, values: Values, emit: Emit) {
  const against = readStages(values.against)
  const usual = values.quick === true ? quickRace : normalRace
  const rounds = typeof values.rounds === 'string' ? values.rounds : undefined
  const lengths = { ...usual, ...readRounds(rounds, usual.rounds) }
  const report = await checkCopy(
    copy,
    stage,
    {
      seed: readSeed(values.seed),
      race: raceOf(lengths, values),
      instructions: values.instructions === true,
      ...(against === undefined ? {} : { against }),
    },
    emit,
  )
  return { report, screen: () => checkScreen(report) }
}

async function judgeExercise({ directory, exercise }: AskedExercise, values: Values, emit: Emit) {
  if (values.against !== undefined) {
    throw wrongWords('--against is for stages: an exercise is beside the original server', line)
  }
  const usual = values.quick === true ? quickRounds : usualRounds
  const { rounds, auto } = readRounds(
    typeof values.rounds === 'string' ? values.rounds : undefined,
    usual.rounds,
  )
  if (auto === true) throw wrongWords('--rounds auto is for stages', line)
  const report = await checkExercise(
    directory,
    exercise,
    { seed: readSeed(values.seed), race: raceOf({ ...usual, rounds }, values) },
    emit,
  )
  return { report, screen: () => exerciseScreen(report) }
}

/** When there is a race, and how long its rounds are; null: never. */
function raceOf<T>(
  lengths: T,
  values: Values,
): { lengths: T; when: 'always' | 'when reached' } | null {
  if (values['no-race'] === true) return null
  return { lengths, when: values['race-if-reached'] === true ? 'when reached' : 'always' }
}

interface AskedStage {
  directory: string
  copy: Stage
  stage: string
}

interface AskedExercise {
  directory: string
  exercise: Exercise
}

/** Undefined if the word, or the copy that was changed last, is not of an exercise. */
function exerciseAsked(word: string | undefined): AskedExercise | undefined {
  const copy = findExerciseCopy(word ?? currentCopy() ?? '')
  if (copy !== undefined) return copy
  if (findExercise(word ?? '') === undefined) return undefined
  throw new LabError(`there is no copy for ${word} yet`, { next: `npm run try -- ${word}` })
}

function copyAsked(word: string | undefined): AskedStage {
  const id = word === undefined ? currentCopy() : `mine/${findStage(word)?.id ?? ''}`
  const copy = findCopy(id ?? '') ?? findCopy(word ?? '')
  if (copy !== undefined) {
    return { directory: copy.id, copy, stage: stageOfCopy(copy.id)!.id }
  }
  if (word === undefined) {
    throw new LabError('there is no copy of a stage yet', { next: 'npm run try -- 1' })
  }
  const stage = stageFromWord(word, 'npm run check -- 1', exerciseNames) // or there is no such word at all
  throw new LabError(`there is no copy of ${stage.id} yet`, {
    next: `npm run try -- ${stage.number}`,
  })
}

function refuseContradictions(values: Record<string, string | boolean | undefined>): void {
  if (values.race === true && values.watch !== true) {
    throw wrongWords('--race is for --watch: without it there is a race anyway', line)
  }
  if (values['no-race'] !== true) return
  for (const other of ['race', 'race-if-reached']) {
    if (values[other] === true) {
      throw wrongWords(`--no-race and --${other} exclude each other`, line)
    }
  }
}

function readSeed(word: string | boolean | undefined): number {
  if (word === undefined) return randomInt(2 ** 31)
  if (typeof word === 'string' && /^\d{1,10}$/.test(word)) return Number(word)
  throw wrongWords(`--seed needs a whole number, not '${word}'`, line)
}

function readStages(list: string | boolean | undefined): string[] | undefined {
  if (typeof list !== 'string') return undefined
  const found = list.split(',').map((word) => {
    const stage = findStage(word)
    if (stage !== undefined) return stage
    throw wrongWords(`--against needs a list of stages, such as 1,2, not '${list}'`, line)
  })
  const ordered = found.sort((a, b) => a.number - b.number).map(({ id }) => id)
  return [...new Set(ordered)]
}
