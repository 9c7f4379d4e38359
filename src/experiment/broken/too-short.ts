import { defaultWorkload } from '../../load/workload.ts'
import { startStage } from '../../run/server.ts'
import { warmUp } from '../measured-run.ts'
import type { BrokenCase } from './broken-case.ts'
import { singleRuns } from './evidence.ts'
import { withLoad, withServer } from './with.ts'

const requests = 200

/** The same warm server and the same warm clients; the runs differ in their length alone. */
export const tooShort: BrokenCase = {
  name: 'too-short',
  title: 'too short',
  wrong: `stage2, warm, measured over ${requests} SETs`,
  right: 'the same server, measured long enough for the clock and the scheduler not to matter',
  why: 'In some milliseconds one turn of the scheduler, one garbage collection or the ragged end of the run is a good part of all that was measured.',
  async run({ runs, seconds, warmUpSeconds }, onStep) {
    const [short, long]: [number[], number[]] = [[], []]
    let shortMs = 0
    await withServer(
      () => startStage({ id: 'stage2' }),
      (server) =>
        withLoad(server, defaultWorkload, async (load) => {
          onStep('warming up')
          await warmUp(load, 'set', warmUpSeconds)
          for (let i = 1; i <= runs; i++) {
            onStep(`run ${i} of ${runs}, short and long`)
            const quick = await load.run({ test: 'set', requests })
            short.push(quick.requestsPerSecond)
            shortMs += (quick.seconds * 1000) / runs
            long.push((await load.run({ test: 'set', seconds })).requestsPerSecond)
          }
        }),
    )
    return singleRuns('requests/s', short, long, [
      `A short run took ${shortMs.toFixed(0)} ms. ${spread('short', short)}; ${spread('long', long)}.`,
    ])
  },
}

function spread(what: string, rates: readonly number[]): string {
  const [low, high] = [Math.min(...rates), Math.max(...rates)].map((rate) =>
    Math.round(rate).toLocaleString('en-US'),
  )
  return `${rates.length} ${what} ones said ${low} to ${high}`
}
