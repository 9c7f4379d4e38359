import type { Load } from '../../load/control.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { median } from '../../measure/statistics.ts'
import { type RunningServer, startStage } from '../../run/server.ts'
import { warmUp } from '../measured-run.ts'
import type { BrokenCase } from './broken-case.ts'
import { singleRuns } from './evidence.ts'
import { cpuMicros, withLoad, withServer } from './with.ts'

/** Servers started; each is measured cold once and warm twice. */
const starts = 3

/** Length of the run that is done wrong, in seconds. */
const coldSeconds = 0.25

/**
 * Load generator and server are both Node and both new, as they are whenever a benchmark starts the
 * two and measures at once. By CPU a request, since that is what the compiling is seen in, whatever
 * else the machine does.
 */
export const cold: BrokenCase = {
  name: 'cold',
  title: 'cold',
  wrong: `stage4 measured from its first request on, ${coldSeconds} s, just started like its load generator`,
  right: 'the same server after a warm-up that lasts until the rate stops rising',
  why: 'JavaScript begins in the interpreter and is compiled while it runs, so the first moments measure the compiler, and no server that has been up for a second is like that.',
  async run({ seconds, warmUpSeconds }, onStep) {
    const [first, warm]: [Timed[], Timed[]] = [[], []]
    for (let i = 1; i <= starts; i++) {
      onStep(`start ${i} of ${starts}`)
      await withServer(
        () => startStage({ id: 'stage4' }),
        (server) =>
          withLoad(server, { ...defaultWorkload, pipeline: 16 }, async (load) => {
            first.push(await timed(server, load, coldSeconds))
            await warmUp(load, 'set', warmUpSeconds)
            warm.push(await timed(server, load, seconds))
            warm.push(await timed(server, load, seconds))
          }),
      )
    }
    const cpu = (runs: Timed[]) => runs.map(({ micros }) => micros)
    const rate = (runs: Timed[]) =>
      Math.round(median(runs.map(({ rate }) => rate))).toLocaleString('en-US')
    return singleRuns('µs of CPU a request', cpu(first), cpu(warm), [
      `The rates were ${rate(first)} requests/s cold and ${rate(warm)} warm.`,
    ])
  },
}

interface Timed {
  micros: number
  rate: number
}

async function timed(server: RunningServer, load: Load, seconds: number): Promise<Timed> {
  const { result, micros } = await cpuMicros(server.pid, () => load.run({ test: 'set', seconds }))
  return { micros: micros / result.requests, rate: result.requestsPerSecond }
}
