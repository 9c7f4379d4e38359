/** What the drawings have in common. */
import { figures, whole } from '../../../report/format.ts'

/** Of a row with its name above, px. */
export const rowHeight = 42

/** A mark of an axis: `0.5`, `20`, `50 k`, `2 M`. */
export function tickText(value: number): string {
  if (value >= 1e6) return `${short(value / 1e6)} M`
  return value >= 1000 ? `${short(value / 1000)} k` : short(value)
}

function short(value: number): string {
  if (value === 0) return '0'
  if (value >= 100) return whole(value)
  return figures(value)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '')
}

/** A title as part of an id. */
export function keyOf(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}

const space = 'http://www.w3.org/2000/svg'

/** Patterns of stripes, one for each colour: what is not only told by a colour. */
export function hatching(key: string, colours: readonly string[]): SVGElement {
  const defs = document.createElementNS(space, 'defs')
  for (const [at, colour] of colours.entries()) {
    const pattern = document.createElementNS(space, 'pattern')
    pattern.id = `${key}-${at}`
    for (const [name, value] of Object.entries({
      ...{ width: 6, height: 6, patternUnits: 'userSpaceOnUse' },
      patternTransform: 'rotate(45)',
    })) {
      pattern.setAttribute(name, String(value))
    }
    const stripe = document.createElementNS(space, 'rect')
    stripe.setAttribute('width', '3')
    stripe.setAttribute('height', '6')
    stripe.setAttribute('fill', colour)
    pattern.append(stripe)
    defs.append(pattern)
  }
  return defs
}
