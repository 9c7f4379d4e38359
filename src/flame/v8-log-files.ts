/** V8's own log of the code that it made, as files: how it is asked for, and which one to read. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../run/lab-error.ts'

/**
 * Node's options for such logs in a directory: a file for each isolate, which is a thread that runs
 * JavaScript. With one file for all of them a worker thread would begin it again.
 */
export function v8LogFlags(directory: string): string[] {
  return [
    // Each interpreted function gets a separate entry, or they all look the same from outside.
    '--interpreted-frames-native-stack',
    '--log-code',
    '--log-source-code',
    '--logfile-per-isolate',
    `--logfile=${join(directory, 'v8.log')}`,
  ]
}

/**
 * The log of the main thread of a process: the first that it began.
 * @throws LabError if there is none
 */
export async function mainIsolateLog(directory: string, pid: number): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(`-${pid}-v8.log`))
  const logs = await Promise.all(
    names.map(async (name) => ({ name, ...(await stat(join(directory, name), { bigint: true })) })),
  )
  logs.sort((a, b) => (a.birthtimeNs < b.birthtimeNs ? -1 : 1))
  const [first] = logs
  if (first !== undefined) return join(directory, first.name)
  throw new LabError('V8 left no log of the code that it made', {
    means: 'the program replaced its process, or its Node does not know --log-code',
    next: '--profiler cpu-prof, which needs none',
  })
}
