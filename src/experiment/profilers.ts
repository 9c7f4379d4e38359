/** One stage under the same load through every profiler there is, each in a separate run. */
import type { Accounting } from '../flame/accounting.ts'
import { type Capture, captureAccounting, captureCpuProfile } from '../flame/capture.ts'
import type { Window } from '../flame/capture-window.ts'
import { type PerfProbe, probePerf } from '../flame/perf.ts'
import { type Shares, shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import type { Counted } from '../measure/counted.ts'
import { watchMachineLoad } from '../measure/machine.ts'
import { type MachineLoad, mergeLoads } from '../measure/machine-load.ts'
import { LabError } from '../run/lab-error.ts'
import type { Stage } from '../stages.ts'
import { stageSubject, type ToolPlan, zeroXTree } from './outside-tools.ts'
import { profileProgram, underLoadOf } from './profile.ts'

/** What one profiler found; `cpu` is of the main thread in the same window. */
export interface Profiled {
  tree: FrameTree
  shares: Shares
  cpu: Capture['cpu']
  machineLoad?: MachineLoad
}

/** Each is missing, with the reason, if it could not be had. */
export interface Profilers {
  perf: Counted<Capture>
  /** What would make perf usable, if something would. */
  remedy: string | undefined
  zeroX: Counted<Omit<Profiled, 'cpu' | 'machineLoad'>>
  cpuProfile: Counted<Profiled>
  accounting: Counted<Accounting & Pick<Window<unknown>, 'cpu' | 'requests'>>
  /** How busy the machine was meanwhile. */
  machineLoad: MachineLoad
}

/** Runs them all; takes four times the length of a profile. One that fails does not end the others. */
export async function allProfilers(
  stage: Stage,
  plan: ToolPlan & { probe?: PerfProbe },
  onStep: (text: string) => void,
): Promise<Profilers> {
  const machineLoad = watchMachineLoad()
  const loads: MachineLoad[] = []
  const subject = stageSubject(stage)
  const { program } = subject
  const options = plan
  onStep('looking for perf')
  const probe = plan.probe ?? (await probePerf())
  const perf: Counted<Capture> = probe.usable
    ? await orMissing(() => profileProgram(program, { ...options, probe, prefer: 'perf' }, onStep))
    : { missing: probe.why ?? 'perf cannot be used here' }
  const zeroX = await orMissing(async () => {
    const { tree } = await zeroXTree(subject, plan, onStep)
    return { tree, shares: shares(tree) }
  })
  const cpuProfile = await orMissing(() =>
    captureCpuProfile(program, underLoadOf(program, options, onStep)),
  )
  const accounting = await orMissing(async () => {
    const load = underLoadOf(program, options, onStep)
    const window = await captureAccounting(program, load)
    loads.push(window.machineLoad)
    const { result, cpu, requests } = window
    return { ...result, cpu, requests }
  })
  for (const one of [perf, cpuProfile]) {
    if ('value' in one && one.value.machineLoad !== undefined) loads.push(one.value.machineLoad)
  }
  const coreShare = loads.length === 0 ? null : mergeLoads(loads).coreShare
  const all = {
    ...{ perf, remedy: probe.remedy, zeroX, cpuProfile, accounting },
    machineLoad: machineLoad(coreShare),
  }
  const first = [perf, zeroX, cpuProfile, accounting].find((one) => 'value' in one)
  if (first !== undefined) return all
  throw new LabError(`no profiler could record ${stage.id}: ${(accounting as Missing).missing}`, {
    next: `npm run serve -- ${stage.id}, and look at what it says`,
  })
}

type Missing = { missing: string }

async function orMissing<T>(record: () => Promise<T>): Promise<Counted<T>> {
  try {
    return { value: await record() }
  } catch (failure) {
    return { missing: failure instanceof Error ? failure.message : String(failure) }
  }
}
