import type { ClientRun } from '../../experiment/broken/client.ts'
import { startClient } from '../../experiment/broken/processes.ts'
import { withServer } from '../../experiment/broken/with.ts'
import { turns } from '../../experiment/rounds.ts'
import { median } from '../../measure/statistics.ts'
import { figures, percent } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { clientBusy, lastOverFirst, middleCpu, runsOf, serverBusy } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { asParty, beginRecording, fromFirst, recorded } from '../record-run.ts'
import type { RunSummary } from '../recording.ts'
import { rateTable } from '../slide.ts'

const rounds = 6
const seconds = 0.7

/** One set of rounds, in turn, with clients that do with each reply what a web application does. */
export const clientBound: Lie = {
  number: 1,
  cause: 'client-bound',
  claim: ({ recording }) => {
    const { ratio } = lastOverFirst(recording, 'rate')
    return `Stage 4 answers GETs at ${ratio.toFixed(2)} times the rate of stage 2: its pooling buys next to nothing.`
  },
  holds: ({ recording }) => {
    const [two, four] = ['stage2', 'stage4'].map((name) => middleCpu(runsOf(recording, name)))
    return Math.abs(lastOverFirst(recording, 'rate').ratio - 1) < 0.15 && two! > 2 * four!
  },
  shown: ({ recording }) => rateTable(recording),
  question: 'Six rounds in turn, every reply used, the interval narrow. What holds the rate down?',
  hint: { view: 'busy', look: 'the column that does differ between the two' },
  answer: ({ recording }) => {
    const [two, four] = ['stage2', 'stage4'].map((name) => runsOf(recording, name))
    const [withTwo, withFour] = [two!, four!].map((runs) => percent(clientBusy(runs) ?? 0))
    const busy =
      withTwo === withFour
        ? `${withTwo} of a core with either server`
        : `${withTwo} of a core with stage 2 and ${withFour} with stage 4`
    const idle = percent(median(four!.map(serverBusy)))
    return (
      `The client was the limit. Its only thread took ${busy}, while stage 4 had work for ${idle} of one: both servers waited for a program that parses JSON, and the rates are that program's. ` +
      `The server's own CPU a request is not touched by this: ${figures(middleCpu(two!))} µs with stage 2, ${figures(middleCpu(four!))} µs with stage 4.`
    )
  },
  lesson:
    'Look at the client before you compare servers. Where it is the limit, read CPU a request.',
  right: ['npm run compare -- --quick', 'npm run broken -- --only client-bound'],
  async record(onStep) {
    const recording = beginRecording({
      client: 'a web application: it parses the JSON in each reply and writes a page of it',
      workload: { clients: 10, pipeline: 16, payload: 3101, keyspace: 1 },
      warmUpSeconds: seconds,
    })
    await withServer(
      () => startStage({ id: 'stage2' }),
      (stage2) =>
        withServer(
          () => startStage({ id: 'stage4' }),
          async (stage4) => {
            const servers = [stage2, stage4]
            recording.parties.push(...servers.map((server) => asParty(server)))
            const clients = servers.map((server) => startClient(server, true))
            try {
              onStep('warming up')
              for (const client of clients) await client.run(seconds)
              for (let round = 1; round <= rounds; round++) {
                onStep(`round ${round} of ${rounds}`)
                for (const at of turns(2, round)) {
                  const server = servers[at]!
                  const place = { target: server.name, round }
                  const run = await recorded(server, place, async (measured) => {
                    const result = await clients[at]!.run(seconds)
                    measured()
                    return { summary: summaryOf(result), slices: [] }
                  })
                  recording.runs.push(run)
                }
              }
            } finally {
              for (const client of clients) await client.stop()
            }
          },
        ),
    )
    return { recording: { ...recording, runs: fromFirst(recording.runs) }, tree: undefined }
  },
}

/** A wrong reply would not parse, which ends this client. */
function summaryOf({ requests, seconds, busy }: ClientRun): RunSummary {
  return {
    test: 'get',
    requests,
    seconds,
    requestsPerSecond: requests / seconds,
    latency: null,
    client: { busy },
    repliesChecked: true,
  }
}
