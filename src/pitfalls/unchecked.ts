import { type Address, startLoad, type TestName, type Workload } from '../load/control.ts'
import { defaultWorkload } from '../load/workload.ts'
import { ratioOfRounds } from '../measure/statistics.ts'
import { whole } from '../report/format.ts'
import { isInstalled } from '../run/installed.ts'
import { LabError } from '../run/lab-error.ts'
import { type Evidence, ratios } from './evidence.ts'
import { lastOverFirst, runsOf, sentAndGrown } from './facts.ts'
import { normalPace, type Pace, type Pitfall } from './pitfall.ts'
import { applicationClient, startFaultyServer } from './programs.ts'
import {
  type Connect,
  createRecorder,
  inTurn,
  redisBenchmark,
  type Side,
  stageSide,
} from './recorder.ts'
import type { Recording } from './recording.ts'
import { rateTable } from './tables.ts'

const smallLoad: Workload = { ...defaultWorkload, pipeline: 16 }
/** Values large enough that one sees in the memory where they are. */
const largeLoad: Workload = { clients: 50, pipeline: 16, payload: 1000, keyspace: 300_000 }

/** A tool that does not check the replies. */
interface Tool {
  name: string
  test: TestName
  connect: Connect
}

/** redis-benchmark; without it, a client of the lab that counts replies. */
function uncheckingTool(): Tool {
  if (isInstalled('redis-benchmark')) {
    return { name: 'redis-benchmark', test: 'set', connect: redisBenchmark }
  }
  return {
    name: 'a client that counts replies (redis-benchmark is not installed)',
    test: 'get',
    connect: applicationClient(false),
  }
}

const rewrite: Side = { name: 'rewrite', start: startFaultyServer }

/** An honest stage and a server that stores nothing, in turn. */
async function measure(
  stage: string,
  { name, test, connect }: Tool,
  workload: Workload,
  { runs, seconds }: Pace,
  onStep: (text: string) => void,
): Promise<Recording> {
  const { recording, withTargets } = createRecorder({
    client: name,
    workload,
    warmUpSeconds: seconds,
  })
  await withTargets([stageSide(stage), rewrite], connect, async (targets) => {
    onStep('warming up')
    for (const target of targets) await target.warmUp(test)
    await inTurn(targets, runs, { test, seconds }, onStep)
  })
  return recording
}

/**
 * @param recording an honest server first, then the one that stores nothing
 * @param refusal the error of the lab's load generator about the latter; undefined: it found none
 */
export function judgeUnchecked(recording: Recording, refusal: string | undefined): Evidence {
  const [honest, faulty] = recording.targets.map(({ name }) =>
    runsOf(recording, name).map(({ summary }) => summary.requestsPerSecond),
  )
  const ratio = ratioOfRounds(faulty!, honest!)
  // Is 1 outside of the interval, and the faulty server the faster one?
  const { visible, noise } = ratios(1, ratio)
  const faster = visible && ratio.ratio > 1
  const { test } = recording.runs[0]!.summary
  return {
    unit: 'times as fast',
    wrong: ratio.ratio,
    right: null,
    noise,
    refusal: refusal ?? 'the lab accepted it as well, which is a fault of the lab',
    size: ratio.ratio - 1,
    visible: faster && refusal !== undefined,
    why: faster
      ? 'A server that does less work is faster, and a benchmark that checks no reply does not notice what was left out.'
      : 'The server that stores nothing was not certainly faster here; yet the tool gave it a rate as if it had done the work.',
    details: [
      `The tool was ${recording.client}, the test ${test.toUpperCase()} with a pipeline of 16.`,
    ],
  }
}

/**
 * The error of the lab's load generator about a server that answers wrongly; undefined if it finds
 * nothing wrong.
 * @throws LabError if the server cannot be reached, or ends
 */
export async function refusalOf(
  address: Address,
  test: TestName,
  seconds: number,
): Promise<string | undefined> {
  try {
    const load = await startLoad(address, smallLoad)
    try {
      await load.fill()
      await load.run({ test, seconds })
    } finally {
      await load.stop()
    }
    return undefined
  } catch (failure) {
    // A server that crashed, or did not answer at all, did not give a wrong reply.
    if (failure instanceof LabError && /^wrong reply/.test(failure.message)) return failure.message
    throw failure
  }
}

export const unchecked: Pitfall = {
  name: 'unchecked',
  words: 'a server that does no work; its replies were not checked',
  examine(recording) {
    if (recording.runs.every(({ summary }) => summary.repliesChecked)) {
      const figure = 'The client checked every reply, and a wrong one would have ended the run.'
      return { shows: false, figure }
    }
    const sides = recording.targets.map(({ name }) => ({ name, ...sentAndGrown(recording, name) }))
    const figure = sides
      .map(
        ({ name, sent, grown }) =>
          `${name} was sent ${megabytes(sent)} to store and grew by ${megabytes(grown)}.`,
      )
      .join(' ')
    return {
      shows: sides.some(({ sent, grown }) => grown < sent / 2),
      figure: `No reply was checked. ${figure}`,
    }
  },
  live: {
    title: 'no reply check',
    wrong:
      'stage3 compared with a server that stores nothing and says OK to everything, by a tool that does not check the replies',
    right:
      "the lab's load generator on the same server: it checks every reply and reads back what was stored",
    async run(pace, onStep) {
      const tool = uncheckingTool()
      const recording = await measure('stage3', tool, smallLoad, pace, onStep)
      onStep("the lab's load generator")
      const faulty = await startFaultyServer()
      try {
        return judgeUnchecked(recording, await refusalOf(faulty, tool.test, pace.seconds))
      } finally {
        await faulty.stop()
      }
    },
  },
  lie: {
    number: 6,
    claim: (recording) =>
      `Our rewrite takes ${lastOverFirst(recording, 'rate').ratio.toFixed(1)} times as many SETs per second as stage 4: values of 1 KB, 300,000 keys, measured with redis-benchmark.`,
    holds: (recording) => lastOverFirst(recording, 'rate').low! > 1.2,
    shown: rateTable,
    question: 'The usual tool, rounds in turn. What did the rewrite do for its rate?',
    hint: { look: 'memory', find: 'by how much each of them grew' },
    answer: (recording) => {
      const [stage4, rewrite] = ['stage4', 'rewrite'].map((name) => sentAndGrown(recording, name))
      return (
        `The rewrite stores nothing. It was sent ${megabytes(rewrite!.sent)} of values under different keys and grew by ${megabytes(rewrite!.grown)}; stage 4 was sent ${megabytes(stage4!.sent)} and grew by ${megabytes(stage4!.grown)}. ` +
        `It counts the asterisks that come in and says OK to each (src/pitfalls/faulty-server.ts). redis-benchmark checks no reply and never asks for a value back, so the server that does less work wins.`
      )
    },
    lesson: 'Check the replies, read back what was stored, and look at the memory.',
    right: ['npm run compare -- --quick', 'npm run broken -- --only unchecked'],
    record: (onStep) => {
      const tool: Tool = { name: 'redis-benchmark', test: 'set', connect: redisBenchmark }
      return measure('stage4', tool, largeLoad, normalPace, onStep)
    },
  },
}

function megabytes(bytes: number): string {
  return `${whole(Math.max(0, bytes) / 1e6)} MB`
}
