/** What `npm run check`, `try` and `hint` print of stages: 80 columns, and every colour with a word beside it. */
import { paint } from '../cli/colour.ts'
import { exerciseServer } from '../exercises.ts'
import { roundsEndText } from '../experiment/auto-rounds.ts'
import type { Row } from '../experiment/comparison.ts'
import { leastInstructions } from '../experiment/instruction-ratio.ts'
import { boundMark, isLoadGeneratorBound } from '../load/bottleneck.ts'
import type { Counted } from '../measure/counted.ts'
import { readingText } from '../measure/counters.ts'
import { figures, percent, row, whole, wrap } from '../report/format.ts'
import { ABOUT_INSTRUCTIONS } from '../report/stat-report.ts'
import type { CheckReport } from './check.ts'
import type { Copied } from './copy.ts'
import { counterNames, counterTitles } from './counters.ts'
import type { Race } from './race.ts'
import {
  bad,
  commandLines,
  goalLines,
  good,
  seenLines,
  stepLines,
  titles,
  typeLines,
  WIDTH,
  wrapBold,
} from './screen-parts.ts'
import { solvingPatch } from './solution.ts'
import {
  type ExerciseTask,
  ownLimits,
  type StageTask,
  type Task,
  type TaskStep,
  taskOf,
} from './tasks.ts'

/** All of it. */
export function checkScreen(report: CheckReport): string {
  const lines = [
    `${paint.bold(report.copy)}  ${report.task.title}`,
    ...wrap(`Goal: ${report.task.goal}.`, '  ', WIDTH),
    '',
    ...conformanceLines(report),
    ...typeLines(report),
    ...freshLines(report),
  ]
  if (report.counters !== null) lines.push('', ...counterLines(report))
  if (report.race !== null) lines.push('', ...raceLines(report.race))
  if (report.instructions !== null) lines.push('', ...instructionLines(report.instructions))
  lines.push(
    '',
    ...wrapBold(`Verdict: ${report.verdict}`),
    ...goalLines(taskOf(report.stage), report.copy, report.steps),
  )
  lines.push(...nextLines(report))
  return lines.join('\n')
}

/** What changes from save to save: whether it is right, and which steps are reached. */
export function checkShort(report: CheckReport): string[] {
  return [
    ...conformanceLines(report),
    ...typeLines(report),
    ...freshLines(report),
    ...goalLines(taskOf(report.stage), report.copy, report.steps),
  ]
}

function conformanceLines({ conformance, seed }: CheckReport): string[] {
  const { trials, failures } = conformance
  if (failures.length === 0) {
    const text = `conformance: ${whole(trials)} trials, whole, byte by byte, split at random, in one pipeline`
    return good(text)
  }
  const more = failures.length === 1 ? 'one failure' : `the first ${failures.length} failures`
  const lines = bad(
    `conformance: ${more} in ${whole(trials)} ${trials === 1 ? 'trial' : 'trials'} (--seed ${seed})`,
  )
  let said = ''
  for (const { seen, means } of failures) {
    lines.push('', ...seenLines(seen))
    if (means !== said) lines.push(...wrap(`→ ${means}`, '  ', WIDTH))
    said = means
  }
  return [...lines, ...lastWords(conformance)]
}

function lastWords({ ended, lastError }: CheckReport['conformance']): string[] {
  return [
    ...(lastError === null ? [] : ['', ...wrap(`Error output: ${lastError}`, '  ', WIDTH)]),
    ...(ended === null ? [] : ['', ...wrap(`It ended by itself: ${ended}`, '  ', WIDTH)]),
  ]
}

function freshLines({ conformance, fresh, seed }: CheckReport): string[] {
  if (conformance.failures.length > 0) return []
  if (fresh === null) {
    return good('fresh keys, values and mistakes, over three connections, before and after a load')
  }
  return [
    ...bad(`${fresh.trial} (--seed ${seed})`),
    ...seenLines(fresh.seen),
    ...wrap(`→ ${fresh.means}`, '  ', WIDTH),
    ...lastWords(conformance),
  ]
}

function counterLines({ counters, copy, goal }: CheckReport): string[] {
  const names = Object.keys(counters!)
  const first = 2 + Math.max(...Object.values(counterTitles).map((title) => title.length))
  const widths = [first, ...names.map((name) => Math.max(9, name.length + 2))]
  const missing = new Set<string>()
  const lines = [paint.dim(row(['Counted', ...names], widths))]
  for (const counter of counterNames) {
    const cells = names.map((name) => {
      const counted: Counted<number> = counters![name]![counter]
      if ('value' in counted) return figures(counted.value)
      missing.add(counted.missing)
      return '-'
    })
    const wanted = goal?.limits.some((limit) => limit.counter === counter) === true
    const line = row([`${wanted ? '→' : ' '} ${counterTitles[counter]}`, ...cells], widths)
    lines.push(wanted ? paint.bold(line) : line)
  }
  for (const why of missing) lines.push(...wrap(`-: ${why}`, '  ', WIDTH).map((t) => paint.dim(t)))
  const silent = names.filter((name) => {
    const { reads } = counters![name]!
    return 'value' in reads && reads.value === 0
  })
  if (silent.length > 0) {
    const text = `No calls to read(2) and write(2): ${silent.join(' and ')} reads and writes by other means.`
    lines.push(...wrap(text, '  ', WIDTH).map((line) => paint.dim(line)))
  }
  const about = `→: what the goal is about. ${copy} is yours; copying byte by byte in a loop is not counted.`
  return [...lines, ...wrap(about, '  ', WIDTH).map((text) => paint.dim(text))]
}

/** The first column is as wide as the name of a copy needs. */
const RACE = [13, 9, 9, 20]

function raceLines({ plan, tables, against, floor, roundsEnd }: Race): string[] {
  const { clients, pipeline } = plan.workloads[0]!
  const how = pipeline === 1 ? 'no pipelining' : `a pipeline of ${pipeline}`
  const head = `Race: ${plan.rounds} interleaved rounds of ${figures(plan.seconds)} s, ${clients} clients, ${how}`
  const lines = [paint.dim(head)]
  if (roundsEnd !== undefined) {
    lines.push(...wrap(`  ${roundsEndText(roundsEnd)}`, '  ', WIDTH).map((text) => paint.dim(text)))
  }
  const names = tables.flatMap(({ rows }) => rows.map(({ target }) => target.length))
  const widths = [Math.max(22, ...names.map((length) => length + 3)), ...RACE]
  for (const { test, rows } of tables) {
    const title = [test.toUpperCase(), 'requests/s', 'CPU µs', 'client', 'requests/s, x']
    lines.push(paint.dim(row(title, widths)))
    for (const line of rows) lines.push(raceRow(line, widths))
  }
  const base = `x: over ${against[0]!.stage}; "again" is your copy in a second run, and shows the noise`
  const noise = [
    floor.rate === null ? '' : `${percent(floor.rate)} of throughput`,
    floor.cpu === null ? '' : `${percent(floor.cpu)} of CPU`,
  ].filter((text) => text !== '')
  lines.push(...wrap(`${base}: ${noise.join(', ')}.`, '  ', WIDTH).map((text) => paint.dim(text)))
  if (against.some(({ by }) => by === 'cpu')) {
    const why =
      'The load generator was the bottleneck, or shared a core with the server: compare the CPU per ' +
      'request then, and not the rate.'
    lines.push(...wrap(why, '  ', WIDTH).map((text) => paint.dim(text)))
  }
  return lines
}

function instructionLines(counted: NonNullable<CheckReport['instructions']>): string[] {
  if ('missing' in counted) {
    return wrap(`-: instructions were not counted: ${counted.missing}`, '  ', WIDTH)
  }
  const { runs } = counted.value
  const widths = [22, 14, ...new Array(runs[0]!.starts.length).fill(10)]
  const starts = runs[0]!.starts.map((_, at) => `start ${at + 1}`)
  return [
    paint.dim(row(['Instructions per SET', 'least', ...starts], widths)),
    ...runs.map((run) => {
      const least = run.starts.map((windows) => whole(Math.min(...windows)))
      return row([run.target, whole(leastInstructions(run)), ...least], widths)
    }),
    ...wrap(ABOUT_INSTRUCTIONS, '  ', WIDTH).map((line) => paint.dim(line)),
  ]
}

function raceRow(line: Row, widths: readonly number[]): string {
  const { target, requestsPerSecond, clientBusy, rateRatio, counters } = line
  const interval =
    rateRatio === null || rateRatio.low === null || rateRatio.high === null
      ? ''
      : ` (${figures(rateRatio.low)}-${figures(rateRatio.high)})`
  return row(
    [
      `  ${target}`,
      `${isLoadGeneratorBound(clientBusy) ? `${boundMark} ` : ''}${whole(requestsPerSecond)}`,
      readingText(counters, 'cpu'),
      clientBusy === null ? '-' : percent(clientBusy),
      rateRatio === null ? '1' : figures(rateRatio.ratio) + interval,
    ],
    widths,
  )
}

function nextLines({ copy, stage, conforms, goal }: CheckReport): string[] {
  const number = stage.replace('stage', '')
  if (!conforms)
    return ['', ...commandLines([`npm run check -- ${copy}`, 'when you have changed it'])]
  if (goal?.reached !== true) {
    return [
      '',
      ...commandLines(
        ['npm run check -- --no-race', 'a quick look'],
        ['npm run check -- --watch', 'at each save'],
        ['npm run hint', 'the next hint'],
      ),
    ]
  }
  const task = taskOf(stage)
  return [
    '',
    ...commandLines(
      [`docs/stage${number}.md`, 'what there is to learn from it'],
      ...task.after.map((line): [string, string] => [line, '']),
      [`npm run flame -- ${copy}`, 'the flame graph of what you made'],
    ),
  ]
}

/** The task, the file to open first, and the next commands. */
export function tryScreen({ copy, previous }: Copied, task: StageTask | ExerciseTask): string {
  const { steps }: Task = task
  const isExercise = !('pipeline' in task)
  const source = isExercise ? exerciseServer : task.id
  const [quick, serve, how] = isExercise
    ? ['without the rounds', `npx node ${copy}/main.ts`, 'only the server, on port 3000']
    : ['without the race', `npm run serve -- ${copy}`, 'only the server, for redis-cli']
  const all = isExercise ? 'and rounds beside the original' : 'and a race: 90 s'
  return [
    `${paint.bold(copy)} is your copy of ${source}: change what you like.`,
    ...(previous === undefined ? [] : [`Your work until now is in ${previous}.`]),
    '',
    paint.bold(`Task: ${task.title}`),
    ...wrap(
      `Goal: ${task.goal}. ${isExercise ? 'Counts and ratios' : 'Counted, not timed'}:`,
      '',
      80,
    ),
    ...steps.flatMap((step, at) => [
      ...(steps.length === 1 ? [] : wrap(`${at + 1}. ${step.title}`, '  ', WIDTH)),
      ...ownLimits(steps, at).map((one) => `     ${titles[one.counter]}: at most ${one.atMost}`),
    ]),
    '',
    ...stepLines(steps[0]!, copy),
    '',
    `Then         npm run check -- --no-race    a quick look, ${quick}`,
    `             npm run check                 the same, ${all}`,
    '             npm run check -- --watch      a look at each save',
    '             npm run hint                  one hint at a time, of the step you are at',
    `             ${serve.padEnd(28)}  ${how}`,
  ].join('\n')
}

/**
 * Hints of a step up to one, or one alone.
 * @param from index of the first that is shown
 * @param to index after the last
 */
export function hintScreen(
  task: StageTask | ExerciseTask,
  step: TaskStep,
  from: number,
  to: number,
): string {
  const left = step.hints.length - to
  return [
    ...stepHints(task, step, from, to),
    '',
    ...(left > 0 ? more(left) : last(task, step)),
  ].join('\n')
}

/** All hints of all steps. */
export function allHintsScreen(task: StageTask | ExerciseTask): string {
  const { steps } = task
  return [
    ...steps.flatMap((step) => [...stepHints(task, step, 0, step.hints.length), '']),
    ...last(task, steps.at(-1)!),
  ].join('\n')
}

/** The hints alone. */
export function stepHints(task: Task, step: TaskStep, from: number, to: number): string[] {
  const { steps } = task
  const place = steps.length === 1 ? '' : `, step ${steps.indexOf(step) + 1} of ${steps.length}`
  return [
    `${paint.bold(task.id)}${place}  ${step.title}`,
    ...step.hints
      .slice(from, to)
      .flatMap((hint, at) => [
        '',
        paint.bold(`Hint ${from + at + 1} of ${step.hints.length}`),
        ...hintLines(hint),
      ]),
  ]
}

/** Text is laid out for 80 columns; code, which begins with blanks, stays as it is. */
export function hintLines(hint: string): string[] {
  return hint.split('\n\n').flatMap((part, at) => {
    const lines = part.startsWith('  ')
      ? part.split('\n')
      : wrap(part.replaceAll('\n', ' '), '', 80)
    return at === 0 ? lines : ['', ...lines]
  })
}

function more(left: number): string[] {
  return [
    '→ npm run check -- --no-race   a quick look, when you have changed something',
    `  npm run hint                 the next hint; ${left} left`,
  ]
}

function last(task: StageTask | ExerciseTask, step: TaskStep): string[] {
  const { id, after } = task
  const patch = solvingPatch(task, step)
  const page = 'pipeline' in task ? id : 'your-own-server'
  return [
    'That was the last hint. What there is to read:',
    `→ docs/${page}.md`,
    ...(patch === undefined
      ? [`  ${after[0]}        one way to do it, as the next stage has it`]
      : [
          `  ${patch}   one way to do it; into your copy:`,
          `  git apply -p0 --directory=mine/${id} ${patch}`,
        ]),
  ]
}
