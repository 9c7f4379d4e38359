/**
 * Several runs of one profile as one, and how far they differ. Two processes of one program never
 * take the same time: memory lies elsewhere, V8 decides differently. Sampling error does not include
 * that, so a profile that is to be compared with another is recorded more than once.
 */
import { frameKey } from './difference.ts'
import { addLine, eachWithOwner, type FrameNode, type FrameTree, type Quality } from './tree.ts'

/**
 * Merges runs of the same server under the same load.
 * @returns the first one if there are no others
 */
export function mergeRuns(runs: readonly FrameTree[]): FrameTree {
  const [first, ...others] = runs as [FrameTree, ...FrameTree[]]
  if (others.length === 0) return first
  const sum = (pick: (tree: FrameTree) => number) => runs.reduce((all, tree) => all + pick(tree), 0)
  const root = empty(first.root)
  for (const { root: one, unit } of runs) add(root, one, unit.worth / first.unit.worth)
  const counted = runs.every(({ requests }) => requests !== undefined)
  const quality = Object.fromEntries(
    Object.keys(first.quality).map((key) => [
      key,
      sum((tree) => tree.quality[key as keyof Quality]),
    ]),
  ) as unknown as Quality
  return {
    ...first,
    windowSeconds: sum(({ windowSeconds }) => windowSeconds),
    samples: sum(({ samples }) => samples),
    ...(counted ? { requests: sum(({ requests }) => requests!) } : {}),
    // Sentences that differ in figures only are one; `restateUnseen` gives it those of the sum.
    blind: runs
      .flatMap(({ blind }) => blind)
      .filter((text, at, all) => at === all.findIndex((other) => bare(other) === bare(text))),
    quality,
    root,
    runs: { count: runs.length, noise: counted ? noiseOf(runs) : 0 },
  }
}

function bare(text: string): string {
  return text.replace(/\d+(?:\.\d+)?/g, '')
}

function empty(node: FrameNode): FrameNode {
  const { tiers: _, lines: __, ...rest } = node
  return { ...rest, self: 0, total: 0, children: [] }
}

function add(into: FrameNode, node: FrameNode, worth: number): void {
  into.self += node.self * worth
  into.total += node.total * worth
  for (const [tier, count] of Object.entries(node.tiers ?? {})) {
    into.tiers ??= {}
    into.tiers[tier] = (into.tiers[tier] ?? 0) + count * worth
  }
  for (const [line, [self, total]] of Object.entries(node.lines ?? {})) {
    addLine(into, Number(line), self * worth, total * worth)
  }
  for (const child of node.children) {
    let match = into.children.find((known) => isSame(known, child))
    if (match === undefined) {
      match = empty(child)
      into.children.push(match)
    }
    add(match, child, worth)
  }
  into.children.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1))
}

function isSame(one: FrameNode, other: FrameNode): boolean {
  return frameKey(one) === frameKey(other) && one.line === other.line
}

/**
 * How far the runs differ in the self of a function, as a share of it: what is left of the variance
 * between runs when that of sampling is taken off, over all functions together. Large functions weigh
 * most, as they do in a comparison.
 */
function noiseOf(runs: readonly FrameTree[]): number {
  const functions = new Map<string, number[]>()
  let sampling = 0
  for (const [at, tree] of runs.entries()) {
    const perRequest = tree.unit.worth / tree.requests!
    const perSample = (tree.root.total / Math.max(1, tree.samples)) * perRequest
    eachWithOwner(tree.root, (node, owner) => {
      const key = `${owner.role} ${frameKey(owner)}`
      const values = functions.get(key) ?? runs.map(() => 0)
      values[at]! += node.self * perRequest
      functions.set(key, values)
      // The variance of a count is the count.
      sampling += (node.self * perRequest * perSample) / runs.length
    })
  }
  let between = 0
  let squares = 0
  for (const values of functions.values()) {
    const mean = values.reduce((all, value) => all + value, 0) / values.length
    between += values.reduce((all, value) => all + (value - mean) ** 2, 0) / (values.length - 1)
    squares += mean ** 2
  }
  return squares === 0 ? 0 : Math.sqrt(Math.max(0, between - sampling) / squares)
}
