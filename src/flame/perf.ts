/**
 * Linux' perf, the one profiler that sees all of a Node server: the kernel, libuv, Node's C++, V8's
 * builtins and the JavaScript, on one stack. `cpu-clock` needs no hardware counters, so it works on
 * virtual machines; 499 samples per second of processor time cost a few percent and, being no round
 * number, do not fall into step with timers.
 */
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import {
  endOfPerf,
  lowerParanoia,
  PERF_TIMEOUT_MS,
  paranoia,
  perfFailure,
  perfSilent,
} from '../measure/perf-failure.ts'
import { hasEnded, startChild, stopChild } from '../run/children.ts'
import { LabError } from '../run/lab-error.ts'
import { makeScratch, type Scratch } from '../run/scratch.ts'
import { withTimeout } from '../run/timeout.ts'
import { type PerfSample, readPerfScript } from './perf-script.ts'

export const samplesPerSecond = 499

/**
 * Samples the main thread of `pid` into `file` for as long as `during` takes. Sampling is on when
 * `during` is called and goes off when it has ended, so that what it measures is of the same window.
 * @returns the length of the window in seconds
 * @throws LabError if perf is missing, denied, hangs or ends early; what `during` throws
 */
export async function recordPerf(options: {
  pid: number
  file: string
  during: () => Promise<unknown>
  timeoutMs?: number
}): Promise<{ windowSeconds: number }> {
  const { pid, file, during, timeoutMs = PERF_TIMEOUT_MS } = options
  const args = [
    'record',
    // Neither collects build ids nor caches binaries in the home directory.
    ...['--no-buildid', '--no-buildid-cache', '--quiet'],
    ...['--event', 'cpu-clock', '--freq', String(samplesPerSecond), '--call-graph', 'fp'],
    // The main thread alone: V8's helper threads (concurrent GC, compilers) are not its time.
    ...['--tid', String(pid), '--no-inherit'],
    // The clock of Node, so that a sample finds the code that was at its address then.
    ...['--clockid', 'mono'],
    // Starts switched off and is switched on later, so that its own start is not in the window.
    ...['--delay', '-1', '--control', 'fd:3,4'],
    ...['--output', file],
  ]
  const perf = startChild('perf', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'] })
  let errorOutput = ''
  perf.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4096)
  })
  const commands = perf.stdio[3] as Writable
  const answers = perf.stdio[4] as Readable
  commands.on('error', () => {}) // it ended early: `ended` says so
  const ended = endOfPerf(perf)
  try {
    commands.write('enable\n')
    let silent = false
    const timer = setTimeout(() => {
      silent = perf.kill('SIGKILL')
    }, timeoutMs)
    const first = await Promise.race([once(answers, 'data'), ended])
    clearTimeout(timer)
    if (!Array.isArray(first)) {
      throw perfFailure('record', silent ? perfSilent(timeoutMs) : first, errorOutput)
    }
    const began = performance.now()
    const window = during()
    await Promise.race([
      window,
      ended.then((how) => {
        // perf ends with the process that it watches.
        if (how.endsWith('exit code 0')) return window
        throw perfFailure('record', how, errorOutput)
      }),
    ])
    const windowSeconds = (performance.now() - began) / 1000
    perf.kill('SIGINT')
    await ended
    return { windowSeconds }
  } finally {
    await stopChild(perf, 'SIGKILL')
  }
}

/** The samples of a recording, named by `perf script` as far as it can. */
export async function* perfSamples(file: string): AsyncGenerator<PerfSample> {
  // Without --no-inline perf would ask addr2line for each address of a binary of 100 MB.
  const perf = startChild(
    'perf',
    ['script', '--no-inline', '-F', 'tid,time,ip,sym,dso', '-i', file],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    },
  )
  let errorOutput = ''
  perf.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errorOutput = (errorOutput + text).slice(-4096)
  })
  const ended = endOfPerf(perf)
  try {
    yield* readPerfScript(createInterface({ input: perf.stdout!, crlfDelay: Infinity }))
    const how = await ended
    if (!how.endsWith('exit code 0')) throw perfFailure('read its recording', how, errorOutput)
  } finally {
    if (!hasEnded(perf)) perf.kill('SIGKILL')
  }
}

/** What perf can do on this machine, for this user. */
export interface PerfProbe {
  usable: boolean
  /** Whether time inside the kernel is sampled too; without it `read(2)` and `write(2)` are unseen. */
  kernel: boolean
  /** One line: why it cannot be used, or why without the kernel. */
  why: string | undefined
  /** What would change that, if anything would. */
  remedy: string | undefined
}

/**
 * Finds out by trying: records a busy process for a moment, exactly as a stage would be recorded.
 * Takes about half a second; never throws.
 */
export async function probePerf(timeoutMs = PERF_TIMEOUT_MS): Promise<PerfProbe> {
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
    // On a busy machine it may take a while to get that much processor time.
    const busyFor = async (times: number) => {
      for (let time = 0; time < times; time++) await once(busy.stdout!, 'data')
    }
    const during = () => withTimeout(timeoutMs, busyFor(2))
    await recordPerf({ pid: busy.pid!, file, during, timeoutMs })
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
      why: `perf is not allowed to sample the kernel (perf_event_paranoid is ${paranoia() ?? 'unknown'})`,
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
  // The doctor runs this probe itself, and the other commands name the doctor anyway.
  const remedy = next === 'npm run doctor' ? undefined : next
  return { usable: false, kernel: false, why, remedy }
}

// Half its time is spent in the kernel, so a probe that sees no kernel frame cannot see any.
// It says so each time that it has used 100 ms of a processor.
const busyProgram = `
  const { openSync, readSync } = require('node:fs')
  const zeros = openSync('/dev/zero'), bytes = Buffer.alloc(1 << 16)
  process.stdin.resume().on('end', () => process.exit())
  const used = () => { const { user, system } = process.cpuUsage(); return user + system }
  let next = used()
  setInterval(() => {
    for (let i = 0; i < 500; i++) readSync(zeros, bytes)
    if (used() > next) { next += 100_000; console.log('busy') }
  }, 0)`
