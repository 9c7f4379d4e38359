/** A chart as a PNG file, at twice its size, on the page's own background. */
import type { LegendItem } from './legend.tsx'

const SCALE = 2
const EDGE = 16
const HEAD = 34
/** Of a line of text, and of the mark before each of its names. */
const LINE = 20
const MARK = 30
const TEXT = '12px system-ui, sans-serif'

/** What decides how an element of a drawing looks; as written, it may name a variable of the page. */
const looks = [
  ...['fill', 'fill-opacity', 'stroke', 'stroke-opacity', 'stroke-width', 'stroke-dasharray'],
  ...['opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'paint-order'],
]

export interface Caption {
  title: string
  /** Whose figures they are, and when they were taken. */
  source: string
  legend: readonly LegendItem[]
}

/** Saves it under a name made of its title. */
export async function savePicture(svg: SVGSVGElement, caption: Caption): Promise<void> {
  const canvas = await paintPicture(svg, caption)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (blob !== null) saveBlob(blob, fileName(caption.title, 'png'))
}

/** `Requests a second, SET` → `requests-a-second-set.png` */
export function fileName(title: string, ending: string): string {
  const words = title
    .toLowerCase()
    .replace('µ', 'u')
    .replace(/[^a-z0-9]+/g, '-')
  return `${words.replace(/^-|-$/g, '')}.${ending}`
}

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser has taken it by then; it must not be taken back at once.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

async function paintPicture(
  svg: SVGSVGElement,
  { title, source, legend }: Caption,
): Promise<HTMLCanvasElement> {
  const { width, height } = svg.getBoundingClientRect()
  const image = await imageOf(svg, width, height)
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')!
  context.font = TEXT
  const places = legendPlaces(
    legend.map(({ name }) => context.measureText(name).width),
    width,
  )
  const foot = linesOf(source, width, (text) => context.measureText(text).width)
  const top = HEAD + (places.at(-1)?.y ?? -LINE) + LINE
  canvas.width = (width + 2 * EDGE) * SCALE
  const whole = top + height + 8 + foot.length * LINE + EDGE / 2
  canvas.height = whole * SCALE
  const style = getComputedStyle(document.documentElement)
  const colour = (css: string) => {
    const name = /^var\((.*)\)$/.exec(css)?.[1]
    return name === undefined ? css : style.getPropertyValue(name).trim()
  }
  context.scale(SCALE, SCALE)
  context.fillStyle = colour('var(--card)')
  context.fillRect(0, 0, width + 2 * EDGE, whole)
  context.fillStyle = colour('var(--ink)')
  context.font = '600 15px system-ui, sans-serif'
  context.fillText(title, EDGE, 24, width)
  context.font = TEXT
  for (const [at, { x, y }] of places.entries()) {
    const { name, colour: css, dash } = legend[at]!
    context.fillStyle = context.strokeStyle = colour(css)
    if (dash === null) context.fillRect(EDGE + x, HEAD + y, MARK, 11)
    else {
      context.lineWidth = 2.5
      context.setLineDash(dash === '' ? [] : dash.split(' ').map(Number))
      context.stroke(new Path2D(`M${EDGE + x} ${HEAD + y + 6}h${MARK}`))
    }
    context.fillStyle = colour('var(--ink)')
    context.fillText(name, EDGE + x + MARK + 6, HEAD + y + 10)
  }
  context.drawImage(image, EDGE, top, width, height)
  context.fillStyle = colour('var(--dim)')
  for (const [at, text] of foot.entries()) {
    context.fillText(text, EDGE, top + height + 8 + (at + 0.7) * LINE, width)
  }
  return canvas
}

/** A text in lines that are no longer than `width`, as `measure` measures them. */
export function linesOf(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1) ?? ''} ${word}`.trim()
    if (lines.length > 0 && measure(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

/** Where the items of a legend go, in lines that are no longer than `width`; px. */
export function legendPlaces(widths: readonly number[], width: number): { x: number; y: number }[] {
  let [x, y] = [0, 0]
  return widths.map((text) => {
    const needs = MARK + 6 + text
    if (x > 0 && x + needs > width) {
      x = 0
      y += LINE
    }
    const place = { x, y }
    x += needs + 16
    return place
  })
}

async function imageOf(
  svg: SVGSVGElement,
  width: number,
  height: number,
): Promise<HTMLImageElement> {
  const copy = svg.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const [from, to] = [allIn(svg), allIn(copy)]
  for (const [at, element] of from.entries()) {
    const style = getComputedStyle(element)
    const ink = style.getPropertyValue('color')
    for (const name of looks) {
      const value = style.getPropertyValue(name).replace('currentcolor', ink)
      to[at]!.style.setProperty(name, value)
    }
  }
  const text = new XMLSerializer().serializeToString(copy)
  const address = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  const image = new Image()
  image.src = address
  await image.decode()
  URL.revokeObjectURL(address)
  return image
}

function allIn(svg: SVGSVGElement): SVGElement[] {
  return [svg, ...svg.querySelectorAll<SVGElement>('*')]
}
