import { median, ratioOfMedians } from '../../measure/statistics.ts'
import { type RunningServer, startStage } from '../../run/server.ts'
import type { BrokenCase } from './broken-case.ts'
import { ratios } from './evidence.ts'
import { startClient } from './processes.ts'
import { cpuMicros, withServer } from './with.ts'

interface Turn {
  rate: number
  cpu: number
  busy: number
}

/** One set of runs, read in two ways: no run is made twice, so nothing else can be the difference. */
export const clientBound: BrokenCase = {
  name: 'client-bound',
  title: 'client-bound',
  wrong:
    'stage2 and stage4 compared by throughput, through one client that parses a JSON document of 3 KB with each reply',
  right: "the same runs, compared by the server's CPU a request",
  why: 'The client was busy while the servers waited for it, so the rates are its own, and any server that keeps up with it looks as fast as any other.',
  async run({ runs, seconds }, onStep) {
    const slow: Turn[] = []
    const fast: Turn[] = []
    await withServer(
      () => startStage({ id: 'stage2' }),
      (stage2) =>
        withServer(
          () => startStage({ id: 'stage4' }),
          async (stage4) => {
            onStep('warming up')
            const clients = [startClient(stage2, true), startClient(stage4, true)] as const
            try {
              for (const client of clients) await client.run(seconds)
              for (let i = 1; i <= runs; i++) {
                onStep(`round ${i} of ${runs}`)
                slow.push(await turn(stage2, clients[0], seconds))
                fast.push(await turn(stage4, clients[1], seconds))
              }
            } finally {
              for (const client of clients) await client.stop()
            }
          },
        ),
    )
    const pick = (key: keyof Turn) =>
      [fast.map((turn) => turn[key]), slow.map((turn) => turn[key])] as const
    const [fastCpu, slowCpu] = pick('cpu')
    const busy = [...pick('busy')].map((share) => Math.round(median(share) * 100))
    return ratios(ratioOfMedians(...pick('rate')).ratio, ratioOfMedians(slowCpu, fastCpu), [
      `CPU a request: stage2 ${median(slowCpu).toFixed(2)} µs, stage4 ${median(fastCpu).toFixed(2)} µs.`,
      `The client's only thread took ${busy[1]} % of a core with stage2 and ${busy[0]} % with stage4.`,
    ])
  },
}

async function turn(
  { pid }: RunningServer,
  client: ReturnType<typeof startClient>,
  seconds: number,
): Promise<Turn> {
  const { result, micros } = await cpuMicros(pid, () => client.run(seconds))
  const { requests, seconds: took, busy } = result
  return { rate: requests / took, cpu: micros / requests, busy }
}
