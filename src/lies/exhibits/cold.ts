import { withLoad, withServer } from '../../experiment/broken/with.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { figures, whole } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { beginningAndEnd, middleCpu, rateOf } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { asParty, beginRecording, fromFirst, pipelined, recordRun } from '../record-run.ts'
import { runTable } from '../slide.ts'

const seconds = 0.6

/** Server and load generator are new, and their first request is measured. */
export const cold: Lie = {
  number: 2,
  cause: 'cold',
  claim: ({ recording: { runs } }) =>
    `Stage 4 serves ${whole(rateOf(runs))} SETs a second in pipelines of 16, at ${figures(middleCpu(runs))} µs of CPU each. That is what it can do.`,
  holds: ({ recording: { runs } }) => beginningAndEnd(runs).first > 1.3 * middleCpu(runs),
  shown: ({ recording }) => runTable(recording),
  question: 'One run, hundreds of thousands of requests, every reply checked. Is that its speed?',
  hint: { view: 'slices', look: 'whether the first line looks like the last' },
  answer: ({ recording: { runs } }) => {
    const { first, last } = beginningAndEnd(runs)
    return (
      `There was no warm-up: server and load generator had just been started, and V8 interprets what it has not compiled yet. ` +
      `A SET cost ${figures(first)} µs of CPU in the first tenths of a second and ${figures(last)} µs in the last ones; the mean of the run, ${figures(middleCpu(runs))} µs, is neither the one nor the other. No server that has been up for a second is like that.`
    )
  },
  lesson: 'Warm up until the rate stops rising, then measure. A single mean hides the slope.',
  right: ['npm run stage 4 -- --pipeline 16 --quick', 'npm run broken -- --only cold'],
  async record(onStep) {
    const workload = pipelined(defaultWorkload)
    const recording = beginRecording({
      client: "the lab's load generator",
      workload,
      warmUpSeconds: 0,
    })
    onStep('measuring')
    await withServer(
      () => startStage({ id: 'stage4' }),
      (server) => {
        recording.parties.push(asParty(server))
        const place = { target: server.name, round: 1 }
        return withLoad(server, workload, async (load) => {
          recording.runs.push(await recordRun(server, load, { test: 'set', seconds }, place))
        })
      },
    )
    return { recording: { ...recording, runs: fromFirst(recording.runs) }, tree: undefined }
  },
}
