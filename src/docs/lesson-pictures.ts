/** Small flame graphs of made-up programs, with which the pages explain how to read a real one. */
import { escapeMarkup } from '../flame/markup.ts'
import { type FrameNode, growTree } from '../flame/tree.ts'

interface Lesson {
  title: string
  /** What the profiler wrote down: stacks from the outermost, and how often. */
  stacks: readonly (readonly [stack: string, count: number])[]
  /** Below or beside the boxes. */
  notes: { width: string; height: string; plateau?: string }
}

export const lessons: Readonly<Record<string, Lesson>> = {
  'four-boxes': {
    title: 'Ten samples of a small web server',
    stacks: [
      ['handle > render > escape', 5],
      ['handle > render', 1],
      ['handle > query', 3],
      ['handle', 1],
    ],
    notes: {
      width: 'width: samples, and so time',
      height: 'height: who called whom',
      plateau: 'the widest plateau: 5 of 10',
    },
  },
  'how-to-read': {
    title: 'How to read a flame graph',
    stacks: [
      ['event loop > handle > read', 4],
      ['event loop > handle > parse', 4],
      ['event loop > handle', 1],
      ['event loop > execute > look up', 6],
      ['event loop > execute', 1],
      ['event loop > reply', 5],
    ],
    notes: {
      width: 'width: time, all calls together; left and right mean nothing',
      height: 'called by the frame below',
      plateau: 'look at the top edges: self time',
    },
  },
}

/** Where the picture is saved, relative to the checkout. */
export function lessonFile(name: string): string {
  return `docs/pictures/${name}.svg`
}

const WIDTH = 760
const LEFT = 24
const BOXES = 540
const ROW = 40
const hues = ['#dcd6cc', '#f6a04d', '#ec6f63', '#82b1e0', '#f2d24f', '#7fc97f', '#c79ad6']

/** A light card that reads on a dark page too. */
export function lessonPicture(name: string): string {
  const { title, stacks, notes } = lessons[name]!
  const root = treeOf(stacks)
  const scale = BOXES / root.total
  const depth = depthOf(root)
  const floor = 62 + depth * ROW
  const parts: string[] = []
  const places: { node: FrameNode; x: number; y: number }[] = []
  const place = (node: FrameNode, x: number, row: number) => {
    const y = floor - (row + 1) * ROW
    places.push({ node, x, y })
    const width = node.total * scale
    const fill = hues[places.length - 1]!
    parts.push(
      `<rect x="${round(x)}" y="${y}" width="${round(width - 2)}" height="${ROW - 2}" rx="2" fill="${fill}"/><text x="${round(x + 8)}" y="${y + 17}" font-weight="bold">${escapeMarkup(node.name)}</text><text x="${round(x + 8)}" y="${y + 32}" font-size="12">${amounts(node, width)}</text>`,
    )
    let at = x
    for (const child of node.children) {
      place(child, at, row + 1)
      at += child.total * scale
    }
  }
  place(root, LEFT, 0)
  const top = places.toSorted((a, b) => b.node.self - a.node.self)[0]!
  const right = LEFT + BOXES + 18
  const height = floor + 50
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="13" fill="#1d2127" role="img" aria-label="${escapeMarkup(lessonWords(name))}">
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="#fbfaf8" stroke="#d5d1c9"/>
<text x="${LEFT}" y="28" font-size="15" font-weight="bold">${escapeMarkup(title)}</text>
${parts.join('\n')}
<path d="M${LEFT} ${floor + 12}h${BOXES - 2}M${LEFT} ${floor + 7}v10M${LEFT + BOXES - 2} ${floor + 7}v10" stroke="#5a616b" fill="none"/>
<text x="${LEFT}" y="${floor + 33}" fill="#5a616b">${escapeMarkup(notes.width)}</text>
<path d="M${right} ${floor - 2}V${floor - depth * ROW + 6}m-5 8l5 -8l5 8" stroke="#5a616b" fill="none"/>
${sideText(notes.height, right + 12, floor - ROW)}
${notes.plateau === undefined ? '' : `<path d="M${round(top.x)} ${top.y - 5}h${round(top.node.total * scale - 2)}" stroke="#b8432a" stroke-width="3"/><text x="${round(top.x)}" y="${top.y - 11}" fill="#b8432a">${escapeMarkup(notes.plateau)}</text>`}
</svg>
`
}

/** The picture in words, for those who do not see it. */
export function lessonWords(name: string): string {
  const { title, stacks } = lessons[name]!
  const list: string[] = []
  const visit = (node: FrameNode, below: string) => {
    const on = below === '' ? '' : ` on ${below}`
    list.push(`${node.name}${on}: total ${node.total}, self ${node.self}`)
    for (const child of node.children) visit(child, node.name)
  }
  visit(treeOf(stacks), '')
  return `${title}, boxes on one another: ${list.join('; ')}`
}

function treeOf(stacks: Lesson['stacks']): FrameNode {
  const root = growTree(
    stacks.map(([stack, count]) => ({
      frames: stack.split(' > ').map((name) => ({ name, kind: 'js' as const })),
      count,
    })),
  )
  return root.children[0]!
}

function depthOf({ children }: FrameNode): number {
  return 1 + Math.max(0, ...children.map(depthOf))
}

/** As much as there is room for. */
function amounts({ total, self }: FrameNode, width: number): string {
  const whole = `total ${total}, self ${self}`
  return whole.length * 7.4 + 10 < width ? whole : width > 70 ? `self ${self}` : String(self)
}

/** Text beside the boxes, in lines of a few words. */
function sideText(text: string, x: number, y: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && `${last} ${word}`.length <= 18) lines[lines.length - 1] += ` ${word}`
    else lines.push(word)
  }
  return lines
    .map(
      (line, at) => `<text x="${x}" y="${y + at * 17}" fill="#5a616b">${escapeMarkup(line)}</text>`,
    )
    .join('')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
