import { defaultWorkload } from '../load/workload.ts'
import { median } from '../measure/statistics.ts'
import { figures, whole } from '../report/format.ts'
import { type Evidence, singleRuns } from './evidence.ts'
import type { Pace, Pitfall } from './pitfall.ts'
import { createRecorder, labLoad, stageSide } from './recorder.ts'
import type { RecordedRun, Recording } from './recording.ts'

const requests = 200
/** A run that is shorter than this is at the mercy of one turn of the scheduler. */
const shortSeconds = 0.05

/** One warm server with one warm load generator; the runs differ only in their length. */
async function measure(
  { runs, seconds, warmUpSeconds }: Pace,
  onStep: (text: string) => void,
): Promise<Recording> {
  const { recording, withTargets } = createRecorder({
    client: "the lab's load generator",
    workload: defaultWorkload,
    warmUpSeconds,
  })
  await withTargets([stageSide('stage2')], labLoad, async ([stage2]) => {
    onStep('warming up')
    await stage2!.warmUp('set')
    for (let i = 1; i <= runs; i++) {
      onStep(`run ${i} of ${runs}, short and long`)
      await stage2!.run(i, { test: 'set', requests })
      await stage2!.run(i, { test: 'set', seconds })
    }
  })
  return recording
}

/** @param recording runs of 200 requests, and longer ones */
export function judgeTooShort({ runs }: Recording): Evidence {
  const short = runs.filter(({ summary }) => summary.requests === requests)
  const long = runs.filter(({ summary }) => summary.requests !== requests)
  const rates = (of: readonly RecordedRun[]) => of.map(({ summary }) => summary.requestsPerSecond)
  const comparison = singleRuns('requests/s', rates(short), rates(long))
  const length = median(short.map(({ summary }) => summary.seconds)) * 1000
  const ms = `${figures(length)} ms`
  return {
    ...comparison,
    why: comparison.visible
      ? `A short run took ${ms}. One turn of the scheduler, one garbage collection or the ragged end of the run is a good part of that.`
      : `The typical short run, of ${ms}, came out like the long ones this time; compare how far the short ones are apart.`,
    details: [`${spread('short', rates(short))}; ${spread('long', rates(long))}.`],
  }
}

function spread(kind: string, rates: readonly number[]): string {
  const range = `${whole(Math.min(...rates))} to ${whole(Math.max(...rates))}`
  return `${rates.length} ${kind} runs: ${range} requests/s`
}

export const tooShort: Pitfall = {
  name: 'too-short',
  words: 'the runs were too short to give a figure',
  examine({ runs }) {
    const lengths = runs.map(({ summary }) => summary.seconds)
    const seconds = median(lengths)
    return {
      shows: seconds < shortSeconds,
      figure: `A run took ${figures(seconds)} s and ${whole(median(runs.map(({ summary }) => summary.requests)))} requests.`,
    }
  },
  live: {
    title: 'too short',
    wrong: `stage2, warm, measured over ${requests} SETs`,
    right: 'the same server, measured for long enough that clock and scheduler no longer matter',
    run: async (pace, onStep) => judgeTooShort(await measure(pace, onStep)),
  },
}
