/** For tests: bundles of a whole room, made from the references. Only the machine's card is made up. */

import type { Machine } from '../measure/machine.ts'
import { stages } from '../stages.ts'
import { type Bundle, bundleFormat } from './bundle.ts'
import { type Recorded, readRecorded } from './recorded.ts'

export const recorded: Recorded = await readRecorded()

/** The card of the machine that the references are of. */
export const referenceMachine: Machine = recorded.reports[0]!.machine

const cards: Partial<Machine>[] = [
  {},
  { cpu: 'Apple M3', cores: 8, os: 'macOS 15.1', kernel: 'Darwin 24.1.0', arch: 'arm64' },
  { cpu: 'Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz', cores: 8, os: 'Ubuntu 24.04.1 LTS' },
]

/** The bundle of person number `at`, with all that the references hold. */
export function bundleOf(at: number, name = `Person ${at}`): Bundle {
  return structuredClone({
    format: bundleFormat,
    kind: 'lab-bundle',
    id: at.toString(16).padStart(12, '0'),
    name,
    at: new Date(Date.UTC(2026, 0, 1, 9, at)).toISOString(),
    machine: { ...referenceMachine, ...cards[at % cards.length] },
    readings: recorded.figures!.readings,
    ratios: recorded.figures!.ratios,
    guesses: [
      { id: 'stage1.reads', guess: at + 1, verdict: 'off' },
      { id: 'stage1.widest', guess: 'something of my own', verdict: null },
    ],
  })
}

/** How many stages the references have figures of. */
export const stageCount = stages.length
