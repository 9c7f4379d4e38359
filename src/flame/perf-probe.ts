/** Whether perf can be used here, and how much it may see: found out by trying. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startChild, stopChild } from '../run/children.ts'
import { notInstalled, perfSamples, recordPerf } from './perf.ts'
import { makeScratch } from './scratch.ts'

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

const paranoidFile = '/proc/sys/kernel/perf_event_paranoid'
const lowerParanoia = 'sudo sysctl kernel.perf_event_paranoid=1'
const installPerf = 'sudo apt-get install linux-perf (on Ubuntu: linux-tools-generic)'

/**
 * Finds out by trying: records a busy process for a moment, exactly as a stage would be recorded.
 * Takes about half a second; never throws.
 */
export async function probePerf(): Promise<PerfProbe> {
  if (process.platform !== 'linux') {
    return { usable: false, kernel: false, why: 'perf is a tool of Linux', remedy: undefined }
  }
  const scratch = await makeScratch()
  const busy = startChild(process.execPath, ['-e', busyProgram], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  try {
    if (busy.pid === undefined) await once(busy, 'error').then(([error]) => Promise.reject(error))
    await once(busy.stdout!, 'data')
    const file = join(scratch.dir, 'perf.data')
    await recordPerf({ pid: busy.pid!, file, during: () => delay(150) })
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
    const level = await paranoia()
    return {
      usable: true,
      kernel,
      why: `perf may not look into the kernel (perf_event_paranoid is ${level})`,
      remedy: lowerParanoia,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const denied = /permission|paranoid|not permitted|access to performance/i.test(why)
    const level = denied ? ` (perf_event_paranoid is ${await paranoia()})` : ''
    return {
      usable: false,
      kernel: false,
      why: why + level,
      remedy: denied ? lowerParanoia : why === notInstalled ? installPerf : undefined,
    }
  } finally {
    await stopChild(busy, 'SIGKILL')
    await scratch.remove()
  }
}

// Half its time is spent in the kernel, so that a probe which sees no kernel frame may not see any.
const busyProgram = `
  const { openSync, readSync } = require('node:fs')
  const zeros = openSync('/dev/zero'), bytes = Buffer.alloc(1 << 16)
  process.stdin.resume().on('end', () => process.exit())
  console.log('busy')
  setInterval(() => { for (let i = 0; i < 2000; i++) readSync(zeros, bytes) }, 0)`

async function paranoia(): Promise<string> {
  return await readFile(paranoidFile, 'utf8').then(
    (text) => text.trim(),
    () => 'unknown',
  )
}
