/**
 * The flame graph as a still picture, for README and docs: an SVG without a script, so that code
 * hosts show it, and small, because what is too narrow to be seen is left out.
 */
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
import { groupColour } from './groups.ts'
import { isOwnCode } from './layers.ts'
import { escapeMarkup } from './markup.ts'
import { type FrameNode, type FrameTree, foldKernel, labelOf } from './tree.ts'

export interface SvgOptions {
  /** In pixels; default 1200. */
  width?: number
  /** Frames below this share of the whole are left out; default 0.003. */
  narrowest?: number
  /** How many kernel frames are shown on top of one another, the outermost first; default 8. */
  kernelDepth?: number
}

const rowHeight = 18
const margin = 12
const headHeight = 104
/** Mean width of a character at 11 pixels, a little on the safe side. */
const characterWidth = 6.3

/** The picture as the text of an SVG file. */
export function flameSvg(tree: FrameTree, caption: Caption, options: SvgOptions = {}): string {
  const { width = 1200, narrowest = 0.003, kernelDepth = 8 } = options
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
  const footHeight = 26
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
      text === '' ? '' : `<text x="${round(x + 3)}" y="${y + 12.5}">${escapeMarkup(text)}</text>`
    return `<g><title>${escapeMarkup(`${name}: total ${total}, self ${share(node.self)} (${node.role})`)}</title>${box}${label}</g>`
  })
  let chipX = margin
  const chips = legend(tree).flatMap((entry) => {
    const { role } = entry
    const text = `${role} ${percent(entry.share, tree.samples)}`
    const w = text.length * 6.6 + 14
    // A program with many packages: the smallest have no room; the text has them all.
    if (chipX + w > width - margin) return []
    const chip = `<rect x="${round(chipX)}" y="50" width="${round(w)}" height="20" rx="3" fill="${groupColour(role)}"/><text x="${round(chipX + 7)}" y="64" font-size="12">${escapeMarkup(text)}</text>`
    chipX += w + 6
    return chip
  })
  const foot = [blindness(tree), `Colours: ${colourNote(tree)}.`]
    .filter((text) => text !== '')
    .join(' ')
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" role="img" aria-label="${escapeMarkup(description(tree, caption))}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${margin}" y="22" font-size="16" font-weight="bold">${escapeMarkup(caption.title)}</text>
<text x="${margin}" y="40" fill="#555">${escapeMarkup(provenance(tree, caption))}</text>
<text x="${margin}" y="88">${escapeMarkup(besideArticle(tree))}</text>
${chips.join('\n')}
${parts.join('\n')}
<text x="${margin}" y="${height - 9}" fill="#555" font-size="10">${escapeMarkup(foot)}</text>
</svg>
`
}

function wholeOf(tree: FrameTree): string {
  return tree.unit.counts === 'bytes' ? amountOf(tree, tree.root.total) : `${tree.samples} samples`
}

/** The picture in words, for those who do not see it. */
function description(tree: FrameTree, caption: Caption): string {
  const parts = legend(tree).map(({ role, share }) => `${role} ${percent(share, tree.samples)}`)
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
