/** The words and figures with a flame graph, in the viewer and in the picture alike. */
import { counted, whole } from '../measure/format.ts'
import { type Group, groupOrder, selfByGroup } from './groups.ts'
import { roles, shares } from './roles.ts'
import { type FrameTree, TOO_FEW_SAMPLES } from './tree.ts'

export interface Caption {
  /** `stage1, one byte at a time`. */
  title: string
  /** What loaded the server: `SET, GET; 50 clients; 3 bytes`. */
  workload: string
}

/**
 * Roles and their shares, in the order of a request's life, or layers. A role without any share is
 * named too, since "GC 0 %" says something; but not if the profiler may just not have seen it.
 */
export function legend(tree: FrameTree): { role: Group; share: number }[] {
  if (tree.grouping === 'layers') {
    const sums = selfByGroup(tree.root)
    const whole = Math.max(tree.root.total, Number.MIN_VALUE)
    return groupOrder(tree, sums)
      .map((role) => ({ role, share: sums.get(role)! / whole }))
      .filter(({ share }) => share > 0)
  }
  const { byRole, certain } = shares(tree)
  return roles
    .map((role) => ({ role, share: byRole[role] }))
    .filter(({ role, share }) => share > 0 || (certain && role !== 'other' && role !== 'unseen'))
}

/** How it was captured, in one line: source, samples, processor time or bytes, window. */
export function provenance(tree: FrameTree, caption: Caption): string {
  if (tree.file !== undefined) return ofFile(tree, tree.file)
  const bytes = tree.unit.counts === 'bytes'
  const seconds = ((tree.samples * tree.unit.worth) / 1e6).toFixed(1)
  const what = bytes
    ? `${amountOf(tree, tree.root.total)} allocated`
    : `${seconds} s of processor time`
  return [
    `${tree.source}: ${tree.samples} samples, ${what} in ${tree.windowSeconds.toFixed(1)} s`,
    ...(caption.workload === '' ? [] : [caption.workload]),
  ].join(' · ')
}

/** What another tool's file holds: only what it says of itself. */
function ofFile(tree: FrameTree, { name, format }: { name: string; format: string }): string {
  const { unit, samples, windowSeconds, root } = tree
  const sampled = counted(samples, 'sample')
  const what = unit.of === 'samples' ? sampled : `${sampled}, ${amountOf(tree, root.total)}`
  const window = windowSeconds > 0 ? ` in ${durationText(windowSeconds)}` : ''
  return `${name}, ${format}: ${what}${window}`
}

/** A file may be of some milliseconds, or of hours. */
export function durationText(seconds: number): string {
  if (seconds < 1) return msText(seconds * 1000)
  return `${seconds < 99.95 ? seconds.toFixed(1) : whole(seconds)} s`
}

function msText(ms: number): string {
  return `${ms >= 9.95 ? whole(ms) : ms.toFixed(1)} ms`
}

/**
 * `count` of a tree's units as a person reads them: `96 bytes per request` of allocations, if the
 * load was counted, `12.3 MB` if not; `1204 samples` of time, `1,204 ms` of time in another tool's
 * file.
 */
export function amountOf(tree: FrameTree, count: number): string {
  if (tree.file !== undefined && tree.unit.of === 'µs') {
    return msText((count * tree.unit.worth) / 1000)
  }
  if (tree.unit.counts === 'samples') return counted(Math.round(count), 'sample')
  if (tree.requests === undefined) {
    return count < 0.95e6 ? `${whole(count / 1000)} kB` : `${(count / 1e6).toFixed(1)} MB`
  }
  const each = count / tree.requests
  return `${each >= 9.95 ? Math.round(each).toLocaleString('en-US') : each.toFixed(1)} bytes per request`
}

/**
 * The article's three figures beside ours, in one line; empty if the profiler missed too much, or
 * saw something else than time.
 */
export function besideArticle(tree: FrameTree): string {
  if (tree.unit.counts === 'bytes' || tree.grouping === 'layers') return ''
  const { certain, grouped } = shares(tree)
  if (!certain) return ''
  return grouped
    .map(
      ({ label, share, article }) =>
        `${label} ${percent(share, tree.samples)} (article: ${percent(article.share)})`,
    )
    .join(' · ')
}

/** What the picture does not show, and its caveats, in one line; empty if it shows all. */
export function blindness(tree: FrameTree): string {
  const seen = tree.blind.length === 0 ? [] : [`Not seen: ${tree.blind.join('; ')}.`]
  return [...seen, ...cautions(tree).map((text) => `Caution: ${text}.`)].join(' ')
}

/** What makes the shares of a profile doubtful, a sentence each; none for a good one. */
export function cautions({
  samples,
  quality,
}: Pick<FrameTree, 'samples'> & Partial<Pick<FrameTree, 'quality'>>): string[] {
  const broken = quality?.broken ?? 0
  return [
    ...(samples < TOO_FEW_SAMPLES
      ? [
          `${samples} samples are too few to compare functions: a share may be off by up to ${points(shareMargin(0.5, samples))} points`,
        ]
      : []),
    ...(broken > samples * 0.01
      ? [`${broken} of ${samples} stacks do not reach the event loop, so their frames stand apart`]
      : []),
  ]
}

/** Half of the 95 % interval (Wilson) of a share that so many samples gave; from 0 to 1. */
export function shareMargin(share: number, samples: number): number {
  if (samples <= 0) return 1
  const z2 = 1.96 ** 2
  return (
    (1.96 * Math.sqrt((share * (1 - share) + z2 / (4 * samples)) / samples)) / (1 + z2 / samples)
  )
}

/** A share's 95 % margin in percent points: `4`, `0.6`. */
export function points(margin: number): string {
  const value = margin * 100
  return value.toFixed(value >= 0.95 ? 0 : 1)
}

/**
 * `47 %`, `3.1 %`, `<1 %`: two digits at most.
 * @param samples that the share was taken from: without the decimal that they do not bear
 */
export function percent(share: number, samples = Number.POSITIVE_INFINITY): string {
  const value = share * 100
  const rough = samples < Number.POSITIVE_INFINITY && shareMargin(share, samples) >= 0.005
  if (rough && value > 0 && value < 0.5) return '<1 %'
  return `${rough || value >= 9.95 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)} %`
}
