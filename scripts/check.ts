/** `npm run check`: judges your copy of a stage. */
import { randomInt } from 'node:crypto'
import { checkCopy } from '../src/check/check.ts'
import { currentCopy } from '../src/check/copy.ts'
import { normalRace, quickRace } from '../src/check/race.ts'
import { checkScreen } from '../src/check/screen.ts'
import { watchCopy } from '../src/check/watch.ts'
import { type CommandLine, runCommand, wrongWords } from '../src/cli/command.ts'
import { stageFromWord } from '../src/cli/stage-word.ts'
import { oneWord } from '../src/cli/words.ts'
import { readRounds } from '../src/report/compare-plan.ts'

import { LabError } from '../src/run/lab-error.ts'
import { findCopy, stageOfCopy } from '../src/run/mine.ts'
import { findStage, type Stage } from '../src/stages.ts'

const line: CommandLine = {
  command: 'npm run check',
  usage: '[-- N | mine/stageN] [options]',
  about: `Judges your copy of a stage; without a word, the one that you changed last. It
must answer as Redis does, also to keys, values and protocol errors that are random in
each run; its system calls, copies and allocations are counted; and it is compared
with the stages in interleaved rounds. About a minute and a half. Ends with 0 if it
conforms and reaches the goal of its task, with 1 otherwise.`,
  options: {
    quick: { type: 'boolean' },
    'no-race': { type: 'boolean' },
    race: { type: 'boolean' },
    'race-if-reached': { type: 'boolean' },
    'no-goal': { type: 'boolean' },
    rounds: { type: 'string' },
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
  const { copy, stage } = copyAsked(oneWord(positionals, line))
  refuseContradictions(values)
  const seed = readSeed(values.seed)
  const against = readStages(values.against)
  const usual = values.quick === true ? quickRace : normalRace
  const rounds = typeof values.rounds === 'string' ? values.rounds : undefined
  const lengths = { ...usual, ...readRounds(rounds, usual.rounds) }
  if (values.watch === true) {
    const words = process.argv.slice(2).filter((word) => !/^--(watch|race)$/.test(word))
    const races = values.race === true || values['no-race'] === true
    await watchCopy(copy.id, [
      ...words.filter((word) => word !== positionals[0]),
      copy.id,
      ...(races ? [] : ['--race-if-reached']),
    ])
    return
  }
  const report = await checkCopy(
    copy,
    stage,
    {
      seed,
      race:
        values['no-race'] === true
          ? null
          : {
              lengths,
              when: values['race-if-reached'] === true ? 'when reached' : 'always',
            },
      ...(against === undefined ? {} : { against }),
    },
    emit,
  )
  emit({ type: 'result', directory: null })
  console.log(values.json === true ? JSON.stringify(report, null, 2) : checkScreen(report))
  const reached = values['no-goal'] === true || report.goal?.reached === true
  return report.conforms && reached ? 0 : 1
})

function copyAsked(word: string | undefined): { copy: Stage; stage: string } {
  const id = word === undefined ? currentCopy() : `mine/${findStage(word)?.id ?? ''}`
  const copy = findCopy(id ?? '') ?? findCopy(word ?? '')
  if (copy !== undefined) return { copy, stage: stageOfCopy(copy.id)!.id }
  if (word === undefined) {
    throw new LabError('there is no copy of a stage yet', { next: 'npm run try -- 1' })
  }
  const stage = stageFromWord(word, 'npm run check -- 1') // or there is no such word at all
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
