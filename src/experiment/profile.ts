/** Profiles a stage under the load that it was, or will be, measured with; in a run of its own. */
import { type Capture, captureStage } from '../flame/capture.ts'
import type { PerfProbe } from '../flame/perf.ts'
import { startLoad, type TestName, type Workload } from '../load/control.ts'
import type { Stage } from '../manifest.ts'
import type { RunningServer } from '../run/server.ts'

export interface ProfileOptions {
  workload: Workload
  tests: readonly TestName[]
  /** Length of the recorded window, in seconds. */
  seconds: number
  warmUpSeconds: number
  /** Insists on one profiler; undefined: the best that this machine allows. */
  prefer?: 'perf' | '0x' | undefined
  probe?: PerfProbe | undefined
}

/** Length of one run of a test before the next one's turn, in seconds. */
const TURN = 0.5

/**
 * Captures a profile with the tests taking turns, so that all of them are in the window.
 * @throws LabError where the server, the load or the profiler fails
 */
export async function profileStage(
  stage: Stage,
  options: ProfileOptions,
  onStep: (text: string) => void,
): Promise<Capture> {
  const { workload, tests, seconds, warmUpSeconds, prefer, probe } = options
  const drive = async (server: RunningServer, signal: AbortSignal) => {
    const load = await startLoad(server, workload)
    // Runs are cut short by stopping the load: what is under way then rejects, and that is all right.
    signal.addEventListener('abort', () => void load.stop())
    try {
      await load.fill()
      while (!signal.aborted) {
        for (const test of tests) if (!signal.aborted) await load.run({ test, seconds: TURN })
      }
    } catch (failure) {
      if (!signal.aborted) throw failure
    } finally {
      await load.stop()
    }
  }
  return await captureStage(stage, {
    load: drive,
    seconds,
    warmUpSeconds,
    ...(prefer === undefined ? {} : { prefer }),
    ...(probe === undefined ? {} : { probe }),
    onProgress: (text) => onStep(`${stage.id}: ${text}`),
  })
}
