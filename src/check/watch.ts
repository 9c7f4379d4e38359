/** A check at each save of a copy. One that is under way when a file is saved again ends. */
import type { ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { takeSignals } from '../cli/signals.ts'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { directoryOf, labRoot } from '../run/server.ts'
import type { CheckReport } from './check.ts'
import type { ExerciseReport } from './exercise-check.ts'
import { exerciseScreen, exerciseShort } from './exercise-screen.ts'
import { checkScreen, checkShort } from './screen.ts'

/** An editor writes a file in several steps, or several files: wait until it is quiet, ms. */
const QUIET = 300

const script = fileURLToPath(new URL('../../scripts/check.ts', import.meta.url))

export type AnyReport = CheckReport | ExerciseReport

/** What a watcher reports to; none of these may throw. */
export interface CheckNews {
  /** @param saved the file that was saved; undefined: none was, it is asked for */
  onBegin(saved: string | undefined): void
  /** What it does now. Without it, the check shows that itself on standard error. */
  onStep?(text: string): void
  onResult(report: AnyReport): void
  /** It could not judge: the copy does not start, for one. @param why for a person, in lines */
  onFailure(why: string): void
}

export interface Watcher {
  /** Checks now; what is under way ends. */
  check(): void
  /** Ends what is under way, and watches no longer. */
  stop(): Promise<void>
}

/**
 * Checks a copy whenever a file of it is saved, in a separate process.
 * @param copy e.g. `mine/stage1`
 * @param words for `npm run check`, the copy among them
 */
export function watchCopy(copy: string, words: readonly string[], news: CheckNews): Watcher {
  let running: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  /** One after the other: a check that is to end has ended before the next begins. */
  let turn = Promise.resolve()

  const end = async () => {
    // Its own children go with it: see `children.ts`.
    if (running !== undefined && !hasEnded(running)) await stopChild(running, 'SIGKILL')
  }
  const begin = async (saved: string | undefined) => {
    await end()
    news.onBegin(saved)
    running = startCheck(words, news)
  }
  const next = (saved: string | undefined) => {
    turn = turn.then(() => begin(saved))
  }
  const watcher = watch(directoryOf(copy), (_event, name) => {
    if (name !== null && !name.endsWith('.ts')) return
    clearTimeout(timer)
    timer = setTimeout(() => next(name ?? copy), QUIET)
  })
  return {
    check: () => next(undefined),
    async stop() {
      watcher.close()
      clearTimeout(timer)
      await turn
      await end()
    },
  }
}

function startCheck(words: readonly string[], news: CheckNews): ChildProcess {
  const { onStep } = news
  const child = startChild(process.execPath, ['--import', 'tsx', script, ...words, '--json'], {
    cwd: labRoot,
    stdio: ['ignore', 'pipe', onStep === undefined ? 'inherit' : 'pipe'],
  })
  let output = ''
  let why = ''
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  if (child.stderr !== null) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      // An error is the last that is said; before it there is a line for each step.
      if (why !== '' || line.startsWith('✗')) why += `${line}\n`
      else onStep?.(line)
    })
  }
  child.once('close', (_code, signal) => {
    if (signal !== null) return
    const report = reportIn(output)
    if (report === undefined) news.onFailure(why.trimEnd() || 'the check ended without a result')
    else news.onResult(report)
  })
  return child
}

function reportIn(output: string): AnyReport | undefined {
  return output.trim() === '' ? undefined : (JSON.parse(output) as AnyReport)
}

/**
 * `npm run check -- --watch`: prints each check, until Ctrl-C or another signal ends it in order.
 * @param json the reports as they are
 */
export async function printChecks(
  copy: string,
  words: readonly string[],
  { json }: { json: boolean },
): Promise<void> {
  const waiting = () => console.log(`\nwaiting for a change in ${copy}; Ctrl-C ends`)
  const watcher = watchCopy(copy, words, {
    onBegin(saved) {
      const at = new Date().toTimeString().slice(0, 8)
      console.log(saved === undefined ? `${at} checking ${copy}` : `\n${at} ${saved} was saved`)
    },
    onResult(report) {
      console.log(json ? JSON.stringify(report, null, 2) : screenOf(report))
      waiting()
    },
    onFailure: waiting,
  })
  const ended = Promise.withResolvers<void>()
  takeSignals(ended.resolve)
  watcher.check()
  await ended.promise
  await watcher.stop()
  // The progress of a check that ends in the middle is still on its line.
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
}

/** A report as `npm run check` prints it. */
export function screenOf(report: AnyReport): string {
  return report.kind === 'check' ? checkScreen(report) : exerciseScreen(report)
}

/** The same without what is alike at each save, in lines. */
export function shortScreenOf(report: AnyReport): string[] {
  return report.kind === 'check' ? checkShort(report) : exerciseShort(report)
}
