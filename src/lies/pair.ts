/** Two servers beside each other, warm, each with a load of its own: what most exhibits compare. */
import { withLoad, withServer } from '../experiment/broken/with.ts'
import { warmUp } from '../experiment/measured-run.ts'
import type { Load } from '../load/control.ts'
import type { RunningServer } from '../run/server.ts'
import { asParty, recordRun } from './record-run.ts'
import type { Recording } from './recording.ts'

export interface Side {
  name: string
  start(): Promise<RunningServer>
  /** Options of Node that it is started with. */
  nodeOptions?: string[]
}

/** Records a SET run of the first (0) or the second (1) of the two. */
export type RunOne = (which: number, round: number, seconds: number) => Promise<void>

/**
 * Starts both, warms both up, and lets `act` record their runs.
 * @throws LabError where a server or a load fails
 */
export function withPair(
  recording: Recording,
  [first, second]: readonly [Side, Side],
  onStep: (text: string) => void,
  act: (run: RunOne) => Promise<void>,
): Promise<void> {
  const { workload, warmUpSeconds, parties, runs } = recording
  const names = [first.name, second.name]
  const measure = async (servers: RunningServer[], loads: Load[]) => {
    onStep('warming up')
    for (const load of loads) await warmUp(load, 'set', warmUpSeconds)
    await act(async (which, round, seconds) => {
      const place = { target: names[which]!, round }
      runs.push(await recordRun(servers[which]!, loads[which]!, { test: 'set', seconds }, place))
    })
  }
  return withServer(first.start, (a) =>
    withServer(second.start, (b) => {
      parties.push(asParty(a, first.name, first.nodeOptions))
      parties.push(asParty(b, second.name, second.nodeOptions))
      return withLoad(a, workload, (loadA) =>
        withLoad(b, workload, (loadB) => measure([a, b], [loadA, loadB])),
      )
    }),
  )
}
