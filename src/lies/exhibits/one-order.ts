import { startNeighbours } from '../../experiment/broken/processes.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { median } from '../../measure/statistics.ts'
import { figures, percent } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { lastOverFirst, middleCpu, runsOf, serverBusy } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { withPair } from '../pair.ts'
import { beginRecording, fromFirst } from '../record-run.ts'
import { rateTable } from '../slide.ts'

const rounds = 6
const seconds = 0.6
const warmUpSeconds = 1.5

/** All of stage 3 first; then other programs begin to compute, as a backup does; then stage 4. */
export const oneOrder: Lie = {
  number: 5,
  cause: 'one-order',
  claim: ({ recording }) => {
    const { ratio } = lastOverFirst(recording, 'rate')
    return `Stage 4 is a step back: ${percent(1 - ratio)} fewer SETs a second than stage 3, six runs of each, and the interval is far from 1.`
  },
  holds: ({ recording }) => {
    const [three, four] = ['stage3', 'stage4'].map((name) => runsOf(recording, name))
    const share = (runs: typeof three) => median(runs!.map(serverBusy))
    const { high } = lastOverFirst(recording, 'rate')
    return high! < 0.9 && share(four) < 0.8 * share(three) && middleCpu(four!) < middleCpu(three!)
  },
  shown: ({ recording }) => rateTable(recording),
  question: 'The interval says that it is no chance. What else than the server was different?',
  hint: { view: 'rounds', look: 'what a request cost each of them, and how much of a core it had' },
  answer: ({ recording }) => {
    const [three, four] = ['stage3', 'stage4'].map((name) => runsOf(recording, name))
    const share = (runs: typeof three) => percent(median(runs!.map(serverBusy)))
    return (
      `All runs of stage 3 were made first, then all of stage 4, and the machine changed in between: other programs began to compute. Stage 3 had ${share(three)} of a core, stage 4 got ${share(four)}. What a request costs says the opposite of the claim: ${figures(middleCpu(three!))} µs of CPU with stage 3, ${figures(middleCpu(four!))} µs with stage 4. ` +
      `The interval is narrow because each half was steady; it knows the spread of the runs and nothing of their order.`
    )
  },
  lesson:
    'Run in turn, A B B A, and compare within rounds: then both have the good and the bad time.',
  right: ['npm run compare -- --quick', 'npm run broken -- --only one-order'],
  async record(onStep) {
    const workload = defaultWorkload
    const recording = beginRecording({
      client: "the lab's load generator",
      workload,
      warmUpSeconds,
    })
    const sides = [
      { name: 'stage3', start: () => startStage({ id: 'stage3' }) },
      { name: 'stage4', start: () => startStage({ id: 'stage4' }) },
    ] as const
    await withPair(recording, sides, onStep, async (run) => {
      let endNeighbours = async () => {}
      try {
        for (const [which, { name }] of sides.entries()) {
          if (which === 1) endNeighbours = await startNeighbours()
          for (let round = 1; round <= rounds; round++) {
            onStep(`${name}, run ${round} of ${rounds}`)
            await run(which, round, seconds)
          }
        }
      } finally {
        await endNeighbours()
      }
    })
    return { recording: { ...recording, runs: fromFirst(recording.runs) }, tree: undefined }
  },
}
