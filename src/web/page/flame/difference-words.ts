/** How a frame of a difference is drawn and what is said of it. Colour never says it alone. */
import { mix } from '../../../flame/colours.ts'
import type { BeforeAfter, Difference, DifferenceNode } from '../../../flame/difference.ts'
import { amount, signed } from '../../../flame/text.ts'
import { labelOf } from '../../../flame/tree.ts'
import { type Cell, cellsOf } from './cells.ts'

/** What a frame is as wide as. */
export const widths = {
  larger: ({ before, after }: BeforeAfter) => Math.max(before, after),
  before: ({ before }: BeforeAfter) => before,
  after: ({ after }: BeforeAfter) => after,
} as const

export type Width = keyof typeof widths

/** Black letters keep a contrast of 6 to 1 on all of them. */
export const changeColours = {
  grew: '#ee8080',
  shrank: '#8c8cf0',
  came: '#ffd9a0',
  same: '#eeeeee',
} as const

const kernelDepth = 5

export function differenceCells({ root }: Difference, width: Width): Cell<DifferenceNode> {
  const widthOf = widths[width]
  return cellsOf(root, {
    label: (frame) => (frame === root ? 'all' : `${changeText(frame.total)} ${nameOf(frame)}`),
    colour: colourOf,
    own: ({ self }) => widthOf(self),
    total: ({ total }) => widthOf(total),
    kernelDepth,
  })
}

/** The stronger the colour, the larger the part of the frame that changed. */
function colourOf({ total: { before, after } }: DifferenceNode): string {
  const larger = Math.max(before, after)
  if (larger === 0) return changeColours.same
  if (before === 0) return changeColours.came
  const part = Math.abs(after - before) / larger
  return mix(changeColours.same, after > before ? changeColours.grew : changeColours.shrank, part)
}

/** `▲ +3.04`, `▼ -31.2`, `=`. */
export function changeText({ before, after }: BeforeAfter): string {
  const text = signed(after - before)
  if (/^0(\.0+)?$/.test(text)) return '='
  return `${after > before ? '▲' : '▼'} ${text}`
}

/** The name with the line of the definition, where it is the same in both or only in one. */
export function nameOf({
  name,
  file,
  lines,
}: Pick<DifferenceNode, 'name' | 'file' | 'lines'>): string {
  const { before, after } = lines
  const line = before === undefined || after === undefined || before === after
  const at = line ? (before ?? after) : undefined
  return labelOf({
    name,
    ...(file === undefined ? {} : { file }),
    ...(at === undefined ? {} : { line: at }),
  })
}

/** One line: name, before and after, change, own time, role. */
export function differenceLine({ unit, root }: Difference, frame: DifferenceNode): string {
  const { total, self, role } = frame
  const each = unit === 'µs' ? 'µs of CPU a request' : 'bytes a request'
  const kind = total.before === 0 ? ', new' : total.after === 0 ? ', gone' : ''
  const parts = [
    frame === root ? 'all' : nameOf(frame),
    `${amount(total.before)} → ${amount(total.after)} ${each} (${changeText(total)}${kind})`,
    `itself ${amount(self.before)} → ${amount(self.after)}`,
  ]
  return [...parts, ...(frame === root ? [] : [role])].join(' · ')
}
