/** Processes of this machine, of the lab or of others: whether one is there, and what is below it. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether there is a process of that number, whichever user it belongs to. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (failure) {
    return (failure as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** The parent of a process; undefined if there is no such process, or the system does not say. */
export function parentOf(pid: number): number | undefined {
  const parent = statOf(pid)?.[1]
  return parent === undefined ? undefined : Number(parent)
}

/** The fields of proc(5) from the third on; the second, the name, may hold spaces and parentheses. */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}

/** Whether a process was stopped by a signal (SIGSTOP) and has not been continued. */
export function isStopped(pid: number): boolean {
  return /^T/.test(stateOf(pid) ?? '')
}

/** The letters of ps(1) for what a process does; undefined if there is no such process. */
function stateOf(pid: number): string | undefined {
  if (process.platform === 'linux') return statOf(pid)?.[0]
  try {
    return execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return undefined
  }
}

/**
 * When a process began, to be compared for equality only: a pid is used again, the pair of pid and
 * start is not. Null if there is no such process, or the system does not say.
 */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') return statOf(pid)?.[19] ?? null
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' })
    return text.trim() || null
  } catch {
    return null
  }
}

/** Threads of Node itself and of V8 that have a name of their own, from Node 24 on; 15 letters at most. */
const ofNode =
  /^(node|libuv)-|^v8:|^(DelayedTaskSche|SignalInspector|InspectorIo|TraceEventWorke|SigintWatchdog)$/

/**
 * Whether a thread is a worker, by its name: `WorkerThread`, or what the program has called it.
 * @param all the names of all threads; before Node 24 they are all `node`, and cannot be distinguished
 */
export function isWorkerThread(name: string, all: readonly string[]): boolean {
  return name === 'WorkerThread' || (all.includes('node-V8Worker') && !ofNode.test(name))
}

export interface Listed {
  pid: number
  /** How it was started. */
  args: string
}

/** All processes below one, in whatever group they are. */
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

/** Whether a process is there and has not ended; a zombie has. */
export function isRunning(one: number | Pick<Listed, 'pid'>): boolean {
  const pid = typeof one === 'number' ? one : one.pid
  return exists(pid) && !/^Z/.test(stateOf(pid) ?? 'Z')
}
