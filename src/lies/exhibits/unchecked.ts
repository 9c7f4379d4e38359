import { startLyingServer } from '../../experiment/broken/processes.ts'
import { withServer } from '../../experiment/broken/with.ts'
import { turns } from '../../experiment/rounds.ts'
import { startRedisBenchmark } from '../../load/redis-benchmark.ts'
import { whole } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { keptAndGiven, lastOverFirst } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { asParty, beginRecording, fromFirst, recordRun } from '../record-run.ts'
import { rateTable } from '../slide.ts'

const rounds = 5
const seconds = 0.6

/** A server that says OK to everything, beside one that stores; by a tool that looks at no reply. */
export const unchecked: Lie = {
  number: 6,
  cause: 'unchecked',
  claim: ({ recording }) => {
    const { ratio } = lastOverFirst(recording, 'rate')
    return `Our rewrite takes ${ratio.toFixed(1)} times as many SETs a second as stage 4: values of 1 KB, 300,000 keys, measured with redis-benchmark.`
  },
  holds: ({ recording }) => lastOverFirst(recording, 'rate').low! > 1.2,
  shown: ({ recording }) => rateTable(recording),
  question: 'The tool that everybody uses, five rounds in turn. What did the rewrite do for it?',
  hint: { view: 'memory', look: 'by how much each grew meanwhile' },
  answer: ({ recording }) => {
    const [stage4, rewrite] = ['stage4', 'rewrite'].map((name) => keptAndGiven(recording, name))
    const megabytes = (bytes: number) => `${whole(Math.max(0, bytes) / 1e6)} MB`
    return (
      `The rewrite stores nothing. It was given ${megabytes(rewrite!.given)} of values under keys of their own and grew by ${megabytes(rewrite!.kept)}; stage 4 was given ${megabytes(stage4!.given)} and grew by ${megabytes(stage4!.kept)}. ` +
      `It counts the asterisks that come in and says OK to each (src/experiment/broken/lying-server.ts). redis-benchmark looks at no reply and never asks for a value back, so whoever does less work wins.`
    )
  },
  lesson:
    'A figure is worth what was checked. Read back what was stored; look where the memory is.',
  right: ['npm run compare -- --quick', 'npm run broken -- --only unchecked'],
  async record(onStep) {
    const workload = { clients: 50, pipeline: 16, payload: 1000, keyspace: 300_000 }
    const recording = beginRecording({
      client: 'redis-benchmark',
      workload,
      warmUpSeconds: seconds,
    })
    await withServer(
      () => startStage({ id: 'stage4' }),
      (stage4) =>
        withServer(startLyingServer, async (liar) => {
          const sides = [
            { name: 'stage4', server: stage4 },
            { name: 'rewrite', server: liar },
          ]
          recording.parties.push(...sides.map(({ name, server }) => asParty(server, name)))
          const loads = [
            await startRedisBenchmark(stage4, workload),
            await startRedisBenchmark(liar, workload),
          ]
          try {
            onStep('warming up')
            for (const load of loads) await load.run({ test: 'set', seconds })
            for (let round = 1; round <= rounds; round++) {
              onStep(`round ${round} of ${rounds}`)
              for (const at of turns(2, round)) {
                const { name: target, server } = sides[at]!
                const request = { test: 'set', seconds } as const
                recording.runs.push(await recordRun(server, loads[at]!, request, { target, round }))
              }
            }
          } finally {
            for (const load of loads) await load.stop()
          }
        }),
    )
    return { recording: { ...recording, runs: fromFirst(recording.runs) }, tree: undefined }
  },
}
