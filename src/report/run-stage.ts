/** What `npm run stage` does: a benchmark, then a profile of the same load in a second run. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { articleResults } from '../article/figures.ts'
import { benchmark } from '../experiment/benchmark.ts'
import { respLoad } from '../experiment/loads.ts'
import { profileProgram } from '../experiment/profile.ts'
import { keepResults } from '../experiment/results.ts'
import type { Profiler } from '../flame/capture.ts'
import type { LoadOptions } from '../load/options.ts'
import { loadText, type Workload } from '../load/workload.ts'
import { readMachine, watchMachineLoad } from '../measure/machine.ts'
import { coreShareOf } from '../measure/machine-load.ts'
import { type Emit, step, stepsOf, withSecondsLeft } from '../run/events.ts'
import { stageProgram } from '../run/program.ts'
import { startStage } from '../run/server.ts'
import type { Stage } from '../stages.ts'
import { captureNotes } from '../views/flame/flame-view-data.ts'
import { files, writeFlame } from './flame-files.ts'
import type { StageReport } from './stage-report.ts'

/** How long the parts of a run take, in seconds. */
export interface Lengths {
  /** Longest warm-up of a test. */
  warmUp: number
  /** Of a measured test, if no number of requests was asked for. */
  test: number
  /** Of the recorded window of the profile. */
  profile: number
}

export const normalLengths: Lengths = { warmUp: 3, test: 6, profile: 6 }
export const quickLengths: Lengths = { warmUp: 1, test: 1.5, profile: 2 }

/**
 * Measures and profiles a stage, and keeps the results in a new directory.
 * @returns the report, and its directory, relative to the checkout
 * @throws LabError if the stage does not start, answers wrongly or dies: nothing is saved then
 */
export async function runStage(
  stage: Stage,
  options: LoadOptions,
  lengths: Lengths,
  onEvent: Emit,
  prefer?: Profiler,
): Promise<{ report: StageReport; directory: string }> {
  const planned = plannedSeconds(options, lengths)
  const emit = planned === undefined ? onEvent : withSecondsLeft(onEvent, planned)
  const { clients, pipeline, payload, keyspace, tests, tool, requests } = options
  const workload: Workload = { clients, pipeline, payload, keyspace }
  const at = new Date().toISOString()
  const load = watchMachineLoad()
  const server = await startStage(stage)
  let results: StageReport['tests']
  try {
    const length = requests === undefined ? { seconds: lengths.test } : { requests }
    results = await benchmark(
      server,
      { workload, tests, tool, length, warmUpSeconds: lengths.warmUp },
      emit,
    )
  } finally {
    await server.stop()
  }
  const profile = {
    ...{ load: respLoad(workload, tests), prefer },
    ...{ seconds: lengths.profile, warmUpSeconds: lengths.warmUp },
  }
  const capture = await profileProgram(
    stageProgram(stage),
    // Twice: what differs between two processes is not to be taken for a change of the stage.
    { ...profile, runs: lengths === quickLengths ? 1 : 2 },
    stepsOf(emit),
  )
  const { tree, shares, route, cpu, check, machineLoad } = capture
  const report: StageReport = {
    format: 1,
    at,
    stage: { id: stage.id, title: stage.title, change: stage.change },
    machine: readMachine(),
    tool,
    workload,
    tests: results,
    load: load(coreShareOf(results)),
    profile: {
      shares,
      route,
      cpu,
      check,
      ...(machineLoad === undefined ? {} : { machineLoad }),
      samples: tree.samples,
      windowSeconds: tree.windowSeconds,
      blind: tree.blind,
      quality: tree.quality,
    },
    article: articleResults,
  }
  emit(step('drawing the flame graph'))
  const directory = await keepResults(stage.id, async (draft) => {
    const caption = { title: `${stage.id}, ${stage.title}`, workload: loadText(workload, tests) }
    await writeFlame(draft, tree, caption, captureNotes(capture, report.machine.cores))
    await writeFile(join(draft, files.result), `${JSON.stringify(report, null, 2)}\n`)
  })
  return { report, directory }
}

/** Starting and ending processes, looking for a profiler, reading its recording; about. */
const BESIDES = 5

/** How long the whole takes, in seconds; undefined if a number of requests bounds the tests. */
function plannedSeconds(options: LoadOptions, lengths: Lengths): number | undefined {
  if (options.requests !== undefined) return undefined
  const { warmUp, test, profile } = lengths
  // Most warm-ups end before their time; a full run warms up for two halves of its profile.
  const profiles = lengths === quickLengths ? 1 : 2
  return options.tests.length * (0.6 * warmUp + test) + profiles * warmUp + profile + BESIDES
}
