/** For tests: the walkthrough shown nowhere, and answered from a list. */
import { setImmediate } from 'node:timers/promises'
import { Left } from './keyboard.ts'
import type { Output } from './terminal.ts'

/** What is typed for a question, by its id; undefined: it is skipped. */
export type Answers = (id: string) => string | number | undefined

export interface ScriptedOutput extends Output {
  /** All that was shown. */
  readonly said: string[]
  /** What was waited for, and asked. */
  readonly asked: string[]
}

/**
 * Types what `answers` returns: words, or the index of an option.
 * @param leaveAt how many prompts are answered before the reader leaves; default: all
 * @throws Error from `ask` if what is typed cannot be read
 */
export function scriptedOutput(
  answers: Answers,
  { columns = 80, leaveAt = Number.POSITIVE_INFINITY } = {},
): ScriptedOutput {
  const said: string[] = []
  const asked: string[] = []
  const prompted = (what: string) => {
    if (asked.length >= leaveAt) throw new Left(0)
    asked.push(what)
  }
  return {
    columns,
    said,
    asked,
    head(lines) {
      said.push(...lines)
    },
    async say(lines) {
      said.push(...lines)
    },
    async pause(next) {
      prompted(`Enter: ${next}`)
    },
    async ask({ id, read }) {
      prompted(id)
      const typed = answers(id)
      if (typed === undefined) return undefined
      const found = read(String(typed))
      if ('wrong' in found) throw new Error(`${id}: ${found.wrong}`)
      return found.value
    },
    async choose({ id, skippable }) {
      prompted(id)
      const chosen = answers(id)
      if (chosen === undefined && !skippable) throw new Error(`${id} needs an answer`)
      return chosen === undefined ? undefined : Number(chosen)
    },
    async key(keys, news) {
      // What is under way comes first: a script does not know when.
      const isNews = await Promise.race([news.then(() => true), setImmediate(false)])
      if (isNews) return undefined
      prompted(keys.map(([key]) => key).join(' '))
      const typed = answers('key')
      if (typed !== undefined) return String(typed)
      await news
      return undefined
    },
    emit() {},
    watch: (run) => run(() => {}),
    async open() {},
  }
}
