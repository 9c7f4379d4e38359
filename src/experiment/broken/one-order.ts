import type { Load } from '../../load/control.ts'
import { defaultWorkload } from '../../load/workload.ts'
import { median } from '../../measure/statistics.ts'
import { startStage } from '../../run/server.ts'
import { warmUp } from '../measured-run.ts'
import { turns } from '../rounds.ts'
import type { BrokenCase } from './broken-case.ts'
import { pairedRatio, ratios } from './evidence.ts'
import { startNeighbours } from './processes.ts'
import { withLoad, withServer } from './with.ts'

/**
 * A and B are one program, so the right answer is known: 1. The drift is made, and said to be made:
 * half-way through, other programs start to compute. Both experiments get the same number of runs
 * in quiet and in noise; only the order differs.
 */
export const oneOrder: BrokenCase = {
  name: 'one-order',
  title: 'one order only',
  wrong:
    'stage3 (A) and stage3 once more (B), all runs of A first: A A A … B B B …; half-way the lab starts neighbours that compute',
  right: 'the same, with the neighbours coming half-way too, but in turn: A B, B A, A B, …',
  why: 'A machine changes while it is measured, and whoever comes later is blamed for it; in turn, both have the same share of the good time and the bad.',
  async run({ runs, seconds, warmUpSeconds }, onStep) {
    // An even number, so that the change comes between two rounds.
    const rounds = runs + (runs % 2)
    return await withTwins(async (loads) => {
      onStep('warming up')
      for (const load of loads) await warmUp(load, 'set', warmUpSeconds)
      const block = Array.from({ length: 2 * rounds }, (_, at) => (at < rounds ? 0 : 1))
      const inTurn = Array.from({ length: rounds }, (_, round) => turns(2, round + 1)).flat()
      const wrong = await inOrder(block, loads, seconds / 2, (text) => onStep(`A A B B: ${text}`))
      const right = await inOrder(inTurn, loads, seconds / 2, (text) => onStep(`A B B A: ${text}`))
      return ratios(median(wrong.b) / median(wrong.a), pairedRatio(right.b, right.a), [
        'A and B are the same program: the truth is 1.',
        `All of A first, in 1000/s: A ${thousands(wrong.a)} | B ${thousands(wrong.b)}.`,
        `In turn: A ${thousands(right.a)} | B ${thousands(right.b)}.`,
      ])
    })
  },
}

function withTwins<T>(act: (loads: [Load, Load]) => Promise<T>): Promise<T> {
  const start = () => startStage({ id: 'stage3' })
  return withServer(start, (a) =>
    withServer(start, (b) =>
      withLoad(a, defaultWorkload, (loadA) =>
        withLoad(b, defaultWorkload, (loadB) => act([loadA, loadB])),
      ),
    ),
  )
}

/** @param order whose turn it is, 0 or 1, run by run */
async function inOrder(
  order: readonly number[],
  loads: readonly Load[],
  seconds: number,
  onStep: (text: string) => void,
): Promise<{ a: number[]; b: number[] }> {
  const rates: [number[], number[]] = [[], []]
  let endNeighbours = async () => {}
  try {
    for (const [at, who] of order.entries()) {
      if (at === order.length / 2) endNeighbours = await startNeighbours()
      onStep(`run ${at + 1} of ${order.length}`)
      const { requestsPerSecond } = await loads[who]!.run({ test: 'set', seconds })
      rates[who as 0 | 1].push(requestsPerSecond)
    }
  } finally {
    await endNeighbours()
  }
  return { a: rates[0], b: rates[1] }
}

function thousands(rates: readonly number[]): string {
  return rates.map((rate) => Math.round(rate / 1000)).join(' ')
}
