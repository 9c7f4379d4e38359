/** Which threads a process has, and how much CPU each of them uses. */
import { readdirSync, readFileSync } from 'node:fs'

export interface ThreadTime {
  name: string
  /** Share of a core, 0 to 1. */
  busy: number
}

/** CPU time of each thread since it began, ns, by the thread's id. */
export type ThreadClocks = Map<string, { name: string; nanos: number }>

/** Reads the scheduler's clock of every thread, see proc(5); empty if there is no `/proc`. */
export function readThreads(pid: number): ThreadClocks {
  const clocks: ThreadClocks = new Map()
  const root = `/proc/${pid}/task`
  for (const id of attempt(() => readdirSync(root)) ?? []) {
    const name = attempt(() => readFileSync(`${root}/${id}/comm`, 'utf8').trim())
    const times = attempt(() => readFileSync(`${root}/${id}/schedstat`, 'utf8'))
    // A thread may have ended since the directory was read.
    if (name === undefined || times === undefined) continue
    clocks.set(id, { name, nanos: Number(times.split(' ')[0]) })
  }
  return clocks
}

/** What each thread used between two readings: threads of one name are added up, busiest first. */
export function threadTimes(
  before: ThreadClocks,
  after: ThreadClocks,
  seconds: number,
): ThreadTime[] {
  const byName = new Map<string, number>()
  for (const [id, { name, nanos }] of after) {
    const spent = nanos - (before.get(id)?.nanos ?? 0)
    byName.set(name, (byName.get(name) ?? 0) + spent)
  }
  return [...byName]
    .map(([name, nanos]) => ({ name, busy: Number((nanos / 1e9 / seconds).toFixed(4)) }))
    .sort((a, b) => b.busy - a.busy)
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}
