/** Whether perf can be used here, and how much it may see: found out by trying. */
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { lowerParanoia, PERF_PATIENCE_MS, paranoia } from '../measure/perf-failure.ts'
import { startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { perfSamples, recordPerf } from './perf.ts'
import { makeScratch, type Scratch } from './scratch.ts'

/** What perf can do on this machine, for this user. */
export interface PerfProbe {
  usable: boolean
  /** Whether time inside the kernel is sampled too; without it `read(2)` and `write(2)` are unseen. */
  kernel: boolean
  /** One line: why it cannot be used, or why without the kernel. */
  why: string | undefined
  /** What would change that, where something would. */
  remedy: string | undefined
}

/**
 * Finds out by trying: records a busy process for a moment, exactly as a stage would be recorded.
 * Takes about half a second; never throws.
 */
export async function probePerf(patienceMs = PERF_PATIENCE_MS): Promise<PerfProbe> {
  if (process.platform !== 'linux') {
    return { usable: false, kernel: false, why: 'perf is a tool of Linux', remedy: undefined }
  }
  let scratch: Scratch
  try {
    scratch = await makeScratch()
  } catch (failure) {
    return unusable(failure)
  }
  const busy = startChild(process.execPath, ['-e', busyProgram], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    if (busy.pid === undefined) await once(busy, 'error').then(([error]) => Promise.reject(error))
    await once(busy.stdout!, 'data')
    const file = join(scratch.dir, 'perf.data')
    await recordPerf({ pid: busy.pid!, file, during: () => delay(150), patienceMs })
    let samples = 0
    let kernel = false
    for await (const sample of perfSamples(file)) {
      samples++
      kernel ||= sample.frames.some((frame) => frame.kernel)
    }
    if (samples === 0) {
      return {
        usable: false,
        kernel: false,
        why: 'perf runs here but takes no samples',
        remedy: undefined,
      }
    }
    if (kernel) return { usable: true, kernel, why: undefined, remedy: undefined }
    return {
      usable: true,
      kernel,
      why: `perf may not look into the kernel (perf_event_paranoid is ${paranoia() ?? 'unknown'})`,
      remedy: lowerParanoia,
    }
  } catch (failure) {
    return unusable(failure)
  } finally {
    await stopChild(busy, 'SIGKILL')
    await scratch.remove()
  }
}

function unusable(failure: unknown): PerfProbe {
  const why = failure instanceof Error ? failure.message : String(failure)
  const next = failure instanceof LabError ? failure.next : undefined
  // Whoever asks is the doctor, or told of him already.
  const remedy = next === 'npm run doctor' ? undefined : next
  return { usable: false, kernel: false, why, remedy }
}

// Half its time is spent in the kernel, so that a probe which sees no kernel frame may not see any.
const busyProgram = `
  const { openSync, readSync } = require('node:fs')
  const zeros = openSync('/dev/zero'), bytes = Buffer.alloc(1 << 16)
  process.stdin.resume().on('end', () => process.exit())
  console.log('busy')
  setInterval(() => { for (let i = 0; i < 2000; i++) readSync(zeros, bytes) }, 0)`
