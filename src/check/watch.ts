/** `npm run check -- --watch`: a check at each save. One that is under way when files change again ends. */
import type { ChildProcess } from 'node:child_process'
import { watch } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { directoryOf, labRoot } from '../run/server.ts'

/** An editor writes a file in several steps, or several files: wait until it is quiet, ms. */
const QUIET = 300

const script = fileURLToPath(new URL('../../scripts/check.ts', import.meta.url))

/**
 * Checks a copy, and again whenever a file of it is saved. Never resolves: Ctrl-C ends it.
 * @param copy e.g. `mine/stage1`
 * @param words for `npm run check`, the copy among them
 */
export async function watchCopy(copy: string, words: readonly string[]): Promise<never> {
  let running: ChildProcess | undefined
  let timer: NodeJS.Timeout | undefined
  /** One after the other: a check that is to end has ended before the next begins. */
  let turn = Promise.resolve()

  const begin = async (changed: string | undefined) => {
    if (running !== undefined && !hasEnded(running)) {
      await stopChild(running, 'SIGKILL') // its own children go with it: see `children.ts`
      console.log('\nchanged meanwhile: that check was ended')
    }
    const at = new Date().toTimeString().slice(0, 8)
    console.log(changed === undefined ? `${at} checking ${copy}` : `\n${at} ${changed} was saved`)
    const child = startChild(process.execPath, ['--import', 'tsx', script, ...words], {
      cwd: labRoot,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    running = child
    child.once('exit', (_code, signal) => {
      if (signal === null) console.log(`\nwaiting for a change in ${copy}; Ctrl-C ends`)
    })
  }
  watch(directoryOf(copy), (_event, name) => {
    if (name !== null && !name.endsWith('.ts')) return
    clearTimeout(timer)
    timer = setTimeout(() => {
      turn = turn.then(() => begin(name ?? copy))
    }, QUIET)
  })
  turn = turn.then(() => begin(undefined))
  return await new Promise(() => {})
}
