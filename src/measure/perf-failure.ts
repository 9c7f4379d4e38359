/** What perf's error output means, and what to do: its own words are a page, or leave out what matters. */
import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { LabError } from '../run/lab-error.ts'

/** The error of a machine without perf. */
export const notInstalled = 'perf is not installed'

/** Longest wait for perf to attach to a process, ms; it takes some. */
export const PERF_TIMEOUT_MS = 15_000

/** What is said of a perf that was waited for and ended. */
export function perfSilent(timeoutMs: number): string {
  return `perf hangs: it did not answer within ${timeoutMs / 1000} s, the limit of the lab`
}

/** How the process ended, in words; never rejects. */
export function endOfPerf(child: ChildProcess, name = 'perf'): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'ENOENT' ? notInstalled : error.message)
    })
    child.once('close', (code, signal) =>
      resolve(`${name} ended with ${signal ?? `exit code ${code}`}`),
    )
  })
}

const install = 'sudo apt-get install linux-perf (on Ubuntu: linux-tools-generic)'

/**
 * @param does what perf was to do, e.g. `record`
 * @param how the process ended, or that it did not
 * @param errorOutput what it wrote to standard error
 * @param level of `perf_event_paranoid`; null if it cannot be read
 * @returns an error of one line; `next` is what would open it, if something would
 */
export function perfFailure(
  does: string,
  how: string,
  errorOutput: string,
  level = paranoia(),
): LabError {
  const of = (happened: string, next = 'npm run doctor') => new LabError(happened, { next })
  if (how === notInstalled) return of(how, install)
  const kernel = /perf not found for kernel (\S+)/.exec(errorOutput)?.[1]
  if (kernel !== undefined) {
    return of(
      `perf is not installed for this kernel (${kernel})`,
      `sudo apt-get install linux-tools-${kernel}, or linux-tools-generic`,
    )
  }
  if (/unknown (?:option|switch)|expects an? .*numerical/i.test(firstLine(errorOutput) ?? '')) {
    return of(`perf is too old to ${does} on command: 5.10 or newer is needed`, install)
  }
  if (denied.test(errorOutput)) {
    if (level !== null && level <= 2) {
      return of(
        `perf is not allowed to ${does} here, although perf_event_paranoid is ${level}`,
        'a container forbids it: docker run --cap-add PERFMON --cap-add SYS_PTRACE --security-opt seccomp=unconfined',
      )
    }
    return of(
      `perf is not allowed to ${does} here (perf_event_paranoid is ${level ?? 'unknown'})`,
      lowerParanoia,
    )
  }
  if (/No space left|failed to write/i.test(errorOutput)) {
    return of(
      `perf could not ${does}: the disk is full`,
      'TMPDIR=DIRECTORY, with one where there is room',
    )
  }
  const line = firstLine(errorOutput)
  return of(line === undefined ? how : `perf cannot ${does} here: ${line}`)
}

/** What lets perf look into the kernel; until the machine is started again. */
export const lowerParanoia = 'sudo sysctl kernel.perf_event_paranoid=1'

const denied = /permission|paranoid|not permitted|access to performance|EACCES|EPERM/i

/** The level that the kernel is set to; null if it cannot be read. */
export function paranoia(): number | null {
  try {
    return Number(readFileSync('/proc/sys/kernel/perf_event_paranoid', 'utf8'))
  } catch {
    return null
  }
}

/** The first line that says something; counts and markers of `perf stat` do not. */
function firstLine(errorOutput: string): string | undefined {
  return errorOutput
    .split('\n')
    .map((text) => text.trim().replace(/^Error:\s*/, ''))
    .find((text) => text !== '' && !/^(WARNING|Events (dis|en)abled|<not )/.test(text))
}
