/** `npm start`: the walkthrough. Predict, run, compare, read, next. */
import { type CommandLine, runCommand, type Words, wrongWords } from '../src/cli/command.ts'
import { oneWord } from '../src/cli/words.ts'
import { widthOf } from '../src/cli/wrap.ts'
import { type Chapter, findChapter } from '../src/course/chapters.ts'
import { exerciseLessons } from '../src/course/lessons.ts'
import { wrap } from '../src/report/format.ts'
import { storyLines } from '../src/report/story.ts'
import type { Emit } from '../src/run/events.ts'
import { LabError } from '../src/run/lab-error.ts'
import {
  type Course,
  goOn,
  leavingText,
  listLines,
  openChapter,
  openLesson,
  readPage,
} from '../src/walkthrough/course.ts'
import { Left } from '../src/walkthrough/keyboard.ts'
import { realRuns, recordedRuns } from '../src/walkthrough/lesson-run.ts'
import { openProgress, resetProgress } from '../src/walkthrough/progress-store.ts'
import { summaryLines } from '../src/walkthrough/summary.ts'
import { ownWorkbench } from '../src/walkthrough/task-step.ts'
import { ownTerminal, terminalOutput } from '../src/walkthrough/terminal.ts'

const line: CommandLine = {
  command: 'npm start',
  usage: '[-- CHAPTER] [options]',
  about: `The walkthrough: for each stage you read the code, guess, run it, see your guess beside what was
measured, look at the flame graph, make the change in a copy of your own, which is checked at each
save, and read how the next stage does it. It goes on where you stopped. It needs a terminal; without one it ends with 2 and names the commands that do not.`,
  options: {
    list: { type: 'boolean' },
    replay: { type: 'boolean' },
    reset: { type: 'boolean' },
    summary: { type: 'boolean' },
  },
  help: [
    'CHAPTER        a stage, such as stage3, an exercise of docs/your-own-server.md, such as',
    '               orders, or a page, such as start-here: opens it',
    '--list         all chapters, how long they take, and how far you are',
    '--replay       recorded runs of another machine instead; nothing is run here',
    '--summary      how your guesses came out so far',
    '--reset        begins again; what was saved gets another name',
  ],
  examples: ['npm start', 'npm start -- stage3', 'npm start -- --list', 'npm start -- --replay'],
}

runCommand(line, async ({ values, positionals }, emit) => {
  const word = oneWord(positionals, line, 'chapter')
  const lesson = exerciseLessons.find(({ id }) => id === word)
  const chapter =
    word === undefined
      ? undefined
      : lesson === undefined
        ? findChapter(word)
        : findChapter('your-own-server')
  const columns = widthOf(process.stdout)
  if (values.reset === true) {
    reset(values, word)
    return 0
  }
  const store = openProgress((text) => console.error(wrap(text, '', columns).join('\n')))
  const runs = values.replay === true ? recordedRuns : realRuns
  if (values.list === true || values.summary === true) {
    if (word !== undefined) throw wrongWords(`what is '${word}'?`, line)
    for (const note of store.notes) console.error(note)
    const { state } = store
    console.log(
      (values.list === true ? listLines(state, runs) : summaryLines(state, columns)).join('\n'),
    )
    return 0
  }
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    await withoutTerminal(chapter)
    return 0
  }
  const output = terminalOutput(ownTerminal(), emit)
  const course: Course = {
    ...{ output, runs, store, now: () => new Date().toISOString() },
    ...(values.replay === true ? {} : { workbench: ownWorkbench }),
    story: await storyLines(output.columns),
  }
  const leaving = () => ['', ...wrap(leavingText(store, runs), '', columns)].join('\n')
  endInOrder(leaving, emit)
  try {
    if (lesson !== undefined) await openLesson(lesson, course)
    else await (chapter === undefined ? goOn(course) : openChapter(chapter, course))
  } catch (failure) {
    if (!(failure instanceof Left)) throw failure
    console.log(leaving())
    return failure.status
  }
  return 0
})

function reset(values: Words['values'], word: string | undefined): void {
  const other = word ?? Object.keys(values).find((name) => name !== 'reset')
  if (other !== undefined) throw wrongWords(`--reset does not go with '${other}'`, line)
  const renamed = resetProgress()
  const said =
    renamed === undefined
      ? 'Nothing was saved yet: npm start begins at the beginning.'
      : `What was saved is now .lab/${renamed}; npm start begins at the beginning.`
  console.log(wrap(said, '', widthOf(process.stdout)).join('\n'))
}

/** A page can be printed into a pipe; questions need a terminal. */
async function withoutTerminal(chapter: Chapter | undefined): Promise<void> {
  if (chapter !== undefined && chapter.stage === null) {
    console.log((await readPage(chapter, 80)).join('\n'))
    return
  }
  const stage = chapter?.stage?.replace('stage', '') ?? '1'
  const end = process.stdin.isTTY ? 'output' : 'input'
  throw new LabError(`npm start asks questions, and standard ${end} is no terminal`, {
    means: `the same without questions:
    npm run stage ${stage}               runs and profiles a stage
    npm run stage ${stage} -- --replay   shows a recorded run
    ${`docs/${chapter?.name ?? 'start-here'}.md`.padEnd(28)}   to read`,
    next: `npm run stage ${stage}`,
    exitCode: 2,
  })
}

/** Ctrl-C while a stage runs: the children end with the lab, and what was answered has been saved. */
function endInOrder(leaving: () => string, emit: Emit): void {
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.prependOnceListener(signal, () => {
      emit({ type: 'end' })
      console.error(`Ended; a run that was under way is not recorded.${leaving()}`)
      process.exit(status)
    })
  }
}
