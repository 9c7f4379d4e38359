/** For tests: the bundles of a whole room, made from the reference. Only the machines are made up. */
import type { Machine } from '../measure/machine.ts'
import { recordedStages } from '../report/reference.ts'
import { type Bundle, bundleFormat } from './bundle.ts'
import { type Reference, readReference } from './room-figures.ts'

export const reference: Reference = (await readReference())!

/** The machine of the reference. */
export const referenceMachine: Machine = reference.reports[0]!.machine

const machines: Partial<Machine>[] = [
  {},
  { cpu: 'Apple M3', cores: 8, os: 'macOS 15.1', kernel: 'Darwin 24.1.0', arch: 'arm64' },
  { cpu: 'Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz', cores: 8, os: 'Ubuntu 24.04.1 LTS' },
]

/** The bundle of person number `at`, with all figures of the reference. */
export function bundleOf(at: number, name = `Person ${at}`): Bundle {
  return structuredClone({
    format: bundleFormat,
    kind: 'lab-bundle',
    id: at.toString(16).padStart(12, '0'),
    name,
    at: new Date(Date.UTC(2026, 0, 1, 9, at)).toISOString(),
    machine: { ...referenceMachine, ...machines[at % machines.length] },
    readings: reference.figures.readings,
    ratios: reference.figures.ratios,
    guesses: [
      { id: 'stage1.reads', guess: at + 1, verdict: 'off' },
      { id: 'stage1.widest', guess: 'something of my own', verdict: null },
    ],
  })
}

/** Stages that the reference has figures of. */
export const stageCount = recordedStages.length
