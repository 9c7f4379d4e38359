import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { median, ratioOfRounds } from '../measure/statistics.ts'
import { figures, percent } from '../report/format.ts'
import { type Evidence, ratios } from './evidence.ts'
import { clientBusy, cpuOf, lastOverFirst, medianCpu, runsOf, serverBusy } from './facts.ts'
import { normalPace, type Pace, type Pitfall } from './pitfall.ts'
import { applicationClient } from './programs.ts'
import { createRecorder, inTurn, stageSide } from './recorder.ts'
import type { Recording } from './recording.ts'
import { rateTable } from './tables.ts'

/** Below this share of a core a server has time to spare. */
const idle = 0.6

/** Stages 2 and 4 in turn, with clients that use each reply as a web application does. */
async function measure(
  { runs, seconds }: Pace,
  onStep: (text: string) => void,
): Promise<Recording> {
  const { recording, withTargets } = createRecorder({
    client: 'a web application: it parses the JSON in each reply and writes a page of it',
    workload: { clients: 10, pipeline: 16, payload: 3101, keyspace: 1 },
    warmUpSeconds: seconds,
  })
  const sides = [stageSide('stage2'), stageSide('stage4')]
  await withTargets(sides, applicationClient(true), async (targets) => {
    onStep('warming up')
    for (const target of targets) await target.warmUp('get')
    await inTurn(targets, runs, { test: 'get', seconds }, onStep)
  })
  return recording
}

/** Reads one set of runs in two ways: by rate, and by CPU per request. */
export function judgeClientBound(recording: Recording): Evidence {
  const [slow, fast] = ['stage2', 'stage4'].map((name) => runsOf(recording, name))
  const cpus = (runs: typeof slow) => runs!.map((run) => cpuOf(run))
  const busy = [slow!, fast!].map((runs) => clientBusy(runs) ?? 0)
  const share = busy.map(percent)
  const rate = lastOverFirst(recording, 'rate').ratio
  return {
    ...ratios(rate, ratioOfRounds(cpus(slow), cpus(fast))),
    why: busy.every((client) => isLoadGeneratorBound(client))
      ? 'The load generator was the bottleneck: both servers waited for it, so the rates are its own, and a faster server cannot raise them.'
      : 'The client was not at its limit in this run, so it did not set the rates alone. On a machine with other work the client and the servers wait for a CPU.',
    details: [
      `CPU per request: stage2 ${figures(medianCpu(slow!))} µs, stage4 ${figures(medianCpu(fast!))} µs.`,
      `The client's only thread used ${share[0]} of a core with stage2 and ${share[1]} with stage4.`,
    ],
  }
}

export const clientBound: Pitfall = {
  name: 'client-bound',
  words: 'the client was at its limit, not the server',
  examine(recording) {
    const sides = recording.targets.map(({ name }) => {
      const runs = runsOf(recording, name)
      return { name, client: clientBusy(runs), server: median(runs.map(serverBusy)) }
    })
    const shows = sides.every(({ client, server }) => isLoadGeneratorBound(client) && server < idle)
    const figure = sides
      .map(({ name, client, server }) => {
        const busy =
          client === undefined ? 'does not report its CPU' : `used ${percent(client)} of a core`
        return `With ${name} the client ${busy}, the server used ${percent(server)}.`
      })
      .join(' ')
    return { shows, figure }
  },
  live: {
    title: 'client-bound',
    wrong:
      'stage2 and stage4 compared by throughput, through one client that parses a JSON document of 3 KB in each reply',
    right: "the same runs, compared by the server's CPU per request",
    run: async (pace, onStep) => judgeClientBound(await measure(pace, onStep)),
  },
  lie: {
    number: 1,
    claim: (recording) =>
      `Stage 4 answers GETs at ${lastOverFirst(recording, 'rate').ratio.toFixed(2)} times the rate of stage 2: its pooling gains next to nothing.`,
    holds: (recording) => {
      const [two, four] = ['stage2', 'stage4'].map((name) => medianCpu(runsOf(recording, name)))
      return Math.abs(lastOverFirst(recording, 'rate').ratio - 1) < 0.15 && two! > 2 * four!
    },
    shown: rateTable,
    question: 'Six rounds in turn, every reply used, a narrow interval. What limits the rate?',
    hint: { look: 'busy', find: 'the column in which the two do differ' },
    answer: (recording) => {
      const [two, four] = ['stage2', 'stage4'].map((name) => runsOf(recording, name))
      const [withTwo, withFour] = [two!, four!].map((runs) => percent(clientBusy(runs) ?? 0))
      const busy =
        withTwo === withFour
          ? `${withTwo} of a core with either server`
          : `${withTwo} of a core with stage 2 and ${withFour} with stage 4`
      const server = percent(median(four!.map(serverBusy)))
      return (
        `The load generator was the bottleneck. Its only thread used ${busy}, while stage 4 used ${server} of one: both servers waited for a program that parses JSON, and the rates are the rates of that program. ` +
        `The server's own CPU per request does not depend on it: ${figures(medianCpu(two!))} µs with stage 2, ${figures(medianCpu(four!))} µs with stage 4.`
      )
    },
    lesson:
      'Look at the client before you compare servers. If it is the bottleneck, compare CPU per request.',
    right: ['npm run compare -- --quick', 'npm run broken -- --only client-bound'],
    record: (onStep) => measure(normalPace, onStep),
  },
}
