/** What a recording says and its top functions as Markdown, for a pull request or a colleague. */
import type { Caption } from '../flame/caption.ts'
import {
  amountOf,
  cautions,
  legend,
  percent,
  points,
  provenance,
  shareMargin,
} from '../flame/caption.ts'
import { groupWord } from '../flame/groups.ts'
import { isOwnCode, packageOf } from '../flame/layers.ts'
import { eachWithOwner, type FrameNode, type FrameTree, labelOf } from '../flame/tree.ts'

/** A function over all its callers, in the tree's unit; what the kernel did for it is its self too. */
interface FunctionSums {
  label: string
  frame: FrameNode
  self: number
  /** Of its outermost calls, so that each sample counts once. */
  total: number
}

const ROWS = 10

/**
 * @param notes what makes the figures doubtful beside what the tree itself says, a sentence each
 */
export function flameSummary(
  tree: FrameTree,
  caption: Caption,
  notes: readonly string[] = [],
): string {
  const { sentences = [], blind } = tree
  const functions = functionSums(tree.root)
  const changeable = functions.filter(
    ({ frame }) => isOwnCode(frame) || packageOf(frame.file) !== undefined,
  )
  const said = sentences.map(({ text, next }) => {
    const command = next === undefined ? '' : `  \n  \`${next}\``
    return `- ${escaped(text)}${command}`
  })
  return [
    `# ${escaped(caption.title)}`,
    '',
    `${escaped(provenance(tree, caption))}.`,
    '',
    ...(said.length === 0 ? ['No rule of the lab has anything to say of it.'] : said),
    '',
    ...shareTable(tree),
    ...section(tree, 'Your code and packages, by total', changeable, 'total'),
    ...section(tree, 'All functions, by self', functions, 'self'),
    ...[...cautions(tree), ...blind.map((text) => `Not seen: ${text}`), ...notes].map(
      (text) => `> ${escaped(text)}\n>`,
    ),
    '> Shares have 95 % intervals of sampling; what differs between two runs comes on top.',
    '',
  ].join('\n')
}

function shareTable(tree: FrameTree): string[] {
  const word = groupWord(tree) === 'layer' ? 'Layer' : 'Role'
  return [
    `| ${word}, without what it calls | Share |`,
    '|---|---:|',
    ...legend(tree).map(({ role, share }) => `| ${escaped(role)} | ${interval(tree, share)} |`),
    '',
  ]
}

function section(
  tree: FrameTree,
  title: string,
  functions: readonly FunctionSums[],
  by: 'self' | 'total',
): string[] {
  const rows = functions
    .filter((one) => one[by] > 0)
    .sort((a, b) => b[by] - a[by])
    .slice(0, ROWS)
  if (rows.length === 0) return []
  const whole = tree.root.total
  const bytes = tree.unit.counts === 'bytes' ? ' Allocated |' : ''
  const word = groupWord(tree) === 'layer' ? 'Layer' : 'Role'
  return [
    `## ${title}`,
    '',
    `| Function | ${word} | Self | Total |${bytes}`,
    `|---|---|---:|---:|${bytes === '' ? '' : '---:|'}`,
    ...rows.map((one) => {
      const { frame, label, self, total } = one
      const amount = bytes === '' ? '' : ` ${amountOf(tree, one[by])} |`
      return `| \`${label.replaceAll('|', '\\|').replaceAll('`', "'")}\` | ${escaped(frame.role)} | ${interval(tree, self / whole)} | ${interval(tree, total / whole)} |${amount}`
    }),
    '',
  ]
}

function interval({ samples, unit }: FrameTree, share: number): string {
  const text = percent(share, samples)
  return unit.counts === 'bytes' ? text : `${text} ± ${points(shareMargin(share, samples))}`
}

function functionSums(root: FrameNode): FunctionSums[] {
  const found = new Map<string, FunctionSums>()
  const keyOf = (frame: FrameNode) => `${frame.kind} ${labelOf(frame)}`
  const sumsOf = (frame: FrameNode) => {
    const key = keyOf(frame)
    const known = found.get(key) ?? { label: labelOf(frame), frame, self: 0, total: 0 }
    found.set(key, known)
    return known
  }
  eachWithOwner(root, (node, owner) => {
    if (owner !== root) sumsOf(owner).self += node.self
  })
  const visit = (node: FrameNode, callers: ReadonlySet<string>) => {
    const key = keyOf(node)
    if (node.kind !== 'kernel' && !callers.has(key)) sumsOf(node).total += node.total
    const inside = new Set(callers).add(key)
    for (const child of node.children) visit(child, inside)
  }
  for (const child of root.children) visit(child, new Set())
  return [...found.values()]
}

/** Text in Markdown: no character of it is a mark, and none is HTML. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#~]/g, (mark) => `\\${mark}`)
}
