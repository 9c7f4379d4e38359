/** The chapters that `npm start` opens by name: the lessons, and the pages beside them. */

import { LabError } from '../run/lab-error.ts'
import { stages } from '../stages.ts'

export interface Chapter {
  /** On the command line. */
  name: string
  title: string
  /** Relative to the checkout. */
  file: string
  /** The id of the stage, if it is a lesson. */
  lesson?: string
  /** To read, if it is a page, in minutes. */
  minutes?: number
}

const page = (name: string, title: string, minutes: number): Chapter => ({
  name,
  title,
  file: `docs/${name}.md`,
  minutes,
})

/** In the order in which they are best read. */
export const chapters: readonly Chapter[] = [
  page('start-here', 'Start here', 5),
  page('flame-graphs', 'How to read a flame graph', 10),
  page('measuring', 'How to measure, and how not to', 10),
  ...stages.map(({ id, title }) => ({ name: id, title, file: `docs/${id}.md`, lesson: id })),
  page('findings', "The article's claims, one by one", 30),
  page('beyond', 'When one process is not enough', 40),
  page('find-the-lie', 'Find the lie', 30),
]

/**
 * The chapter that a person means by `3`, `stage3`, `findings`, `docs/findings.md`.
 * @throws LabError, exit status 2, if there is none
 */
export function findChapter(word: string): Chapter {
  const name = word
    .toLowerCase()
    .replace(/^(?:\.\/)?docs\//, '')
    .replace(/\.md$/, '')
  const found = chapters.find((one) => one.name === name || one.name === `stage${name}`)
  if (found !== undefined) return found
  throw new LabError(
    `there is no chapter '${word}'; there are ${chapters.map(({ name }) => name).join(', ')}`,
    { next: 'npm start -- --list', exitCode: 2 },
  )
}
