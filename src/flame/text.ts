/**
 * A flame graph as text, for terminals and screen readers: one frame per line, its share before its
 * name. The only callee worth showing is not indented but marked `>`: called by the line above; so
 * deep stacks stay narrow. Frames that are too small are summed up in a line if they come to 2 %.
 */
import { percent } from './caption.ts'
import { type Difference, type DifferenceNode, unitText } from './difference.ts'
import { groupName, groupWord } from './groups.ts'
import { type FrameNode, type FrameTree, foldKernel, labelOf, type Unit } from './tree.ts'

export interface TextOptions {
  /** Widest line, in characters; default 80. */
  columns?: number
  /** Frames below this share of the whole are summed up; default 0.01. */
  narrowest?: number
  /** How many kernel frames are shown on top of one another, the outermost first; default 1. */
  kernelDepth?: number
}

/** A tree of shares; the title and what the figures are come first. */
export function flameText(tree: FrameTree, title: string, options: TextOptions = {}): string {
  const whole = tree.root.total
  const { each, unit, inAll } = scaleOf(tree)
  const root = foldKernel(tree.root, options.kernelDepth ?? 1)
  const share = (part: number) => percent(part / whole, tree.samples)
  const convert = (node: FrameNode): Line => ({
    weight: node.total / whole,
    cells:
      share(node.total).padStart(6) +
      share(node.self).padStart(8) +
      (each === undefined ? '' : amount(node.total * each).padStart(9)),
    label: node === root ? 'all' : labelOf(node),
    note: node === root ? '' : groupName(node.role),
    children: node.children.map(convert),
  })
  const head = ` total    self${each === undefined ? '' : unit.padStart(9)}  frame [${groupWord(tree)}]   >: called by the line above`
  const total = each === undefined ? '' : `: ${amount(whole * each)} ${inAll}`
  const cellWidth = head.indexOf('frame')
  const lines = [`${title}${total}`, head, otherLine(cellWidth)]
  return [...lines, ...render(convert(root), cellWidth, options)].join('\n')
}

/** What a frame is worth: per request if requests were counted, else in milliseconds. */
function scaleOf({ requests, file, unit: { worth, of } }: FrameTree): {
  each: number | undefined
  unit: string
  inAll: string
} {
  if (requests !== undefined) {
    return {
      each: worth / requests,
      unit: unitWord(of),
      inAll: `${of === 'samples' ? 'samples per request' : unitText(of)} in this profile`,
    }
  }
  const isTime = of === 'µs'
  return {
    each: isTime ? worth / 1000 : undefined,
    unit: 'ms',
    inAll: file === undefined ? 'ms of CPU' : 'ms',
  }
}

/** The same for a difference: before, after and change per request, in the difference's unit. */
export function differenceText(difference: Difference, options: TextOptions = {}): string {
  const { before, after, unit } = difference
  const root = foldKernel(difference.root, options.kernelDepth ?? 1)
  const whole = Math.max(root.total.before, root.total.after)
  const convert = (node: DifferenceNode): Line => ({
    weight: Math.max(node.total.before, node.total.after) / whole,
    cells:
      amount(node.total.before).padStart(8) +
      amount(node.total.after).padStart(9) +
      signed(node.total.after - node.total.before).padStart(9),
    label: node === root ? 'all' : labelOf(node),
    note: node === root ? '' : groupName(node.role),
    children: node.children.map(convert),
  })
  const head = `  before    after   change  frame [${groupWord(difference)}]   >: called by the line above`
  const cellWidth = head.indexOf('frame')
  const lines = [
    `${before.name} to ${after.name}, ${unitText(unit)}, each in its own profile`,
    head,
    otherLine(cellWidth),
  ]
  return [...lines, ...render(convert(root), cellWidth, options)].join('\n')
}

/** What a line without the mark is, below the head. */
function otherLine(cellWidth: number): string {
  return `${' '.repeat(cellWidth)}no >: called by the nearest line indented less`
}

function unitWord(of: Unit['of']): string {
  return { µs: 'µs/req', bytes: 'B/req', samples: '1/req' }[of]
}

interface Line {
  /** Share of the whole, from 0 to 1. */
  weight: number
  cells: string
  label: string
  note: string
  children: Line[]
}

/** The deepest indent: a name needs room too. */
const deepest = 24

function render(root: Line, cellWidth: number, options: TextOptions): string[] {
  const { columns = 80, narrowest = 0.01 } = options
  const lines: string[] = []
  const put = (cells: string, indent: number, text: string) => {
    const start = cells.padEnd(cellWidth) + ' '.repeat(Math.min(deepest, indent))
    lines.push(fitted(start, text, columns))
  }
  const visit = (line: Line, indent: number, callerNote: string, mark: string) => {
    const note = line.note === callerNote ? '' : ` [${line.note}]`
    put(line.cells, indent, mark + line.label + note)
    const shown = line.children.filter(({ weight }) => weight >= narrowest)
    const rest = line.children.filter(({ weight }) => weight > 0 && weight < narrowest)
    const restShare = rest.reduce((sum, { weight }) => sum + weight, 0)
    const restShown = shown.length > 0 && restShare >= 2 * narrowest
    const single = shown.length === 1 && !restShown
    const deeper = indent + (single ? 0 : 2)
    for (const child of shown) visit(child, deeper, line.note, single ? '> ' : '')
    if (restShown) {
      const below = `below ${percent(narrowest)}`
      put('', deeper, `and ${rest.length} more ${below}, together ${percent(restShare)}`)
    }
  }
  visit(root, 0, '', '')
  return lines
}

/**
 * Cuts a frame's name and path in the middle, since the name in front and the role after it say
 * more.
 * @param start what comes before them in the line
 * @param text `NAME FILE [ROLE]`; what follows FILE may be missing
 * @param columns of the line, at most
 */
export function fitted(start: string, text: string, columns: number): string {
  const room = columns - start.length
  if (text.length <= room) return start + text
  const tail = /(?: \+k)?(?: \[[^\]]*\])?$/.exec(text)?.[0] ?? ''
  const body = text.slice(0, text.length - tail.length)
  const left = Math.max(8, room - tail.length - 1)
  // A C++ name says most at its end, `node::LibuvStreamWrap::OnUvRead node`.
  const space = body.indexOf(' ')
  if (space > left && body.includes('::')) {
    return `${start}…${body.slice(0, space).slice(-left)}${tail}`
  }
  return `${start}${body.slice(0, left)}…${tail}`
}

/** Three figures: `0.12`, `3.04`, `31.2`, `123`, `1,234`. */
export function amount(value: number): string {
  const size = Math.abs(value)
  if (size >= 99.95) return Math.round(value).toLocaleString('en-US')
  return value.toFixed(size >= 9.995 ? 1 : 2)
}

/** With its sign: `+3.04`, `-31.2`, `0.00`. */
export function signed(value: number): string {
  const text = amount(value)
  if (/^-?0(\.0+)?$/.test(text)) return text.replace('-', '')
  return value > 0 ? `+${text}` : text
}
