import { turns } from '../experiment/rounds.ts'
import { defaultWorkload } from '../load/workload.ts'
import { figures, percent } from '../report/format.ts'
import { makeScratch } from '../run/scratch.ts'
import { startStage } from '../run/server.ts'
import { type Evidence, pairedRuns } from './evidence.ts'
import { cpuOf, lastOverFirst, medianCpu, profilerBusy, runsOf } from './facts.ts'
import { normalPace, type Pace, type Pitfall } from './pitfall.ts'
import { createRecorder, labLoad, type Side, stageSide } from './recorder.ts'
import type { Recording } from './recording.ts'
import { cpuTable } from './tables.ts'

const plainName = 'stage4'
const profiledName = 'stage4 again'
/** 20 samples per millisecond. */
const profilerOptions = ['--cpu-prof', '--cpu-prof-interval=50']

/**
 * Stage 4 in turn, without and with V8's profiler. Every run gets a new process, because two
 * processes of one program differ by a few percent as long as they live.
 */
async function measure(
  { runs, seconds, warmUpSeconds }: Pace,
  onStep: (text: string) => void,
): Promise<Recording> {
  const { recording, withTargets } = createRecorder({
    client: "the lab's load generator",
    workload: defaultWorkload,
    warmUpSeconds: warmUpSeconds / 2,
  })
  const scratch = await makeScratch()
  const nodeFlags = [...profilerOptions, `--cpu-prof-dir=${scratch.dir}`]
  const sides: Side[] = [
    stageSide(plainName),
    {
      name: profiledName,
      start: () => startStage({ id: 'stage4' }, { nodeFlags }),
      nodeOptions: profilerOptions,
    },
  ]
  try {
    for (let round = 1; round <= runs; round++) {
      onStep(`round ${round} of ${runs}`)
      for (const at of turns(2, round)) {
        await withTargets([sides[at]!], labLoad, async ([target]) => {
          await target!.warmUp('set')
          await target!.run(round, { test: 'set', seconds })
        })
      }
    }
  } finally {
    await scratch.remove()
  }
  return {
    ...recording,
    targets: recording.targets.toSorted((a) => (a.name === plainName ? -1 : 1)),
  }
}

export function judgeProfiled(recording: Recording): Evidence {
  const [profiled, plain] = [profiledName, plainName].map((name) => runsOf(recording, name))
  const cpus = (runs: typeof plain) => runs!.map((run) => cpuOf(run))
  const comparison = pairedRuns('µs of CPU per request', cpus(profiled), cpus(plain))
  const threads = Math.max(...profiled!.map(profilerBusy))
  return {
    ...comparison,
    why:
      comparison.visible && comparison.size > 0
        ? "A profiler works in the process that it samples, with signals, stack walks and a thread of its own, and its work is counted as the server's."
        : "The profiler's work did not show in the server's CPU in this run. It is there, and on a busy machine the noise is larger.",
    details: [
      threads > 0
        ? `The profiler's thread used up to ${percent(threads)} of a core.`
        : 'This system does not show the threads of a process.',
    ],
  }
}

export const profiled: Pitfall = {
  name: 'profiled',
  words: 'timed while a profiler ran in it',
  examine(recording) {
    const sides = recording.targets.map(({ name }) => ({
      name,
      busy: Math.max(...runsOf(recording, name).map(profilerBusy)),
    }))
    const figure = sides
      .map(({ name, busy }) =>
        busy > 0
          ? `In ${name} a profiler's thread used ${percent(busy)} of a core.`
          : `No thread of ${name} was a profiler's.`,
      )
      .join(' ')
    return { shows: sides.some(({ busy }) => busy > 0), figure }
  },
  live: {
    title: 'profiled while timed',
    wrong: `stage4 timed while V8's profiler runs in it (${profilerOptions.join(' ')})`,
    right: 'stage4 timed without a profiler, in turn with the other; a profile is a separate run',
    run: async (pace, onStep) => judgeProfiled(await measure(pace, onStep)),
  },
  lie: {
    number: 4,
    claim: (recording) =>
      `The same server, started twice, differs by ${percent(lastOverFirst(recording, 'cpu').ratio - 1)} in CPU per request. That is the noise of this machine; smaller differences between stages mean nothing here.`,
    holds: (recording) => lastOverFirst(recording, 'cpu').low! > 1.02,
    shown: cpuTable,
    question: 'Rounds in turn, both warm, one program. Is it noise that makes them differ?',
    hint: { look: 'threads', find: 'a thread that only one of them has' },
    answer: (recording) => {
      const [plain, profiled] = [plainName, profiledName].map((name) => runsOf(recording, name))
      const busy = Math.max(...profiled!.map(profilerBusy))
      return (
        `The second one was timed while a profiler ran in it. It was started with --cpu-prof, 20 samples per millisecond, and has a thread that the first does not have, v8:ProfEvntProc, which used up to ${percent(busy)} of a core. That thread, and the signals that stop the main thread for each sample, are counted as the server's CPU: ${figures(medianCpu(profiled!))} µs per SET instead of ${figures(medianCpu(plain!))} µs. ` +
        `Noise would not be on the same side in every round, and it has no thread of its own.`
      )
    },
    lesson: 'Never take a time from a profiled run: measure in one run and profile in another.',
    right: ['npm run stage 4 -- --quick', 'npm run broken -- --only profiled'],
    record: (onStep) => measure(normalPace, onStep),
  },
}
