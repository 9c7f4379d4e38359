/** What the next stage changes, with the words of its chapter. */
import { isSolvedByNext, taskOf } from '../check/tasks.ts'
import { diffWords } from '../course/chapters.ts'
import type { Lesson } from '../course/lessons.ts'
import { counted, wrap } from '../report/format.ts'
import { fileLines } from '../report/stage-diff.ts'
import { stageDifference } from '../source/difference.ts'
import type { Stage } from '../stages.ts'
import { fold } from './fold.ts'
import { stageOf } from './runs.ts'
import type { Step } from './steps.ts'
import type { Teller } from './teller.ts'

/** Offers the difference to the next stage, file by file; each is read a page at a time. */
export function tellDiff(lesson: Lesson, next: Stage): Step['tell'] {
  return async ({ teller }) => {
    const from = stageOf(lesson)
    const command = `npm run diff -- ${from.number} ${next.number}`
    const words = diffWords(from, next)
    const files = stageDifference(from, next)
      .filter(({ hunks }) => hunks.length > 0)
      .map((file) => ({
        name: file.name,
        hunks: file.hunks.length,
        lines: fileLines(file, from, next, words)
          .filter((line, at, all) => line !== '' || all[at - 1]?.trim() !== '')
          .flatMap((line) => fold(line, teller.columns)),
      }))
    const all = files.reduce((sum, { lines }) => sum + lines.length, 0)
    const solution = isSolvedByNext(taskOf(lesson.stage)) ? ' It is the solution of your task.' : ''
    await teller.say([
      ...wrap(`${next.id}, ${next.title}: ${next.change}.${solution}`, '', teller.columns),
      ...wrap(
        `The difference: ${counted(files.length, 'file')}, ${counted(all, 'line')} with what docs/${next.id}.md says of them.`,
        '',
        teller.columns,
      ),
    ])
    const chosen = await teller.choose({
      id: `diff:${from.id}`,
      prompt: 'Read it:',
      options: [
        `now, ${files.length === 1 ? 'a page at a time' : 'file by file'}`,
        `later, with ${command}`,
      ],
      skippable: false,
      back: true,
    })
    if (chosen !== 0) return await teller.say([''])
    await readFiles(files, from.id, teller)
    await teller.pause(`go on; to read it again: ${command}`)
  }
}

interface ShownFile {
  name: string
  hunks: number
  lines: readonly string[]
}

async function readFiles(files: readonly ShownFile[], from: string, teller: Teller): Promise<void> {
  for (const [at, { name, hunks, lines }] of files.entries()) {
    const isLast = at === files.length - 1
    if (files.length > 1) {
      const size = `${counted(hunks, 'hunk')}, ${counted(lines.length, 'line')}`
      const chosen = await teller.choose({
        id: `diff:${from}:${name}`,
        prompt: `File ${at + 1} of ${files.length}, ${name} (${size}):`,
        options: isLast ? ['show it', 'enough'] : ['show it', 'next file', 'enough'],
        skippable: false,
        back: true,
      })
      if (chosen === (isLast ? 1 : 2)) return
      if (chosen === 1) continue
    }
    await teller.say(lines, true)
  }
}
