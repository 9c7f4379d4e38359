/** Blocks of the list of chapters: `chapter: 2 how to read one`, `chapters`. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mainChapters, minutesOf } from '../course/chapters.ts'
import { labRoot } from '../run/server.ts'
import { linkFrom, table } from './markdown.ts'
import type { Filler } from './material.ts'

/** The place of a page among the chapters, what it is about, and how long it takes. */
export const chapter: Filler = (words, file) => {
  const isStage = mainChapters().some((one) => one.file === file && one.stage !== null)
  if (!isStage && !/^\d+$/.test(words[0] ?? '')) {
    throw new Error('a place and a few words are wanted: chapter: 2 how to read a flame graph')
  }
  const { reading, all } = minutesOf(readFileSync(join(labRoot, file), 'utf8'), file)
  return all === reading
    ? `About ${all} minutes to read.`
    : `About ${all} minutes: ${reading} to read, the rest for commands and questions.`
}

/** A table of all chapters but the page itself. */
export const chapters: Filler = (words, file) => {
  if (words.length > 0) throw new Error('it takes no words')
  const rows = mainChapters()
    .filter((one) => one.file !== file)
    .map(({ file: target, title, about, minutes }) => [
      `[${title}](${linkFrom(file, target)})`,
      about,
      String(minutes),
    ])
  const [head, rule, ...rest] = table(['chapter', 'about', 'minutes'], rows).split('\n')
  return [head, rule!.replace('|---:|', '|---|'), ...rest].join('\n')
}
