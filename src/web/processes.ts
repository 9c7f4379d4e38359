/** For tests: which processes a process has started, and whether they are still there. */
import { execFileSync } from 'node:child_process'

export interface Listed {
  pid: number
  /** How it was started. */
  args: string
}

/** All processes below one, whatever group they are in. */
export function processesBelow(pid: number): Listed[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  const rows = lines.split('\n').flatMap((line) => {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args: args! }]
  })
  const of = (parent: number): typeof rows =>
    rows.filter((row) => row.parent === parent).flatMap((row) => [row, ...of(row.pid)])
  // Not the one that lists them.
  return of(pid).filter(({ args }) => !args.startsWith('ps -A'))
}

/** A zombie has ended. */
export function isRunning({ pid }: Pick<Listed, 'pid'>): boolean {
  try {
    return !/^Z/.test(execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }))
  } catch {
    return false
  }
}
