/**
 * Interleaved rounds: in each round every target runs every test once, one after the other, and
 * only figures of the same round are compared.
 *
 * Servers and load generators are started again for each round. Two processes of one program can
 * differ for as long as they live, by what V8 inlined first and where their memory lies: six of
 * stage 4, run in turn with a pipeline of 16, differed by 2 % in CPU per request (standard deviation)
 * beyond the noise from run to run. No number of rounds would take that away from a server that ran
 * in all of them. It costs a start and a warm-up per round, about as long again as the measuring.
 */
import type { Load } from '../load/control.ts'
import { startTool } from '../load/start.ts'
import { type Emit, step } from '../run/events.ts'
import type { RunningServer } from '../run/server.ts'
import { figuresOf, measureRun, warmUp } from './benchmark.ts'
import type { RoundsPlan, Run, Target } from './comparison.ts'
import { type Steps, type Stopwatch, stopwatch } from './stopwatch.ts'
import { explainFailure, startTarget, takesPart } from './targets.ts'

interface StartedTarget {
  target: Target
  server: RunningServer
}

type RoundsClock = Stopwatch<'warm-up' | 'run'>

/** The steps of the rounds of a plan, for a stopwatch. */
export function roundsSteps(plan: RoundsPlan): Record<'warm-up' | 'run', Steps> {
  const { targets, workloads, tests, rounds, seconds, warmUpSeconds } = plan
  const parts = workloads.flatMap((load) => targets.filter((target) => takesPart(target, load)))
  const count = rounds * parts.length * tests.length
  // Most warm-ups end before their time; starting and connecting are counted with them.
  return {
    'warm-up': { count, seconds: 0.6 * warmUpSeconds + 0.25 },
    run: { count, seconds: seconds + 0.05 },
  }
}

/**
 * Runs the rounds.
 * @param start how a target is started
 * @param clock that of a longer experiment that the rounds are a part of
 * @param onRound is given all runs after each round that is complete, so that a later failure does
 *   not lose them; with `auto` in the plan, it says whether they are enough
 * @returns the runs in the order in which they were made
 * @throws LabError naming the target that does not start, answers wrongly or dies; by then all
 *   servers and load generators have been ended
 */
export async function runRounds(
  plan: RoundsPlan,
  emit: Emit,
  start: (target: Target) => Promise<RunningServer> = startTarget,
  clock: RoundsClock = stopwatch(roundsSteps(plan), emit),
  onRound: (runs: readonly Run[]) => unknown = () => {},
): Promise<Run[]> {
  const { targets, workloads, rounds } = plan
  const runs: Run[] = []
  for (let round = 1; round <= rounds; round++) {
    emit(step(`round ${round} of ${plan.auto === true ? `at most ${rounds}` : rounds}`))
    const started: StartedTarget[] = []
    try {
      for (const at of turns(targets.length, round)) {
        const target = targets[at]!
        const failed = (failure: unknown) =>
          explainFailure(failure, target, undefined, `round ${round}`)
        const server = await start(target).catch(async (e) => Promise.reject(await failed(e)))
        started.push({ target, server })
      }
      const own: Run[] = []
      for (let workload = 0; workload < workloads.length; workload++) {
        const here = started.filter(({ target }) => takesPart(target, workloads[workload]!))
        own.push(...(await runWorkload(plan, workload, round, here, clock, emit)))
      }
      runs.push(...own)
    } finally {
      await Promise.all(started.map(({ server }) => server.stop()))
    }
    if (onRound(runs) === true && plan.auto === true) break
  }
  return runs
}

async function runWorkload(
  { workloads, tests, tool, seconds, warmUpSeconds }: RoundsPlan,
  workload: number,
  round: number,
  started: readonly StartedTarget[],
  clock: RoundsClock,
  emit: Emit,
): Promise<Run[]> {
  const loads: Load[] = []
  const runs: Run[] = []
  /** Does something with a target, and names it in the error when that fails. */
  const guard = async <T>(
    { target, server }: StartedTarget,
    what: string,
    act: () => Promise<T>,
  ) => {
    try {
      return await act()
    } catch (failure) {
      throw await explainFailure(failure, target, server, `${what}, round ${round}`)
    }
  }
  try {
    for (const one of started) {
      await guard(one, 'warming up', async () => {
        const load = await startTool(tool, one.server, workloads[workload]!)
        loads.push(load)
        await load.fill()
        for (const test of tests) {
          clock.begin(`${one.target.name} warms up`)
          await warmUp(load, test, warmUpSeconds)
          clock.end('warm-up')
        }
      })
    }
    for (const test of tests) {
      for (const [at, one] of started.entries()) {
        await guard(one, test.toUpperCase(), async () => {
          const { name } = one.target
          clock.begin(`${name} ${test.toUpperCase()}`)
          const measured = await measureRun(one.server.pid, loads[at]!, { test, seconds })
          runs.push({ target: name, workload, round, turn: at + 1, ...measured })
          // A run of a second is reported when it is over: to ask in the middle would cost the client.
          emit({ type: 'figures', figures: figuresOf(name, measured) })
          clock.end('run')
        })
      }
    }
  } finally {
    await Promise.all(loads.map((load) => load.stop()))
  }
  return runs
}

/**
 * The order of a round, as indexes: a Williams square. Over as many rounds as there are targets
 * (twice as many if their number is odd) each has each place, and follows each other one,
 * equally often: a target that leaves the machine warm, or the caches cold, does so to all others equally often.
 * @param round from 1
 */
export function turns(targets: number, round: number): number[] {
  const order: number[] = []
  for (let i = 0; i < targets; i++) {
    const offset = i % 2 === 1 ? (i + 1) / 2 : targets - i / 2
    order.push((offset + round - 1) % targets)
  }
  const mirrored = targets % 2 === 1 && Math.ceil(round / targets) % 2 === 0
  return mirrored ? order.reverse() : order
}
