/** What `npm run try` and `npm run hint` print. */
import { paint } from '../cli/colour.ts'
import { wrap } from '../report/format.ts'
import type { Copied } from './copy.ts'
import { counterTitles } from './counters.ts'
import type { Task } from './tasks.ts'

/** The task, the file to open first, and the next commands. */
export function tryScreen({ copy, kept }: Copied, task: Task): string {
  const limits = task.limits.map(
    ({ counter, atMost }) => `  ${counterTitles[counter]}: at most ${atMost}`,
  )
  return [
    `${paint.bold(copy)} is your copy of ${task.stage}: change what you like.`,
    ...(kept === undefined ? [] : [`Your work until now is in ${kept}.`]),
    '',
    paint.bold(`Task: ${task.title}`),
    ...wrap(`Goal: ${task.goal}. Counted, not timed:`, '', 80),
    ...limits,
    '',
    `Open first   ${copy}/${task.first}`,
    'Then         npm run check -- --no-race    a quick look, without the race',
    '             npm run check                 the same, and a race: 90 s',
    '             npm run check -- --watch      a look at each save',
    '             npm run hint                  one hint at a time, of three',
    `             ${`npm run serve -- ${copy}`.padEnd(28)}  only the server, for redis-cli`,
  ].join('\n')
}

/**
 * The hints of a task up to one, or one alone.
 * @param from index of the first that is shown
 * @param to index behind the last
 */
export function hintScreen(task: Task, from: number, to: number): string {
  const lines = [`${paint.bold(task.stage)}  ${task.title}`]
  for (let at = from; at < to; at++) {
    lines.push(
      '',
      paint.bold(`Hint ${at + 1} of ${task.hints.length}`),
      ...hintLines(task.hints[at]!),
    )
  }
  const left = task.hints.length - to
  lines.push('', ...(left > 0 ? more(left) : last(task)))
  return lines.join('\n')
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
    `  npm run hint                 the next hint, of ${left} more`,
  ]
}

function last({ stage, after, solution }: Task): string[] {
  const patch = 'patch' in solution ? `stages/${stage}/course/${solution.patch}` : undefined
  return [
    'That was the last hint. What there is to read:',
    `→ docs/${stage}.md`,
    ...(patch === undefined
      ? [`  ${after[0]}        one way to do it, as the next stage has it`]
      : [
          `  ${patch}   one way to do it; into your copy:`,
          `  git apply -p0 --directory=mine/${stage} ${patch}`,
        ]),
  ]
}
