import { turns } from '../../experiment/rounds.ts'
import { makeScratch } from '../../flame/scratch.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { figures, percent } from '../../report/format.ts'
import { startStage } from '../../run/server.ts'
import { lastOverFirst, middleCpu, profilerBusy, runsOf } from '../facts.ts'
import type { Lie } from '../lie.ts'
import { withPair } from '../pair.ts'
import { beginRecording, fromFirst } from '../record-run.ts'
import { cpuTable } from '../slide.ts'

const rounds = 5
const seconds = 0.7
const warmUpSeconds = 1.5

/** "So that I get both out of one run": of the second one a profile was wanted as well. */
export const profiled: Lie = {
  number: 4,
  cause: 'profiled',
  claim: ({ recording }) => {
    const { ratio } = lastOverFirst(recording, 'cpu')
    return `The same server, started twice, differs by ${percent(ratio - 1)} in CPU a request. That is the noise of this machine; finer differences between stages mean nothing here.`
  },
  holds: ({ recording }) => lastOverFirst(recording, 'cpu').low! > 1.02,
  shown: ({ recording }) => cpuTable(recording),
  question: 'Five rounds in turn, both warm, one program. Is it noise that sets them apart?',
  hint: { view: 'threads', look: 'a thread that only one of them has' },
  answer: ({ recording }) => {
    const [plain, watched] = recording.parties.map(({ name }) => runsOf(recording, name))
    const busy = Math.max(...watched!.map(profilerBusy))
    return (
      `The second one was timed while a profiler was at work in it. It was started with --cpu-prof, 20 samples a millisecond, and has a thread that the first has not, v8:ProfEvntProc, which took up to ${percent(busy)} of a core. That thread, and the signals that stop the main thread for each sample, are counted as the server's CPU: ${figures(middleCpu(watched!))} µs a SET in place of ${figures(middleCpu(plain!))} µs. ` +
      `Noise would not be on the same side in every round, and it has no thread of its own.`
    )
  },
  lesson: 'A time is never taken from a profiled run. Two questions, two runs.',
  right: ['npm run stage 4 -- --quick', 'npm run broken -- --only profiled'],
  async record(onStep) {
    const workload = defaultWorkload
    const recording = beginRecording({
      client: "the lab's load generator",
      workload,
      warmUpSeconds,
    })
    const scratch = await makeScratch()
    const options = ['--cpu-prof', '--cpu-prof-interval=50']
    const nodeFlags = [...options, `--cpu-prof-dir=${scratch.dir}`]
    const start = () => startStage({ id: 'stage4' })
    const sides = [
      { name: 'stage4', start },
      {
        name: 'stage4 again',
        start: () => startStage({ id: 'stage4' }, { nodeFlags }),
        nodeOptions: options,
      },
    ] as const
    try {
      await withPair(recording, sides, onStep, async (run) => {
        for (let round = 1; round <= rounds; round++) {
          onStep(`round ${round} of ${rounds}`)
          for (const which of turns(2, round)) await run(which, round, seconds)
        }
      })
    } finally {
      await scratch.remove()
    }
    return { recording: { ...recording, runs: fromFirst(recording.runs) }, tree: undefined }
  },
}
