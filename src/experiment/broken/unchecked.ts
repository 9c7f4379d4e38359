import { type Address, startLoad, type TestName } from '../../load/control.ts'
import { startRedisBenchmark } from '../../load/redis-benchmark.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { ratioOfMedians } from '../../measure/statistics.ts'
import { isInstalled } from '../../run/installed.ts'
import { LabError } from '../../run/lab-error.ts'
import { startStage } from '../../run/server.ts'
import type { BrokenCase } from './broken-case.ts'
import { type Evidence, ratios } from './evidence.ts'
import { startClient, startLyingServer } from './processes.ts'
import { withServer } from './with.ts'

/** A tool that believes what it is told. */
interface Believer {
  name: string
  test: TestName
  start(target: Address): Promise<{ rate(seconds: number): Promise<number>; stop(): Promise<void> }>
}

const workload = { ...defaultWorkload, pipeline: 16 }

export const unchecked: BrokenCase = {
  name: 'unchecked',
  title: 'no reply check',
  wrong:
    'stage3 compared with a server that stores nothing and says OK to everything, by a tool that does not look into the replies',
  right: "the lab's load generator on the same server: it compares every reply and reads back",
  why: 'A server that does less work is faster, and without a check nobody sees which work it left out.',
  async run({ runs, seconds }, onStep) {
    const tool = believer()
    const [lies, honest]: [number[], number[]] = [[], []]
    return await withServer(startLyingServer, (liar) =>
      withServer(
        () => startStage({ id: 'stage3' }),
        async (stage3) => {
          const [onLiar, onStage] = [await tool.start(liar), await tool.start(stage3)]
          try {
            onStep('warming up')
            for (const load of [onLiar, onStage]) await load.rate(seconds)
            for (let i = 1; i <= runs; i++) {
              onStep(`round ${i} of ${runs}`)
              lies.push(await onLiar.rate(seconds))
              honest.push(await onStage.rate(seconds))
            }
          } finally {
            await onLiar.stop()
            await onStage.stop()
          }
          onStep("the lab's load")
          const caught = await refusalOf(liar, tool.test, seconds)
          return uncheckedEvidence(tool, lies, honest, caught)
        },
      ),
    )
  },
}

/**
 * @param lies rates of the server that lies, round by round
 * @param honest rates of the one that does the work
 * @param caught what the lab's load generator says of the first; undefined where it believes it too
 */
export function uncheckedEvidence(
  { name, test }: Pick<Believer, 'name' | 'test'>,
  lies: readonly number[],
  honest: readonly number[],
  caught: string | undefined,
): Evidence {
  const lie = ratioOfMedians(lies, honest)
  const seen = [`The tool was ${name}, the test ${test.toUpperCase()} with a pipeline of 16.`]
  // Against an interval that holds 1: was the liar really the faster one?
  const held = ratios(1, lie)
  const won = held.visible && lie.ratio > 1
  if (!won) seen.push('The server that lies was not certainly the faster one; yet it got a figure.')
  return {
    unit: 'times as fast',
    wrong: lie.ratio,
    right: null,
    noise: held.noise,
    refusal: caught ?? 'the lab believed it as well, which is a fault of the lab',
    size: lie.ratio - 1,
    visible: won && caught !== undefined,
    seen,
  }
}

/**
 * What the lab's load generator says of a server that answers wrongly; undefined where it finds
 * nothing wrong.
 * @throws LabError where the server cannot be reached, or ends
 */
export async function refusalOf(
  target: Address,
  test: TestName,
  seconds: number,
): Promise<string | undefined> {
  try {
    const load = await startLoad(target, workload)
    try {
      await load.fill()
      await load.run({ test, seconds })
    } finally {
      await load.stop()
    }
    return undefined
  } catch (failure) {
    // A server that crashed, or did not answer at all, was not found lying.
    if (failure instanceof LabError && /^wrong reply/.test(failure.message)) return failure.message
    throw failure
  }
}

/** redis-benchmark, which looks at no reply; where it is missing, a client of our own that does not. */
function believer(): Believer {
  if (isInstalled('redis-benchmark')) {
    return {
      name: 'redis-benchmark',
      test: 'set',
      start: async (target) => {
        const load = await startRedisBenchmark(target, workload)
        const rate = async (seconds: number) =>
          (await load.run({ test: 'set', seconds })).requestsPerSecond
        return { rate, stop: () => load.stop() }
      },
    }
  }
  return {
    name: 'a client that counts replies (redis-benchmark is not installed)',
    test: 'get',
    start: async (target) => {
      const client = startClient(target, false)
      const rate = async (seconds: number) => {
        const run = await client.run(seconds)
        return run.requests / run.seconds
      }
      return { rate, stop: client.stop }
    },
  }
}
