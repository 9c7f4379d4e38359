/**
 * Instructions in user mode, counted by valgrind's callgrind: it runs the program instruction by
 * instruction, 50 times slower, and so counts the same on a busy machine as on a quiet one. The
 * kernel is not in it.
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { LabError } from '../run/lab-error.ts'

/** Longest wait for the running program to zero or write its counts, ms. */
const CONTROL_TIMEOUT_MS = 120_000

/**
 * The words to put before a command to run it under callgrind.
 * @param out path of the counts; each dump adds an ending to it
 * @param cache simulates caches as well, which takes twice the time
 */
export function callgrindWords(out: string, cache = false): string[] {
  return [
    'valgrind',
    '--tool=callgrind',
    // V8 writes code and changes it: callgrind must notice.
    '--smc-check=all-non-file',
    '--separate-threads=yes',
    ...(cache ? ['--cache-sim=yes'] : []),
    `--callgrind-out-file=${out}`,
  ]
}

/** Why instructions cannot be counted here, with what would help; undefined if they can. */
export async function whyNoCallgrind(): Promise<LabError | undefined> {
  const failure = await run('valgrind', ['--version'])
  if (failure === undefined) return undefined
  return new LabError('valgrind is not installed, or does not start', {
    means: 'it counts instructions; nothing else in the lab needs it',
    next: 'sudo apt-get install valgrind',
  })
}

/** What the main thread did in user mode. */
export interface CallgrindCounts {
  instructions: number
  /** Misses of the caches that callgrind simulates: not those of this processor. */
  misses?: { d1: number; lastLevel: number }
}

/**
 * Counts the instructions of the main thread from now to when `end` is called.
 * @param pid of a program that was started with `callgrindWords(out)`
 * @throws LabError if callgrind does not answer
 */
export async function countInstructions(
  pid: number,
  out: string,
): Promise<{ end(): Promise<CallgrindCounts> }> {
  await control('zero', pid)
  return {
    async end() {
      const before = new Set(dumpsOf(out))
      await control('dump', pid)
      const dumps = dumpsOf(out).filter((name) => !before.has(name))
      const main = dumps.find((name) => name.endsWith('-01'))
      if (main === undefined) throw noAnswer('it wrote no counts of the main thread')
      const counts = readCounts(readFileSync(join(dirname(out), main), 'utf8'))
      for (const name of dumps) rmSync(join(dirname(out), name))
      return counts
    },
  }
}

/**
 * The counts in a dump of one thread.
 * @throws LabError if it is not one
 */
export function readCounts(dump: string): CallgrindCounts {
  const events = /^events: (.*)$/m.exec(dump)?.[1]?.split(' ') ?? []
  const totals = /^totals: (.*)$/m.exec(dump)?.[1]?.split(' ') ?? []
  // Zeros at the end of the line are left out.
  const sum = (...names: string[]) =>
    names.reduce((all, name) => all + Number(totals[events.indexOf(name)] ?? 0), 0)
  const instructions = sum('Ir')
  if (!(instructions > 0)) throw noAnswer('its counts have no instructions (Ir)')
  if (!events.includes('D1mr')) return { instructions }
  return {
    instructions,
    misses: { d1: sum('D1mr', 'D1mw'), lastLevel: sum('DLmr', 'DLmw') },
  }
}

function dumpsOf(out: string): string[] {
  return readdirSync(dirname(out)).filter((name) => name.startsWith(`${basename(out)}.`))
}

async function control(what: 'zero' | 'dump', pid: number): Promise<void> {
  const failure = await run('callgrind_control', [`--${what}`, String(pid)])
  if (failure !== undefined) throw noAnswer(`callgrind_control --${what}: ${failure}`)
}

function noAnswer(happened: string): LabError {
  return new LabError(`callgrind did not count: ${happened}`, {
    means: 'the program has ended, or the machine is too busy for it to answer in two minutes',
    next: 'run the same command again, with other programs closed',
  })
}

/** Runs a program to its end. @returns why it failed; undefined if it did not */
function run(command: string, args: string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: CONTROL_TIMEOUT_MS }, (error, _stdout, stderr) =>
      resolve(error === null ? undefined : stderr.trim().split('\n')[0] || error.message),
    )
  })
}
