/** Things that are started for a while, and ended however that goes. */
import { type Load, startLoad, type Workload } from '../../load/control.ts'
import { readCounters } from '../../measure/process-counters.ts'
import type { RunningServer } from '../../run/server.ts'

/**
 * Starts a server, does something with it, ends it.
 * @throws LabError where it does not start; whatever `act` throws
 */
export async function withServer<T>(
  start: () => Promise<RunningServer>,
  act: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const server = await start()
  try {
    return await act(server)
  } finally {
    await server.stop()
  }
}

/**
 * Puts the lab's load generator on a server, with every key set, and ends it.
 * @throws LabError where the server answers wrongly; whatever `act` throws
 */
export async function withLoad<T>(
  server: RunningServer,
  workload: Workload,
  act: (load: Load) => Promise<T>,
): Promise<T> {
  const load = await startLoad(server, workload)
  try {
    await load.fill()
    return await act(load)
  } finally {
    await load.stop()
  }
}

/**
 * CPU time that a server took while something was done, µs.
 * @throws Error where the operating system does not tell it
 */
export async function cpuMicros<T>(
  pid: number,
  act: () => Promise<T>,
): Promise<{ result: T; micros: number }> {
  const before = readCounters(pid).cpu
  const result = await act()
  const after = readCounters(pid).cpu
  if ('missing' in before) throw new Error(before.missing)
  if ('missing' in after) throw new Error(after.missing)
  return { result, micros: after.value.totalMicros - before.value.totalMicros }
}
