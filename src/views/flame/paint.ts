/** Colours of the frames in light and dark, and the drawing of the visible ones on a canvas. */
import { mix } from '../../flame/colours.ts'
import { type Group, groupColour } from '../../flame/groups.ts'
import type { Frame } from './frames.ts'
import type { Cell, Layout, Span } from './layout.ts'

export interface Palette {
  /** Behind the frames. */
  paper: string
  /** What frames fade to if others spend their time. */
  pale: string
  /** Of the frames of other roles if one role is chosen. */
  unlit: string
  found: string
  kernel: string
  /** Around frames of the stage's own code. */
  own: string
  /** How much of a role's colour is left on this paper. */
  strength: number
}

export const palettes: Record<'light' | 'dark', Palette> = {
  light: {
    ...{ paper: '#ffffff', pale: '#ededed', unlit: '#f1efeb', found: '#ff9df0' },
    ...{ kernel: '#000000', own: '#333333', strength: 1 },
  },
  dark: {
    ...{ paper: '#1c2026', pale: '#343b44', unlit: '#262b32', found: '#b0369f' },
    ...{ kernel: '#000000', own: '#d8d8d8', strength: 0.72 },
  },
}

/** Of a difference; the stronger the colour, the larger the part of a frame that changed. */
export const changeColours = {
  grew: '#ee8080',
  shrank: '#8c8cf0',
  came: '#ffd9a0',
} as const

export function colourOn(group: Group, { paper, strength }: Palette): string {
  return mix(paper, groupColour(group), strength)
}

/**
 * The colour of every frame of a profile: the hue of its role, paler the more of its time is that of
 * other roles, so that the eye sees where the time went; darker in the kernel.
 * @param even full colour for all of them: for trees in which `self` is not the frame's own time
 */
export function profileColours(root: Frame, palette: Palette, even: boolean): Map<Frame, string> {
  const colours = new Map<Frame, string>()
  const visit = (frame: Frame): Map<Group, number> => {
    const byRole = new Map<Group, number>([[frame.role, frame.self[0]!]])
    for (const child of frame.children) {
      for (const [role, time] of visit(child)) byRole.set(role, (byRole.get(role) ?? 0) + time)
    }
    const total = frame.total[0]!
    const own = even || total === 0 ? 1 : (byRole.get(frame.role) ?? 0) / total
    const colour = mix(palette.pale, colourOn(frame.role, palette), 0.2 + 0.8 * own)
    colours.set(frame, frame.kind === 'kernel' ? mix(palette.kernel, colour, 0.86) : colour)
    return byRole
  }
  visit(root)
  if (!even) colours.set(root, palette.pale)
  return colours
}

/** @param isChance a change that may be chance is drawn pale */
export function changeColour(
  { total: [before, after] }: Frame,
  palette: Palette,
  isChance: boolean,
): string {
  const larger = Math.max(before!, after!)
  if (larger === 0) return palette.pale
  const hue =
    before === 0 ? changeColours.came : after! > before! ? changeColours.grew : changeColours.shrank
  const full = mix(palette.paper, hue, palette.strength)
  const part = before === 0 ? 1 : Math.abs(after! - before!) / larger
  return mix(palette.pale, full, isChance ? part * 0.3 : part)
}

/** Black or white, whichever can be read better on a colour: 4.5 to 1 or more on any. */
export function inkOn(colour: string): '#000000' | '#ffffff' {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  const luminance = 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
  return luminance > 0.179 ? '#000000' : '#ffffff'
}

/** How a frame is drawn. */
export interface Look {
  fill: string
  /** What is written in it: the first that has room. */
  texts: readonly string[]
  outlined: boolean
  found: boolean
}

export const rowHeight = 18
/** Narrower frames are not drawn, in pixels; they are once they are zoomed to. */
export const narrowest = 0.5

export type RootAt = 'bottom' | 'top'

/** Where the frames are in the window of the canvas, in CSS pixels. */
export interface Window {
  width: number
  height: number
  /** Of all rows together. */
  contentHeight: number
  scrollTop: number
  rootAt: RootAt
  span: Span
}

/** The upper edge of a row, in the content. */
export function rowTop(depth: number, { rootAt, contentHeight }: Window): number {
  return rootAt === 'top' ? depth * rowHeight : contentHeight - (depth + 1) * rowHeight
}

/** The row at a place in the content. */
export function rowOf(y: number, { rootAt, contentHeight }: Window): number {
  return Math.floor((rootAt === 'top' ? y : contentHeight - y) / rowHeight)
}

/** Draws what is visible of a graph: a few milliseconds, however many frames there are. */
export function draw(
  canvas: HTMLCanvasElement,
  { root }: Layout,
  window: Window,
  look: (cell: Cell) => Look,
  { paper, own }: Palette,
): void {
  const { width, height, scrollTop, span } = window
  const ratio = devicePixelRatio
  canvas.width = Math.round(width * ratio)
  canvas.height = Math.round(height * ratio)
  const context = canvas.getContext('2d')!
  context.scale(ratio, ratio)
  context.fillStyle = paper
  context.fillRect(0, 0, width, height)
  context.font = `12px ${getComputedStyle(canvas).fontFamily}`
  context.textBaseline = 'middle'
  const scale = width / span.width
  const visit = (cell: Cell) => {
    const left = Math.max(0, (cell.start - span.start) * scale)
    const right = Math.min(width, (cell.start + cell.width - span.start) * scale)
    if (right - left < narrowest) return
    const y = rowTop(cell.depth, window) - scrollTop
    if (y > -rowHeight && y < height) drawFrame(context, look(cell), left, y, right - left, own)
    for (const child of cell.children) visit(child)
  }
  visit(root)
}

function drawFrame(
  context: CanvasRenderingContext2D,
  { fill, texts, outlined, found }: Look,
  left: number,
  y: number,
  wide: number,
  own: string,
): void {
  const gap = wide > 3 ? 1 : 0
  context.fillStyle = fill
  context.fillRect(left, y + 1, wide - gap, rowHeight - 1)
  if ((outlined || found) && wide > 3) {
    context.strokeStyle = own
    context.lineWidth = found ? 2 : 1
    const inset = found ? 1 : 0.5
    context.strokeRect(
      left + inset,
      y + 1 + inset,
      wide - gap - 2 * inset,
      rowHeight - 1 - 2 * inset,
    )
  }
  const text = textWithin(context, texts, wide - gap - 8)
  if (text === '') return
  context.fillStyle = inkOn(fill)
  context.fillText(text, left + 4, y + rowHeight / 2 + 1)
}

const widths = new Map<string, number>()

function widthOf(context: CanvasRenderingContext2D, text: string): number {
  let width = widths.get(text)
  if (width === undefined) {
    width = context.measureText(text).width
    if (widths.size > 20_000) widths.clear()
    widths.set(text, width)
  }
  return width
}

/** The first of the texts that has room, or the last one cut short; '' if there is room for nothing. */
function textWithin(
  context: CanvasRenderingContext2D,
  texts: readonly string[],
  room: number,
): string {
  if (room < 14) return ''
  const whole = texts.find((text) => widthOf(context, text) <= room)
  if (whole !== undefined) return whole
  const last = texts.at(-1)!
  // A C++ name says most at its end.
  const part = last.includes('::') ? last.slice(last.lastIndexOf('::') + 2) : last
  if (widthOf(context, part) <= room) return part
  let letters = Math.floor((part.length * room) / widthOf(context, part))
  while (letters > 1 && widthOf(context, `${part.slice(0, letters)}…`) > room) letters--
  return letters < 2 ? '' : `${part.slice(0, letters)}…`
}
