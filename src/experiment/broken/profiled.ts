import { join } from 'node:path'
import { makeScratch } from '../../flame/scratch.ts'
import { zeroxNodeFlags } from '../../flame/zerox.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { startStage } from '../../run/server.ts'
import { warmUp } from '../measured-run.ts'
import { turns } from '../rounds.ts'
import type { BrokenCase } from './broken-case.ts'
import { pairedRuns } from './evidence.ts'
import { cpuMicros, withLoad, withServer } from './with.ts'

/**
 * By CPU a request: that is the server's own, whatever the client or the other programs do. Started
 * afresh for each run, since two processes of one program differ by as much as is looked for here.
 */
export const profiled: BrokenCase = {
  name: 'profiled',
  title: 'profiled while timed',
  wrong: "stage4 timed while V8's sampler runs in it (`--prof`, as 0x starts it)",
  right: 'stage4 timed without a profiler, in turn with the other; a profile is a run of its own',
  why: "A profiler works in the process that it looks at, with signals, stack walks and a log, and its work is counted as the server's.",
  async run({ runs, seconds, warmUpSeconds }, onStep) {
    const scratch = await makeScratch()
    const plain: string[] = []
    const timed: [number[], number[]] = [[], []]
    try {
      for (let round = 1; round <= runs; round++) {
        onStep(`round ${round} of ${runs}`)
        const watched = zeroxNodeFlags(join(scratch.dir, `v8-${round}.log`))
        for (const who of turns(2, round) as (0 | 1)[]) {
          const flags = who === 0 ? watched : plain
          timed[who].push(await timeOne(flags, seconds, warmUpSeconds / 2))
        }
      }
    } finally {
      await scratch.remove()
    }
    return pairedRuns('µs of CPU a request', ...timed)
  },
}

/** CPU a SET of a server that is started for it, µs. */
function timeOne(nodeFlags: string[], seconds: number, warmUpSeconds: number): Promise<number> {
  return withServer(
    () => startStage({ id: 'stage4' }, { nodeFlags }),
    (server) =>
      withLoad(server, { ...defaultWorkload, pipeline: 16 }, async (load) => {
        await warmUp(load, 'set', warmUpSeconds)
        const run = () => load.run({ test: 'set', seconds })
        const { result, micros } = await cpuMicros(server.pid, run)
        return micros / result.requests
      }),
  )
}
