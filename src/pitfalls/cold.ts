import { defaultWorkload } from '../load/workload.ts'
import { figures, whole } from '../report/format.ts'
import { type Evidence, singleRuns } from './evidence.ts'
import { beginningAndEnd, cpuOf, medianCpu, rateOf, runsOf } from './facts.ts'
import type { Pace, Pitfall } from './pitfall.ts'
import { createRecorder, labLoad, stageSide } from './recorder.ts'
import type { RecordedRun, Recording } from './recording.ts'
import { runTable } from './tables.ts'

/** Servers started live; each is measured cold once and warm twice. */
const starts = 3
/** Length of the run that is done wrong, in seconds. */
const coldSeconds = 0.25

const workload = { ...defaultWorkload, pipeline: 16 }
const client = "the lab's load generator"

/** Server and load generator are both new Node processes, as in a benchmark that starts both. */
async function measureBoth(
  { seconds, warmUpSeconds }: Pace,
  onStep: (text: string) => void,
): Promise<Recording> {
  const { recording, withTargets } = createRecorder({ client, workload, warmUpSeconds })
  for (let start = 1; start <= starts; start++) {
    onStep(`start ${start} of ${starts}`)
    await withTargets([stageSide('stage4')], labLoad, async ([stage4]) => {
      await stage4!.run(start, { test: 'set', seconds: coldSeconds })
      await stage4!.warmUp('set')
      for (let i = 0; i < 2; i++) await stage4!.run(start, { test: 'set', seconds })
    })
  }
  return recording
}

/** @param recording of every round, the first run is cold and the others are warm */
export function judgeCold({ runs }: Recording): Evidence {
  const isCold = (run: RecordedRun, at: number) => run.round !== runs[at - 1]?.round
  const cold = runs.filter(isCold)
  const warm = runs.filter((run, at) => !isCold(run, at))
  const cpu = (of: readonly RecordedRun[]) => of.map((run) => cpuOf(run))
  const comparison = singleRuns('µs of CPU per request', cpu(cold), cpu(warm))
  return {
    ...comparison,
    why:
      comparison.visible && comparison.size > 0
        ? 'V8 interprets JavaScript first and compiles it while it runs. The first moments measure the compiler; a warm server is faster.'
        : 'The first run used no more CPU per request here. As a rule it does, because V8 still interprets and compiles; a busy machine hides it.',
    details: [
      `The rates were ${whole(rateOf(cold))} requests/s cold and ${whole(rateOf(warm))} warm.`,
    ],
  }
}

export const cold: Pitfall = {
  name: 'cold',
  words: 'measured from the first request on, without a warm-up',
  examine(recording) {
    if (recording.runs.every(({ slices }) => slices.length < 4)) {
      const { warmUpSeconds } = recording
      const figure = `Each server was loaded for up to ${warmUpSeconds} s before its first run.`
      return { shows: warmUpSeconds === 0, figure }
    }
    const sides = recording.targets.map(({ name }) => ({
      name,
      ...beginningAndEnd(runsOf(recording, name)),
    }))
    const shows = sides.some(({ first, last }) => first > last * 1.3)
    const figure = sides
      .map(
        ({ name, first, last }) =>
          `${name} used ${figures(first)} µs of CPU per request at the beginning of a run and ${figures(last)} µs at its end.`,
      )
      .join(' ')
    return { shows, figure }
  },
  live: {
    title: 'cold',
    wrong: `stage4 measured from its very first request, for ${coldSeconds} s, with a load generator that was just started as well`,
    right: 'the same server after a warm-up that lasts until the rate stops rising',
    run: async (pace, onStep) => judgeCold(await measureBoth(pace, onStep)),
  },
  lie: {
    number: 2,
    claim: ({ runs }) =>
      `Stage 4 serves ${whole(rateOf(runs))} SETs per second in pipelines of 16, at ${figures(medianCpu(runs))} µs of CPU each. That is its speed.`,
    holds: ({ runs }) => beginningAndEnd(runs).first > 1.3 * medianCpu(runs),
    shown: runTable,
    question: 'One run of many requests, every reply checked. Is it the speed?',
    hint: { look: 'slices', find: 'whether the first line looks like the last' },
    answer: ({ runs }) => {
      const { first, last } = beginningAndEnd(runs)
      return (
        `There was no warm-up: server and load generator had just been started, and V8 interprets what it has not compiled yet. ` +
        `A SET used ${figures(first)} µs of CPU in the first tenths of a second and ${figures(last)} µs in the last ones; the mean of the run, ${figures(medianCpu(runs))} µs, is neither. A warm server needs less than that.`
      )
    },
    lesson: 'Warm up until the rate stops rising, then measure. A single mean hides the slope.',
    right: ['npm run stage 4 -- --pipeline 16 --quick', 'npm run broken -- --only cold'],
    async record(onStep) {
      onStep('measuring')
      const { recording, withTargets } = createRecorder({ client, workload, warmUpSeconds: 0 })
      await withTargets([stageSide('stage4')], labLoad, ([stage4]) =>
        stage4!.run(1, { test: 'set', seconds: 0.6 }),
      )
      return recording
    },
  },
}
