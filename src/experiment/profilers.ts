/** One stage under the same load through every profiler there is, each in a run of its own. */
import { type Accounting, beginAccounting, endAccounting } from '../flame/accounting.ts'
import type { Capture } from '../flame/capture.ts'
import type { CpuTime } from '../flame/cpu-time.ts'
import { type InspectorCapture, inspectStage } from '../flame/inspect-stage.ts'
import { probePerf } from '../flame/perf-probe.ts'
import type { Counted } from '../measure/counted.ts'
import type { Stage } from '../stages.ts'
import { cpuProfileOf, inspectOptions, type ProfileOptions, profileStage } from './profile.ts'

export interface Profilers {
  /** Missing, with the reason, where perf cannot be used. */
  perf: Counted<Capture>
  /** What would make perf usable, where something would. */
  remedy: string | undefined
  /** 0x as it comes. */
  sampled: Capture
  /** 0x with what it cannot see put in from the accounting. */
  corrected: Capture
  cpuProfile: InspectorCapture
  accounting: Accounting & { cpu: CpuTime | undefined; requests: number | undefined }
}

/**
 * Runs them all; takes five times the length of a profile.
 * @throws LabError where the server, the load or a profiler other than perf fails
 */
export async function allProfilers(
  stage: Stage,
  options: Omit<ProfileOptions, 'prefer' | 'asSampled'>,
  onStep: (text: string) => void,
): Promise<Profilers> {
  onStep('looking for perf')
  const probe = options.probe ?? (await probePerf())
  const perf: Counted<Capture> = probe.usable
    ? { value: await profileStage(stage, { ...options, probe, prefer: 'perf' }, onStep) }
    : { missing: probe.why ?? 'perf cannot be used here' }
  const by0x = { ...options, prefer: '0x' } as const
  const sampled = await profileStage(stage, { ...by0x, asSampled: true }, onStep)
  const corrected = await profileStage(stage, by0x, onStep)
  const cpuProfile = await cpuProfileOf(stage, options, onStep)
  const { result, cpu, requests } = await inspectStage(
    stage,
    inspectOptions(stage, options, onStep),
    beginAccounting,
    endAccounting,
  )
  return {
    perf,
    remedy: probe.remedy,
    sampled,
    corrected,
    cpuProfile,
    accounting: { ...result, cpu, requests },
  }
}
