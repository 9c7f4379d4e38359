/** `npm start`: the walkthrough. Predict, run, compare, read, next. */
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { wrap } from '../src/report/format.ts'
import { LabError } from '../src/run/lab-error.ts'
import { type Chapter, findChapter } from '../src/walkthrough/chapters.ts'
import { type Course, farewell, goOn, openChapter, readPage } from '../src/walkthrough/course.ts'
import { openKeeper, reset } from '../src/walkthrough/keeper.ts'
import { listLines } from '../src/walkthrough/list.ts'
import { realRuns } from '../src/walkthrough/measure.ts'
import { recordedRuns } from '../src/walkthrough/runs.ts'
import { summaryLines } from '../src/walkthrough/summary.ts'
import { Left } from '../src/walkthrough/teller.ts'
import { ownTerminal, terminalTeller } from '../src/walkthrough/terminal.ts'

const line: CommandLine = {
  command: 'npm start',
  usage: '[-- CHAPTER] [options]',
  about: `The walkthrough: for each stage you read the code, guess, run it, see your guess beside what was
measured, look at the flame graph, and read what the next stage changes. It goes on where you
stopped. It wants a terminal; without one it ends with 2 and names the commands that do not.`,
  options: {
    list: { type: 'boolean' },
    replay: { type: 'boolean' },
    reset: { type: 'boolean' },
    summary: { type: 'boolean' },
  },
  help: [
    'CHAPTER        stage1 … stage5, start-here, flame-graphs, measuring, findings, beyond,',
    '               find-the-lie: opens it',
    '--list         all chapters, how long they take, and how far you are',
    '--replay       recorded runs of another machine instead; nothing is run here',
    '--summary      how your guesses fared so far',
    '--reset        begins anew; what was kept gets another name',
  ],
  examples: ['npm start', 'npm start -- stage3', 'npm start -- --list', 'npm start -- --replay'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const word = oneWord(positionals, line)
  const chapter = word === undefined ? undefined : findChapter(word)
  const columns = Math.min(80, process.stdout.columns ?? 80)
  if (values.reset === true) {
    startAnew(values, word)
    return 0
  }
  const keeper = openKeeper((text) => console.error(wrap(text, '', columns).join('\n')))
  const runs = values.replay === true ? recordedRuns : realRuns
  if (values.list === true || values.summary === true) {
    if (word !== undefined) throw wrongWords(`what is '${word}'?`, line)
    for (const note of keeper.notes) console.error(note)
    const { state } = keeper
    console.log(
      (values.list === true ? listLines(state, runs) : summaryLines(state, columns)).join('\n'),
    )
    return 0
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    await withoutTerminal(chapter)
    return 0
  }
  const teller = terminalTeller(ownTerminal(), emit)
  const course: Course = { teller, runs, keeper, now: () => new Date().toISOString() }
  const bye = () =>
    ['', ...wrap(farewell(keeper.state, keeper.keeps, runs), '', columns)].join('\n')
  endsKindly(bye)
  try {
    await (chapter === undefined ? goOn(course) : openChapter(chapter, course))
  } catch (failure) {
    if (!(failure instanceof Left)) throw failure
    console.log(bye())
    return failure.status
  }
  return 0
})

function startAnew(values: Words['values'], word: string | undefined): void {
  const other = word ?? Object.keys(values).find((name) => name !== 'reset')
  if (other !== undefined) throw wrongWords(`--reset does not go with '${other}'`, line)
  const kept = reset()
  console.log(
    kept === undefined
      ? 'Nothing was kept yet: npm start begins at the beginning.'
      : `What was kept is now .lab/${kept}; npm start begins at the beginning.`,
  )
}

/** A page can be printed into a pipe; a conversation cannot be had with one. */
async function withoutTerminal(chapter: Chapter | undefined): Promise<void> {
  if (chapter !== undefined && chapter.lesson === undefined) {
    console.log((await readPage(chapter, 80)).join('\n'))
    return
  }
  const stage = chapter?.lesson?.replace('stage', '') ?? '1'
  const end = process.stdin.isTTY ? 'output' : 'input'
  throw new LabError(`npm start is a conversation, and standard ${end} is no terminal`, {
    means: `the same without questions:
    npm run stage ${stage}               runs and profiles a stage
    npm run stage ${stage} -- --replay   shows a recorded run
    docs/${chapter?.name ?? 'start-here'}.md         to read`,
    next: `npm run stage ${stage}`,
    exitCode: 2,
  })
}

/** Ctrl-C while a stage runs: the children go with the lab, and what was answered has been kept. */
function endsKindly(bye: () => string): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.prependOnceListener(signal, () => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
      console.error(`Ended; a run that was under way is not recorded.${bye()}`)
      process.exit(status)
    })
  }
}
