/** The profilers side by side, and why they disagree; 80 columns at most. */
import { paint } from '../cli/colour.ts'
import type { Profilers } from '../experiment/profilers.ts'
import { percent } from '../flame/caption.ts'
import type { Capture } from '../flame/capture.ts'
import { type Role, roles, type Shares } from '../flame/roles.ts'
import type { Stage } from '../stages.ts'
import { counted, figures, hanging, row } from './format.ts'

const WIDTHS = [16, 10, 15, 14, 12, 12]

/** So far may two profilers be apart and still agree: few samples, and each in a run of its own. */
const TOLERANCE = 0.05

export function profilersScreen(stage: Stage, all: Profilers, workload: string): string {
  return [
    `${paint.bold(stage.id)}  ${stage.title}, by four profilers and by plain accounting`,
    ...hanging(`${workload}; each in a run of its own`).map((text) => paint.dim(text)),
    '',
    ...table(all),
    '',
    ...disagreements(all).flatMap((text) => hanging(text)),
  ].join('\n')
}

function table(all: Profilers): string[] {
  const { perf, sampled, corrected, cpuProfile, accounting } = all
  const perfShares = 'value' in perf ? perf.value.shares : undefined
  const cell = (shares: Shares | undefined, role: Role) =>
    shares === undefined ? '-' : percent(shares.byRole[role])
  const gc = gcShare(accounting)
  const system = systemShare(accounting)
  const own = (role: Role) => (role === 'GC' && gc !== undefined ? percent(gc) : '')
  const rows = roles.map((role) =>
    row(
      [
        role,
        cell(perfShares, role),
        cell(sampled.shares, role),
        cell(corrected.shares, role),
        cell(cpuProfile.shares, role),
        own(role),
      ],
      WIDTHS,
    ),
  )
  const kernel = (shares: Shares | undefined) =>
    shares === undefined ? '-' : percent(shares.kernel)
  const each = ['CPU time', 'ticks', 'CPU time', 'wall time', 'CPU time']
  const samples = [
    'value' in perf ? String(perf.value.tree.samples) : '-',
    ...[sampled, corrected, cpuProfile].map(({ tree }) => String(tree.samples)),
    '',
  ]
  return [
    paint.bold(
      row(['', 'perf', '0x as sampled', '0x corrected', '--cpu-prof', 'accounting'], WIDTHS),
    ),
    paint.dim(row(['share of', ...each], WIDTHS)),
    ...rows,
    row(
      [
        'in the kernel',
        kernel(perfShares),
        '-',
        '-',
        '-',
        system === undefined ? '-' : percent(system),
      ],
      WIDTHS,
    ),
    paint.dim(row(['samples', ...samples], WIDTHS)),
  ]
}

/** Time in the collector as a share of the main thread's processor time; undefined without /proc. */
export function gcShare({ gc, cpu }: Profilers['accounting']): number | undefined {
  if (cpu === undefined || cpu.user + cpu.system === 0) return undefined
  return (gc.ms * 1000) / (cpu.user + cpu.system)
}

function systemShare({ cpu, process }: Profilers['accounting']): number | undefined {
  const { user, system } = cpu ?? process
  return user + system === 0 ? undefined : system / (user + system)
}

/** A sentence on each pair that disagrees, and why; and on those that agree where that matters. */
export function disagreements(all: Profilers): string[] {
  const { perf } = all
  return [
    ...('value' in perf
      ? [kernelSentence(perf.value), ...sampledSentences(all, perf.value.shares)]
      : [noPerf(all, perf.missing)]),
    correctedSentence(all),
    idleSentence(all),
    gcSentence(all),
    loopSentence(all),
  ].filter((text) => text !== '')
}

function noPerf({ remedy }: Profilers, why: string): string {
  const cure = remedy === undefined ? '' : ` (${remedy})`
  return `No perf: ${why}${cure}. What the others miss is then known from the accounting alone.`
}

/** Held against the accounting of the same window, not of another run. */
function kernelSentence({ shares, check }: Capture): string {
  const { systemShare: system, agrees } = check
  if (system === undefined || agrees === undefined) return `Kernel: ${check.text}.`
  const both = `perf finds ${percent(shares.kernel)} of the time in the kernel, the accounting of the same window ${percent(system)}`
  return agrees
    ? `Kernel: ${both}: they agree, so perf's other shares can be believed.`
    : `Kernel: ${both}: they do not agree. The window was too short, or something else disturbed it: run it again.`
}

function sampledSentences({ sampled }: Profilers, shares: Shares): string[] {
  const theirs = sampled.shares.byRole
  const ours = shares.byRole
  const texts: string[] = []
  if (ours.read - theirs.read > TOLERANCE) {
    texts.push(
      `read: ${percent(ours.read)} by perf, ${percent(theirs.read)} by 0x as it comes: on this Node V8's sampler takes next to no tick while no JavaScript runs, and libuv reads before JavaScript is entered.`,
    )
  }
  if (theirs.reply - ours.reply > TOLERANCE) {
    texts.push(
      `reply: ${percent(theirs.reply)} by 0x as it comes, ${percent(ours.reply)} by perf: write(2) is called from JavaScript, so it is seen where read(2) is not, and takes the share of all that is missing. A reader would cure the wrong thing.`,
    )
  }
  for (const role of ['parse', 'execute'] as const) {
    if (Math.abs(theirs[role] - ours[role]) > TOLERANCE) {
      texts.push(
        `${role}: ${percent(theirs[role])} by 0x as it comes, ${percent(ours[role])} by perf: a share of what was seen, not of the time.`,
      )
    }
  }
  return texts
}

function correctedSentence({ corrected }: Profilers): string {
  const { unseen } = corrected.shares.byRole
  if (unseen === 0) return ''
  return `0x corrected: ${percent(unseen)} of the CPU time was not seen. The operating system accounts for it, so it is drawn as one frame; what stands on top of write(2) is taken out too, since those ticks fall where the sampler gets its turn.`
}

function idleSentence({ cpuProfile }: Profilers): string {
  const { shares, cpu, tree } = cpuProfile
  const idle = shares.byRole.unseen
  if (cpu === undefined) return ''
  const busy = (cpu.user + cpu.system) / (tree.windowSeconds * 1e6)
  const both = `--cpu-prof calls ${percent(idle)} of the wall time idle; the server was on a CPU for ${percent(busy)} of it`
  return idle + busy > 1 + TOLERANCE
    ? `idle: ${both}. Node tells V8 that it is idle for all of libuv's poll phase, and that is where the event loop reads and calls back.`
    : `idle: ${both}: the two can both be true.`
}

function gcSentence(all: Profilers): string {
  const { perf, cpuProfile, accounting } = all
  const own = gcShare(accounting)
  if (own === undefined) return ''
  const found: [name: string, share: number][] = []
  if ('value' in perf) found.push(['perf', perf.value.shares.byRole.GC])
  const { cpu, tree, shares } = cpuProfile
  if (cpu !== undefined) {
    // Of its wall time, turned into a share of CPU time to be compared.
    const gcMicros = shares.byRole.GC * tree.windowSeconds * 1e6
    found.push(['--cpu-prof (as a share of CPU time)', gcMicros / (cpu.user + cpu.system)])
  }
  const pauses = `${counted(accounting.gc.count, 'pause')}, ${figures(accounting.gc.ms)} ms`
  const texts = found.map(([name, share]) => {
    const apart = Math.abs(share - own)
    return `${name} ${percent(share)} (${apart <= 0.03 ? 'agrees' : 'does not agree'})`
  })
  const why =
    'The observer measures a pause by the wall clock, from the first to the last of it, waiting for helper threads and for a CPU included; perf counts the main thread on a CPU.'
  return `GC: the observer saw ${pauses}, ${percent(own)} of the CPU time; ${texts.join(', ')}. ${why}`
}

function loopSentence({ accounting }: Profilers): string {
  const { eventLoopUtilization, cpu, process, windowMs } = accounting
  const { user, system } = cpu ?? process
  const busy = (user + system) / (windowMs * 1000)
  const both = `the event loop did not wait for ${percent(eventLoopUtilization)} of the time, the main thread was on a CPU for ${percent(busy)}`
  return eventLoopUtilization - busy > TOLERANCE
    ? `Event loop: ${both}: the rest it waited for a CPU that something else had, the load generator first of all.`
    : `Event loop: ${both}.`
}
