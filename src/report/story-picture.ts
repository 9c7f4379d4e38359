/**
 * The story as a picture: the flame graph of the first stage beside that of the last one, to the same
 * scale, with what each role takes. No Node and no script in it: README and page show the same.
 */
import { mix } from '../flame/colours.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { figures } from '../measure/format.ts'
import { colourOn, inkOn, type Palette, palettes } from '../views/flame/paint.ts'
import { figureTexts, type Story, type StoryFrame, type StorySide } from './story-data.ts'

export type Theme = 'light' | 'dark'

/** Of text and lines around the frames. */
export const themeInks: Record<Theme, { ink: string; dim: string; rule: string }> = {
  light: { ink: '#1d2127', dim: '#5a616b', rule: '#d9d5cd' },
  dark: { ink: '#e8e6e1', dim: '#a4acb7', rule: '#363d46' },
}

export interface PictureOptions {
  /** In pixels. Its letters keep their size: draw it again for another place. */
  width: number
  theme: Theme
  /** Whether the figures beside Redis stand below; the page has them in its text. */
  withFigures: boolean
}

const ROW = 17
const FONT = 12
/** Mean width of a character, a little on the safe side. */
const CHARACTER = 6.9
const EDGE = 14
const HEAD = 46

/** The picture as SVG text. */
export function storyPicture(story: Story, { width, theme, withFigures }: PictureOptions): string {
  const { first, last } = story
  const inner = width - 2 * EDGE
  const gap = Math.min(56, inner * 0.1)
  const scale = (inner - gap) / (first.micros + last.micros)
  const rows = Math.max(...[first, last].map(({ frames }) => depthOf(frames)))
  const floor = HEAD + rows * ROW
  const palette = palettes[theme]
  const { ink, dim, rule } = themeInks[theme]
  const parts = [
    ...headParts(story, width, dim),
    ...frameParts(first.frames, EDGE, floor, scale, palette),
    ...frameParts(last.frames, width - EDGE - last.micros * scale, floor, scale, palette),
  ]
  const chips = roleParts(story, width, floor + 12, palette, ink)
  let height = chips.bottom + 10
  parts.push(...chips.parts)
  if (withFigures) {
    const texts = figureParts(story, width, height + 8, dim)
    parts.push(...texts.parts)
    height = texts.bottom
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="${FONT}" fill="${ink}" role="img" aria-label="${escapeMarkup(storyWords(story))}">
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8" fill="${palette.paper}" stroke="${rule}"/>
${parts.join('\n')}
</svg>
`
}

/** The picture in words, for those who do not see it. */
export function storyWords(story: Story): string {
  const side = ({ id, title, micros, roles }: StorySide) => {
    const parts = roles.filter((one) => one.micros >= micros * 0.04)
    return `${id}, ${title}, ${figures(micros)} µs of CPU per request in its profile: ${parts
      .map(({ role, micros }) => `${role} ${figures(micros)}`)
      .join(', ')}`
  }
  return `Two flame graphs to the same scale. ${side(story.first)}. ${side(story.last)}. ${figureTexts(
    story,
  )
    .map(({ figure, what, notes }) =>
      [`${what}: ${figure}`, ...notes.map((note) => ` (${note})`)].join(''),
    )
    .join('. ')}.`
}

function depthOf({ children }: StoryFrame): number {
  return 1 + Math.max(0, ...children.map(depthOf))
}

function headParts({ first, last }: Story, width: number, dim: string): string[] {
  const name = ({ number, title }: StorySide) =>
    width > 640 ? `stage ${number}, ${title}` : `stage ${number}`
  const far = width - EDGE
  const whose = width > 640 ? ' of CPU per request in its profile' : ' in its profile'
  const same = width > 480 ? ', to the same scale' : ''
  return [
    `<text x="${EDGE}" y="22" font-weight="bold" font-size="13">${escapeMarkup(name(first))}</text>`,
    `<text x="${EDGE}" y="39" fill="${dim}">${figures(first.micros)} µs${whose}</text>`,
    `<text x="${far}" y="22" text-anchor="end" font-weight="bold" font-size="13">${escapeMarkup(name(last))}</text>`,
    `<text x="${far}" y="39" text-anchor="end" fill="${dim}">${figures(last.micros)} µs${same}</text>`,
  ]
}

function frameParts(
  root: StoryFrame,
  left: number,
  floor: number,
  scale: number,
  palette: Palette,
): string[] {
  const parts: string[] = []
  const place = (frame: StoryFrame, x: number, row: number) => {
    const width = frame.micros * scale
    if (width < 1) return
    const y = floor - (row + 1) * ROW
    const hue = colourOn(frame.role, palette)
    // Wide because of what it calls: pale, so that the eye goes to where the time is spent.
    const inside = frame.children.reduce((sum, { micros }) => sum + micros, 0)
    const own = Math.max(0, 1 - inside / frame.micros)
    const full = mix(palette.pale, hue, 0.35 + 0.65 * own)
    const fill = frame.kernel ? mix(palette.kernel, full, 0.86) : full
    const text = within(`${frame.name}  ${figures(frame.micros)}`, frame.name, width - 8)
    const line = frame.own ? ` stroke="${palette.own}"` : ''
    const title = `${frame.name} (${frame.role}): ${figures(frame.micros)} µs per request`
    const label =
      text === ''
        ? ''
        : `<text x="${round(x + 4)}" y="${y + 12.5}" fill="${inkOn(fill)}">${escapeMarkup(text)}</text>`
    parts.push(
      `<g><title>${escapeMarkup(title)}</title><rect x="${round(x)}" y="${y}" width="${round(Math.max(0.8, width - 0.8))}" height="${ROW - 1}" fill="${fill}"${line}/>${label}</g>`,
    )
    let at = x
    for (const child of frame.children) {
      place(child, at, row + 1)
      at += child.micros * scale
    }
  }
  place(root, left, 0)
  return parts
}

/** A chip for each role that takes something worth naming in either: its name, before and after. */
function roleParts(
  { first, last }: Story,
  width: number,
  top: number,
  palette: Palette,
  ink: string,
): { parts: string[]; bottom: number } {
  const parts: string[] = []
  const shown = first.roles.filter(({ role, micros }) => {
    const after = last.roles.find((one) => one.role === role)?.micros ?? 0
    return micros >= first.micros * 0.01 || after >= last.micros * 0.05
  })
  let [x, y] = [EDGE, top]
  for (const { role, micros } of shown) {
    const after = last.roles.find((one) => one.role === role)?.micros ?? 0
    const text = `${role} ${figures(micros)} → ${figures(after)} µs`
    const wide = text.length * CHARACTER + 34
    if (x + wide > width - EDGE && x > EDGE) [x, y] = [EDGE, y + 22]
    parts.push(
      `<rect x="${round(x)}" y="${y}" width="14" height="14" rx="2" fill="${colourOn(role, palette)}"/><text x="${round(x + 20)}" y="${y + 12}" fill="${ink}">${escapeMarkup(text)}</text>`,
    )
    x += wide
  }
  return { parts, bottom: y + 14 }
}

function figureParts(
  story: Story,
  width: number,
  top: number,
  dim: string,
): { parts: string[]; bottom: number } {
  const texts = figureTexts(story)
  // As wide as their texts; what is left over stands between them.
  const wides = texts.map(({ what, notes }) => CHARACTER * longest([what, ...notes]))
  const gap = (width - 2 * EDGE - sum(wides)) / Math.max(1, texts.length)
  const lines = Math.max(0, ...texts.map(({ notes }) => notes.length))
  const parts = texts.map(({ figure, what, notes }, at) => {
    const x = round(EDGE + sum(wides.slice(0, at)) + at * gap)
    const small = notes.map(
      (note, line) =>
        `<text x="${x}" y="${top + 55 + 16 * line}" fill="${dim}">${escapeMarkup(note)}</text>`,
    )
    return `<text x="${x}" y="${top + 20}" font-size="20" font-weight="bold">${escapeMarkup(figure)}</text><text x="${x}" y="${top + 39}">${escapeMarkup(what)}</text>${small.join('')}`
  })
  const floor = top + 48 + 16 * lines
  const foot = `<text x="${EDGE}" y="${floor + 16}" fill="${dim}">${escapeMarkup(within(`${story.origin}.`, `${story.origin.split(', ')[0]}.`, width - 2 * EDGE))}</text>`
  return { parts: [...parts, foot], bottom: floor + 30 }
}

function longest(texts: readonly string[]): number {
  return Math.max(...texts.map(({ length }) => length))
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0)
}

/** The first text if there is room for it, else the second, cut if need be; '' if there is none. */
function within(text: string, shorter: string, room: number): string {
  const letters = Math.floor(room / CHARACTER)
  if (text.length <= letters) return text
  if (shorter.length <= letters) return shorter
  return letters < 3 ? '' : `${shorter.slice(0, letters - 1)}…`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
