/**
 * Counts with `perf stat` what a running process does: caches and TLBs, if the processor counts
 * them and lets us look. Most virtual machines do not; then each counter says so for itself, and is
 * never zero. Counting costs the process nothing that can be measured.
 */
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { startChild, stopChild } from '../run/children.ts'
import type { Counted } from './counted.ts'
import { endOfPerf, PERF_TIMEOUT_MS, perfFailure, perfSilent } from './perf-failure.ts'

export interface PerfCount {
  /** perf's name, e.g. `cache-misses`. */
  event: string
  /** Times that it happened; milliseconds for `task-clock`. */
  count: Counted<number>
  /** Only what happened outside the kernel was counted: all that this user may see. */
  userOnly: boolean
  /** What perf says it is a share of: `5.61` of `all cache refs`. In perf's output for people only. */
  share?: { percent: number; of: string }
  /** Part of the time that it was counted in, 0 to 1; below 1 perf has scaled the count up. */
  counted: number
}

export interface PerfStat {
  counts: PerfCount[]
  /** Seconds, if the output has them. */
  times: { elapsed?: number; user?: number; system?: number }
}

const NOT_SUPPORTED = 'not supported: this processor or virtual machine has no such counter'
const NOT_COUNTED = 'not counted: the process did not run, or other counters had all the registers'

/** Reads what perf prints for people. Quotes, blanks and lines that it does not know are passed over. */
export function parsePerfStat(text: string): PerfStat {
  const stat: PerfStat = { counts: [], times: {} }
  for (const line of text.split('\n')) {
    const time = /^\s*([\d.,]+)\s+seconds (time elapsed|user|sys)\s*$/.exec(line)
    if (time) {
      const name = { 'time elapsed': 'elapsed', user: 'user', sys: 'system' }[time[2]!]!
      stat.times[name as keyof PerfStat['times']] = Number(time[1]!.replace(',', '.'))
      continue
    }
    const match =
      /^\s*(<not supported>|<not counted>|\d[\d.,'\u202f\u00a0]*)\s+(?:(?:msec|Joules|MiB)\s+)?([A-Za-z][\w.:/-]*)\s*(?:#\s*(.*?))?\s*(?:\(\s*([\d.]+)%\s*\))?\s*$/.exec(
        line,
      )
    if (match === null) continue
    const [, value, event, remark, counted] = match
    const share = /([\d.]+)\s*%\s+of (.*)/.exec(remark ?? '')
    stat.counts.push({
      ...nameOf(event!),
      count: countOf(value!.replace(/[,'\u202f\u00a0]/g, '')),
      ...(share === null ? {} : { share: { percent: Number(share[1]), of: share[2]!.trim() } }),
      counted: counted === undefined ? 1 : Number(counted) / 100,
    })
  }
  return stat
}

/**
 * Reads what `perf stat -x,` prints: count, unit, event, time that it was counted, share of the time
 * in percent, and two fields more. Comments and errors among it are passed over.
 */
export function parsePerfFields(text: string): PerfStat {
  const counts = text.split('\n').flatMap((line): PerfCount[] => {
    const [value, , event, , percent] = line.split(',')
    if (event === undefined || !/^(\d|<not )/.test(value!)) return []
    const counted = Number(percent || 100) / 100
    return [{ ...nameOf(event), count: countOf(value!), counted }]
  })
  return { counts, times: {} }
}

/** `cache-misses:u` is what perf calls a counter that was confined to user mode. */
function nameOf(event: string): Pick<PerfCount, 'event' | 'userOnly'> {
  const [name, modifiers = ''] = event.split(':')
  return { event: name!, userOnly: modifiers.includes('u') && !modifiers.includes('k') }
}

function countOf(value: string): Counted<number> {
  if (value === '<not supported>') return { missing: NOT_SUPPORTED }
  if (value === '<not counted>') return { missing: NOT_COUNTED }
  return { value: Number(value) }
}

/**
 * Counts `events` of all threads of a process while `during` runs.
 * @returns what was counted, and what `during` gave
 * @throws LabError if perf is missing, denied, hangs or ends early; whatever `during` throws
 */
export async function countEvents<T>(
  pid: number,
  events: readonly string[],
  during: () => Promise<T>,
  timeoutMs = PERF_TIMEOUT_MS,
): Promise<{ stat: PerfStat; result: T }> {
  const args = [
    'stat',
    ...['-x', ','],
    ...['--event', events.join(',')],
    ...['--pid', String(pid)],
    // It starts counting on command: its own start is not in the window.
    ...['--delay', '-1', '--control', 'fd:3,4'],
  ]
  const perf = startChild('perf', args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' }, // a comma is perf's decimal point in some languages
  })
  let output = ''
  let silent = false
  perf.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const commands = perf.stdio[3] as Writable
  const answers = perf.stdio[4] as Readable
  commands.on('error', () => {}) // it ended early: `ended` says so
  const ended = endOfPerf(perf, 'perf stat')
  const early = ended.then((how) => {
    throw perfFailure('count', silent ? perfSilent(timeoutMs) : how, output)
  })
  early.catch(() => {}) // looked at below, where it matters
  try {
    commands.write('enable\n')
    const timer = setTimeout(() => {
      silent = perf.kill('SIGKILL')
    }, timeoutMs)
    await Promise.race([once(answers, 'data'), early]).finally(() => clearTimeout(timer))
    const result = await Promise.race([during(), early])
    perf.kill('SIGINT') // it prints its counts and ends
    await ended
    return { stat: parsePerfFields(output), result }
  } finally {
    await stopChild(perf, 'SIGKILL')
  }
}
