/** One way to start a load, whichever tool makes it. */
import { type Load, type LoadSettings, startLoad } from './control.ts'
import { startHttpLoad } from './http-load.ts'
import type { Tool } from './options.ts'
import { startRedisBenchmark } from './redis-benchmark.ts'
import type { Address, Workload } from './workload.ts'

/**
 * Starts the tool and connects to the server.
 * @throws LabError if the tool is missing, or the server cannot be reached or does not answer
 */
export function startTool(
  tool: Tool,
  target: Address,
  workload: Workload,
  settings?: LoadSettings,
): Promise<Load> {
  if (tool === 'http') return startHttpLoad(target, workload)
  const start = tool === 'lab' ? startLoad : startRedisBenchmark
  return start(target, workload, settings)
}
