/** What stands beside a flame graph, in the page and in the picture alike. */
import { type Role, roles, shares } from './roles.ts'
import type { FrameTree } from './tree.ts'

export interface Caption {
  /** `stage1, one byte at a time`. */
  title: string
  /** What loaded the server: `SET, GET; 50 clients; 3 bytes`. */
  workload: string
}

/**
 * Roles and their shares, in the order of a request's life. A role without any share is named too,
 * since "GC 0.0 %" says something; but not where the profiler may just not have seen it.
 */
export function legend(tree: FrameTree): { role: Role; share: number }[] {
  const { byRole, certain } = shares(tree)
  return roles
    .map((role) => ({ role, share: byRole[role] }))
    .filter(({ role, share }) => share > 0 || (certain && role !== 'other' && role !== 'unseen'))
}

/** How it was captured, in one line: source, samples, processor time or bytes, window. */
export function provenance(tree: FrameTree, caption: Caption): string {
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

/**
 * `count` of a tree's units as a person reads them: `96 bytes a request` of allocations, where the
 * load was counted, `12.3 MB` where it was not; `1204 samples` of time.
 */
export function amountOf(tree: FrameTree, count: number): string {
  if (tree.unit.counts === 'samples') return `${Math.round(count)} samples`
  if (tree.requests === undefined) return `${(count / 1e6).toFixed(1)} MB`
  const each = count / tree.requests
  return `${each >= 9.95 ? Math.round(each).toLocaleString('en-US') : each.toFixed(1)} bytes a request`
}

/**
 * The article's three figures beside ours, in one line; empty where the profiler missed too much, or
 * saw something else than time.
 */
export function besideArticle(tree: FrameTree): string {
  if (tree.unit.counts === 'bytes') return ''
  const { certain, grouped } = shares(tree)
  if (!certain) return ''
  return grouped
    .map(
      ({ label, share, article }) =>
        `${label} ${percent(share)} (article: ${percent(article.share)})`,
    )
    .join(' · ')
}

/** What the picture does not show, in one line; empty where it shows all. */
export function blindness(tree: FrameTree): string {
  const { broken } = tree.quality
  const parts = [...tree.blind]
  if (broken > tree.samples * 0.01) parts.push(`${broken} stacks that do not reach the event loop`)
  return parts.length === 0 ? '' : `Not seen: ${parts.join('; ')}.`
}

/** `47 %`, `3.1 %`, `0.2 %`: two digits, since the samples bear no more. */
export function percent(share: number): string {
  const value = share * 100
  return `${value >= 9.95 || Number.isInteger(value) ? value.toFixed(0) : value.toFixed(1)} %`
}
