/** The profilers side by side, and why they disagree; 80 columns at most. */

import { availableParallelism } from 'node:os'
import { paint } from '../cli/colour.ts'
import type { Profilers } from '../experiment/profilers.ts'
import { cautions, percent } from '../flame/caption.ts'
import type { Capture } from '../flame/capture.ts'
import { groupName } from '../flame/groups.ts'
import { type Role, roles, type Shares } from '../flame/roles.ts'
import type { FrameTree } from '../flame/tree.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { busyText } from '../measure/machine-load.ts'
import type { Stage } from '../stages.ts'
import { counted, figures, hanging, row } from './format.ts'

const WIDTHS = [16, 12, 14, 14, 14]

/** Two profilers this far apart still agree: few samples, and each in a separate run. */
const TOLERANCE = 0.05

export function profilersScreen(stage: Stage, all: Profilers, workload: string): string {
  return [
    `${paint.bold(stage.id)}  ${stage.title}, by three profilers and by plain accounting`,
    ...hanging(`${workload}; each in a separate run`).map((text) => paint.dim(text)),
    '',
    ...table(all),
    '',
    ...busy(all),
    ...[...missing(all), ...doubts(all), ...disagreements(all)].flatMap((text) => hanging(text)),
  ].join('\n')
}

function busy({ machineLoad }: Profilers): string[] {
  const text = busyText(machineLoad, availableParallelism())
  return text === undefined ? [] : hanging(text).map((line) => paint.bold(line))
}

type Sampled = Counted<{ tree: FrameTree; shares: Shares }>

function table({ perf, zeroX, cpuProfile, accounting }: Profilers): string[] {
  const sampled: Sampled[] = [perf, zeroX, cpuProfile]
  const cells = (pick: (one: { tree: FrameTree; shares: Shares }) => string) =>
    sampled.map((one) => ('value' in one ? pick(one.value) : '-'))
  const counts = valueOrUndefined(accounting)
  const share = (value: number | undefined) => (value === undefined ? '-' : percent(value))
  const gc = counts && gcShare(counts)
  const own = (role: Role) => (role === 'GC' ? share(gc) : '')
  const rows = roles.map((role) =>
    row(
      [
        groupName(role),
        ...cells(({ shares, tree }) => percent(shares.byRole[role], tree.samples)),
        own(role),
      ],
      WIDTHS,
    ),
  )
  const kernel = 'value' in perf ? percent(perf.value.shares.kernel) : '-'
  const head = ['', 'perf', '0x', '--cpu-prof', 'accounting']
  const of = ['share of', 'CPU time', 'ticks', 'wall time', 'CPU time']
  const samples = cells(({ tree }) => String(tree.samples))
  return [
    paint.bold(row(head, WIDTHS)),
    paint.dim(row(of, WIDTHS)),
    ...rows,
    row(['in the kernel', kernel, '-', '-', share(counts && systemShare(counts))], WIDTHS),
    paint.dim(row(['samples', ...samples, ''], WIDTHS)),
  ]
}

type Counts = Extract<Profilers['accounting'], { value: unknown }>['value']

/** Time in the collector as a share of the main thread's processor time; undefined without /proc. */
export function gcShare({ gc, cpu }: Pick<Counts, 'gc' | 'cpu'>): number | undefined {
  if (cpu === undefined || cpu.user + cpu.system === 0) return undefined
  return (gc.ms * 1000) / (cpu.user + cpu.system)
}

function systemShare({ cpu, process }: Counts): number | undefined {
  const { user, system } = cpu ?? process
  return user + system === 0 ? undefined : system / (user + system)
}

/** Why a column is empty. */
function missing({ perf, remedy, zeroX, cpuProfile, accounting }: Profilers): string[] {
  const columns = { perf, '0x': zeroX, '--cpu-prof': cpuProfile, accounting }
  return Object.entries(columns).flatMap(([name, column]) => {
    if (!('missing' in column)) return []
    const next = name === 'perf' && remedy !== undefined ? ` (${remedy})` : ''
    return [`No ${name}: ${column.missing}${next}.`]
  })
}

/** What makes a column doubtful. */
function doubts({ perf, zeroX, cpuProfile }: Profilers): string[] {
  const columns: Record<string, Sampled> = { perf, '0x': zeroX, '--cpu-prof': cpuProfile }
  return Object.entries(columns).flatMap(([name, column]) =>
    'value' in column ? cautions(column.value.tree).map((text) => `${name}: ${text}.`) : [],
  )
}

/** A sentence on each pair that disagrees, and why; and on those that agree when that matters. */
export function disagreements(all: Profilers): string[] {
  const perf = valueOrUndefined(all.perf)
  return [
    perf === undefined ? '' : kernelSentence(perf),
    ...zeroXSentences(valueOrUndefined(all.zeroX)?.shares, perf?.shares),
    idleSentence(all),
    gcSentence(all),
    loopSentence(all),
  ].filter((text) => text !== '')
}

/** Held against the accounting of the same window, not of another run. */
function kernelSentence({ shares, check }: Capture): string {
  const { systemShare: system, agrees, text } = check
  if (system === undefined || agrees === undefined) return `Kernel: ${text}.`
  if (!agrees) {
    return `Kernel: ${text.replace(/^kernel: /, '')}. Something else disturbed the window: run it again.`
  }
  const both = `perf finds ${percent(shares.kernel)} of the time in the kernel, the accounting of the same window ${percent(system)}`
  return `Kernel: ${both}: they agree, so perf's other shares can be believed.`
}

function zeroXSentences(theirs: Shares | undefined, ours: Shares | undefined): string[] {
  if (theirs === undefined) return []
  if (ours === undefined) {
    return [
      "0x: V8's sampler takes hardly any ticks while no JavaScript runs: read(2), epoll and libuv are not seen, and the other shares are of what is left.",
    ]
  }
  const texts: string[] = []
  const [read, reply] = [ours.byRole.read, ours.byRole.reply]
  if (read - theirs.byRole.read > TOLERANCE) {
    texts.push(
      `read: ${percent(read)} by perf, ${percent(theirs.byRole.read)} by 0x: on this Node V8's sampler takes hardly any ticks while no JavaScript runs, and libuv reads before JavaScript is entered.`,
    )
  }
  if (theirs.byRole.reply - reply > TOLERANCE) {
    texts.push(
      `reply: ${percent(theirs.byRole.reply)} by 0x, ${percent(reply)} by perf: write(2) is called from JavaScript, so it is seen when read(2) is not, and takes the share of all that is missing. A reader of 0x would optimize the wrong thing.`,
    )
  }
  if (theirs.byRole.other - ours.byRole.other > TOLERANCE) {
    texts.push(
      `other: ${percent(theirs.byRole.other)} by 0x: the server's start is among its ticks. 0x leaves out a fixed time only, and on a busy machine the start takes longer.`,
    )
  }
  for (const role of ['parse', 'execute'] as const) {
    const [one, other] = [theirs.byRole[role], ours.byRole[role]]
    if (Math.abs(one - other) > TOLERANCE) {
      texts.push(
        `${role}: ${percent(one)} by 0x, ${percent(other)} by perf: a share of what was seen, not of the time.`,
      )
    }
  }
  return texts
}

function idleSentence({ cpuProfile }: Profilers): string {
  const profile = valueOrUndefined(cpuProfile)
  if (profile?.cpu === undefined) return ''
  const { shares, cpu, tree } = profile
  const idle = shares.byRole.unseen
  const busy = (cpu.user + cpu.system) / (tree.windowSeconds * 1e6)
  const both = `--cpu-prof calls ${percent(idle)} of the wall time idle; the server was on a CPU for ${percent(busy)} of it`
  return idle + busy > 1 + TOLERANCE
    ? `idle: ${both}. Node tells V8 that it is idle for all of libuv's poll phase, and that is when the event loop reads and calls back.`
    : `idle: ${both}: the two can both be true.`
}

function gcSentence({ perf, cpuProfile, accounting }: Profilers): string {
  const counts = valueOrUndefined(accounting)
  const own = counts && gcShare(counts)
  if (counts === undefined || own === undefined) return ''
  const found: [name: string, share: number][] = []
  if ('value' in perf) found.push(['perf', perf.value.shares.byRole.GC])
  const profile = valueOrUndefined(cpuProfile)
  if (profile?.cpu !== undefined) {
    const { cpu, tree, shares } = profile
    // Of its wall time, turned into a share of CPU time to be compared.
    const gcMicros = shares.byRole.GC * tree.windowSeconds * 1e6
    found.push(['--cpu-prof (as a share of CPU time)', gcMicros / (cpu.user + cpu.system)])
  }
  const pauses = `${counted(counts.gc.count, 'pause')}, ${figures(counts.gc.ms)} ms`
  const texts = found.map(([name, share]) => {
    const apart = Math.abs(share - own)
    return `${name} ${percent(share)} (${apart <= 0.03 ? 'agrees' : 'does not agree'})`
  })
  const why =
    'The observer measures a pause by the wall clock, from the first to the last of it, waiting for helper threads and for a CPU included; perf counts the main thread on a CPU.'
  return `GC: the observer saw ${pauses}, ${[`${percent(own)} of the CPU time`, ...texts].join(', ')}. ${why}`
}

function loopSentence({ accounting }: Profilers): string {
  const counts = valueOrUndefined(accounting)
  if (counts === undefined) return ''
  const { eventLoopUtilization, cpu, process, windowMs } = counts
  const { user, system } = cpu ?? process
  const busy = (user + system) / (windowMs * 1000)
  const both = `the event loop was active for ${percent(eventLoopUtilization)} of the time, and the main thread had a CPU for ${percent(busy)}`
  return eventLoopUtilization - busy > TOLERANCE
    ? `Event loop: ${both}: in between it waited for a CPU that something else had, most likely the load generator.`
    : `Event loop: ${both}.`
}
