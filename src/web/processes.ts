/** For tests: which processes a process has started, and whether they are still there. */
import { execFileSync } from 'node:child_process'

/** All processes below one, whatever group they are in. */
export function processesBelow(pid: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,comm='], { encoding: 'utf8' })
  const rows = lines.split('\n').map((line) => line.trim().split(/\s+/))
  const of = (parent: number): number[] =>
    rows
      .filter(([, above, name]) => Number(above) === parent && name !== 'ps')
      .flatMap(([own]) => [Number(own), ...of(Number(own))])
  return of(pid)
}

/** A zombie has ended. */
export function isRunning(pid: number): boolean {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return false
  }
}
