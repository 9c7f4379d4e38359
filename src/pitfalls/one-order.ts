import { turns } from '../experiment/rounds.ts'
import { defaultWorkload } from '../load/workload.ts'
import { median, ratioOfRounds } from '../measure/statistics.ts'
import { figures, percent } from '../report/format.ts'
import { type Evidence, ratios } from './evidence.ts'
import { inBlocks, lastOverFirst, medianCpu, rateOf, runsOf, serverBusy } from './facts.ts'
import { normalPace, type Pace, type Pitfall } from './pitfall.ts'
import { startNeighbours } from './programs.ts'
import { createRecorder, labLoad, type MeasuredTarget, type Side, stageSide } from './recorder.ts'
import type { Recording } from './recording.ts'
import { rateTable } from './tables.ts'

const client = "the lab's load generator"

/** All runs of the first target, then all of the second. */
function blockOrder(rounds: number): number[] {
  return Array.from({ length: 2 * rounds }, (_, at) => (at < rounds ? 0 : 1))
}

function alternatingOrder(rounds: number): number[] {
  return Array.from({ length: rounds }, (_, round) => turns(2, round + 1)).flat()
}

/** Runs two targets in an order; half-way through, other programs start to compute. */
async function runInOrder(
  targets: readonly MeasuredTarget[],
  order: readonly number[],
  seconds: number,
  onStep: (text: string) => void,
): Promise<void> {
  const rounds = [0, 0]
  let endNeighbours = async () => {}
  try {
    for (const [at, which] of order.entries()) {
      if (at === order.length / 2) endNeighbours = await startNeighbours()
      onStep(`run ${at + 1} of ${order.length}`)
      rounds[which]!++
      await targets[which]!.run(rounds[which]!, { test: 'set', seconds })
    }
  } finally {
    await endNeighbours()
  }
}

/** Each order gets the same servers and the same time; only the order differs. */
async function measure(
  sides: readonly Side[],
  orders: readonly number[][],
  { seconds, warmUpSeconds }: Pick<Pace, 'seconds' | 'warmUpSeconds'>,
  onStep: (text: string) => void,
): Promise<Recording[]> {
  const { recording, withTargets } = createRecorder({
    client,
    workload: defaultWorkload,
    warmUpSeconds,
  })
  await withTargets(sides, labLoad, async (targets) => {
    onStep('warming up')
    for (const target of targets) await target.warmUp('set')
    for (const [at, order] of orders.entries()) {
      await runInOrder(targets, order, seconds, (text) =>
        onStep(orders.length > 1 ? `order ${at + 1} of ${orders.length}: ${text}` : text),
      )
    }
  })
  const { runs } = recording
  let from = 0
  return orders.map(({ length }) => {
    from += length
    return { ...recording, runs: runs.slice(from - length, from) }
  })
}

/** @param wrong the runs of A and then those of B, which is the same program; `right`: in turn */
export function judgeOneOrder(wrong: Recording, right: Recording): Evidence {
  const rates = (recording: Recording) =>
    recording.targets.map(({ name }) =>
      runsOf(recording, name).map(({ summary }) => summary.requestsPerSecond),
    )
  const [a, b] = rates(wrong)
  const [fairA, fairB] = rates(right)
  const comparison = ratios(median(b!) / median(a!), ratioOfRounds(fairB!, fairA!))
  const thousands = (list: readonly number[]) =>
    list.map((rate) => Math.round(rate / 1000)).join(' ')
  return {
    ...comparison,
    why: whyOneOrder(comparison.visible, comparison.wrong),
    details: [
      'A and B are the same program: the true ratio is 1.',
      `All of A first, in 1000/s: A ${thousands(a!)} | B ${thousands(b!)}.`,
      `In turn: A ${thousands(fairA!)} | B ${thousands(fairB!)}.`,
    ],
  }
}

function whyOneOrder(visible: boolean, ratio: number): string {
  if (!visible) {
    return 'The order made no difference here: the machine had CPU to spare for the other programs, or was as busy before they started.'
  }
  return ratio < 1
    ? 'The machine became slower half-way, and only B was measured after that. In turn, both are measured before and after it.'
    : 'The machine became faster half-way, although the lab started programs that compute: other work ended. Only B was measured after that; in turn, both are.'
}

export const oneOrder: Pitfall = {
  name: 'one-order',
  words: 'one after the other, and the machine changed meanwhile',
  examine(recording) {
    const { targets, runs } = recording
    if (targets.length < 2) {
      return { shows: false, figure: `Only ${targets[0]!.name} was run: there is no order.` }
    }
    const order = runs.map(({ target }) => target).join(', ')
    const shares = targets.map(({ name }) => {
      const share = median(runsOf(recording, name).map(serverBusy))
      return `${name} used ${percent(share)} of a core`
    })
    return { shows: inBlocks(recording), figure: `The order was ${order}; ${shares.join(', ')}.` }
  },
  live: {
    title: 'one order only',
    wrong:
      'stage3 (A) and stage3 again (B), all runs of A first: A A A … B B B …; half-way the lab starts other programs that compute',
    right: 'the same, other programs half-way included, but in turn: A B, B A, A B, …',
    async run({ runs, seconds, warmUpSeconds }, onStep) {
      // An even number, so that the neighbours start between two rounds.
      const rounds = runs + (runs % 2)
      const sides = [stageSide('stage3'), stageSide('stage3', 'stage3 again')]
      const orders = [blockOrder(rounds), alternatingOrder(rounds)]
      const pace = { seconds: seconds / 2, warmUpSeconds }
      const [wrong, right] = await measure(sides, orders, pace, onStep)
      return judgeOneOrder(wrong!, right!)
    },
  },
  lie: {
    number: 5,
    claim: (recording) =>
      `Stage 4 is a step back: ${percent(1 - lastOverFirst(recording, 'rate').ratio)} fewer SETs per second than stage 3, six runs of each, and the interval is far from 1.`,
    holds: (recording) => {
      const [three, four] = ['stage3', 'stage4'].map((name) => runsOf(recording, name))
      const share = (runs: typeof three) => median(runs!.map(serverBusy))
      const { high } = lastOverFirst(recording, 'rate')
      return (
        high! < 0.9 &&
        rateOf(four!) < rateOf(three!) &&
        share(four) < 0.8 * share(three) &&
        medianCpu(four!) < medianCpu(three!)
      )
    },
    shown: rateTable,
    question: 'The interval says that it is not chance. What differed, besides the server?',
    hint: { look: 'rounds', find: 'the CPU per request of each, and how much of a core it got' },
    answer: (recording) => {
      const [three, four] = ['stage3', 'stage4'].map((name) => runsOf(recording, name))
      const share = (runs: typeof three) => percent(median(runs!.map(serverBusy)))
      return (
        `All runs of stage 3 were made first, then all of stage 4, and the machine changed in between: other programs started to compute. Stage 3 got ${share(three)} of a core, stage 4 got ${share(four)}. The CPU per request says the opposite of the claim: ${figures(medianCpu(three!))} µs with stage 3, ${figures(medianCpu(four!))} µs with stage 4. ` +
        `The interval is narrow because each half was steady; it is made from the spread of the runs and knows nothing of their order.`
      )
    },
    lesson:
      'Run in turn, A B B A, and compare within rounds: then both are measured in good and in bad times.',
    right: ['npm run compare -- --quick', 'npm run broken -- --only one-order'],
    async record(onStep) {
      const sides = [stageSide('stage3'), stageSide('stage4')]
      const orders = [blockOrder(normalPace.runs)]
      return (await measure(sides, orders, normalPace, onStep))[0]!
    },
  },
}
