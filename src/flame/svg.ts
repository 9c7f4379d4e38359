/**
 * The flame graph as a still picture, for README and docs: an SVG without a script, so that code
 * hosts show it, as wide as they show one, so that its letters keep their size, and small, because
 * what is too narrow to be seen is left out.
 */
import { wrap } from '../cli/wrap.ts'
import {
  amountOf,
  besideArticle,
  blindness,
  type Caption,
  legend,
  percent,
  provenance,
} from './caption.ts'
import { colourNote, paint } from './colours.ts'
import { groupColour, groupName } from './groups.ts'
import { isOwnCode } from './layers.ts'
import { escapeMarkup } from './markup.ts'
import { type FrameNode, type FrameTree, foldKernel, labelOf } from './tree.ts'

export interface SvgOptions {
  /** In pixels; default 838, the width of a page of GitHub. */
  width?: number
  /** Frames below this share of the whole are left out; default 0.004. */
  narrowest?: number
  /** How many kernel frames are shown on top of one another, the outermost first; default 8. */
  kernelDepth?: number
}

const rowHeight = 18
const margin = 12
const fontSize = 12
/** Mean width of a character, a little on the safe side. */
const characterWidth = 6.9
/** Of a line of text, and of a role's chip. */
const lineHeight = 17
const chipHeight = 24

/** The picture as the text of an SVG file. */
export function flameSvg(tree: FrameTree, caption: Caption, options: SvgOptions = {}): string {
  const { width = 838, narrowest = 0.004, kernelDepth = 8 } = options
  const whole = tree.root.total
  const scale = (width - 2 * margin) / whole
  const root = foldKernel(tree.root, kernelDepth)
  const colours = paint(root)
  const share = (part: number) => percent(part / whole, tree.samples)
  const boxes: { node: FrameNode; x: number; row: number }[] = []
  let rows = 0
  const place = (node: FrameNode, x: number, row: number) => {
    if (node.total < whole * narrowest) return
    boxes.push({ node, x, row })
    rows = Math.max(rows, row + 1)
    let at = x
    for (const child of node.children) {
      place(child, at, row + 1)
      at += child.total * scale
    }
  }
  place(root, margin, 0)
  const inside = Math.floor((width - 2 * margin) / characterWidth)
  const linesOf = (text: string) => (text === '' ? [] : wrap(text, '', inside))
  const from = linesOf(provenance(tree, caption))
  const beside = linesOf(besideArticle(tree))
  const foot = linesOf(
    [blindness(tree), `Colours: ${colourNote(tree)}.`].filter((text) => text !== '').join(' '),
  )
  const chipTop = 36 + from.length * lineHeight
  const chips = chipParts(tree, width, chipTop)
  const besideTop = chipTop + chips.rows * chipHeight
  const headHeight = besideTop + beside.length * lineHeight + 8
  const footHeight = 12 + foot.length * lineHeight
  const height = headHeight + rows * rowHeight + footHeight
  const bottom = height - footHeight
  const parts = boxes.map(({ node, x, row }) => {
    const y = bottom - (row + 1) * rowHeight
    const w = node.total * scale
    const all = node === root
    const total = share(node.total)
    const name = all ? wholeOf(tree) : labelOf(node)
    const text = labelWithin(all ? name : [`${name}  ${total}`, name, node.name], w - 6)
    const fill = colours.get(node)
    const box = `<rect x="${round(x)}" y="${y}" width="${round(Math.max(0.5, w - 0.6))}" height="${rowHeight - 1}" fill="${fill}"${isOwnCode(node) ? ' stroke="#333"' : ''}/>`
    const label =
      text === '' ? '' : `<text x="${round(x + 3)}" y="${y + 13}">${escapeMarkup(text)}</text>`
    return `<g><title>${escapeMarkup(`${name}: total ${total}, self ${share(node.self)} (${groupName(node.role)})`)}</title>${box}${label}</g>`
  })
  const text = (lines: readonly string[], top: number, attributes: string) =>
    lines.map(
      (line, at) =>
        `<text x="${margin}" y="${top + 13 + at * lineHeight}"${attributes}>${escapeMarkup(line)}</text>`,
    )
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="${fontSize}" role="img" aria-label="${escapeMarkup(description(tree, caption))}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin}" y="23" font-size="16" font-weight="bold">${escapeMarkup(caption.title)}</text>
${[
  ...text(from, 30, ' fill="#555"'),
  ...chips.parts,
  ...text(beside, besideTop, ''),
  ...parts,
  ...text(foot, bottom + 4, ' fill="#555"'),
].join('\n')}
</svg>
`
}

/** The roles with their shares, in as many rows as they need. */
function chipParts(tree: FrameTree, width: number, top: number): { parts: string[]; rows: number } {
  let [x, y, rows] = [margin, top, 1]
  const parts = legend(tree).map(({ role, share }) => {
    const text = `${groupName(role)} ${percent(share, tree.samples)}`
    const wide = text.length * (characterWidth + 0.3) + 12
    if (x + wide > width - margin && x > margin) {
      x = margin
      y += chipHeight
      rows++
    }
    const chip = `<rect x="${round(x)}" y="${y}" width="${round(wide)}" height="20" rx="3" fill="${groupColour(role)}"/><text x="${round(x + 6)}" y="${y + 14}">${escapeMarkup(text)}</text>`
    x += wide + 6
    return chip
  })
  return { parts, rows }
}

function wholeOf(tree: FrameTree): string {
  return tree.unit.counts === 'bytes' ? amountOf(tree, tree.root.total) : `${tree.samples} samples`
}

/** The picture in words, for those who do not see it. */
function description(tree: FrameTree, caption: Caption): string {
  const parts = legend(tree).map(
    ({ role, share }) => `${groupName(role)} ${percent(share, tree.samples)}`,
  )
  return `Flame graph of ${caption.title}: ${parts.join(', ')}`
}

/** The first of `texts` that has room in `width` pixels, or the last one cut short; '' if none has. */
function labelWithin(texts: string | string[], width: number): string {
  const list = typeof texts === 'string' ? [texts] : texts
  const room = Math.floor(width / characterWidth)
  const whole = list.find((text) => text.length <= room)
  if (whole !== undefined) return whole
  return room < 4 ? '' : `${list.at(-1)!.slice(0, room - 1)}…`
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10)
}
