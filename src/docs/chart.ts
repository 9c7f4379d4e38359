/**
 * The chart of a chapter: CPU per SET for the server of each stage and Redis, in user mode and in
 * the kernel. An SVG file that a code host shows as an image: no script, no web font, a light card
 * behind it that reads on a dark page too; and nothing is shown by colour alone.
 */
import type { Comparison } from '../experiment/comparison.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { reading, readingText } from '../measure/counters.ts'
import { figures, machineLine, wrap } from '../report/format.ts'
import { type Stage, stages } from '../stages.ts'
import { setRow } from './figures.ts'

/** Where the chart of a stage is saved, relative to the checkout. */
export function chartFile(stageId: string): string {
  return `docs/pictures/${stageId}.svg`
}

interface Panel {
  title: string
  pipeline: number
  /** The calls that the panel counts: a batch changes the writes, the buffer the reads. */
  calls: 'reads' | 'writes'
}

const panels: readonly Panel[] = [
  { title: 'one request at a time', pipeline: 1, calls: 'reads' },
  { title: 'in batches of 16', pipeline: 16, calls: 'writes' },
]

interface Server {
  name: string
  user: number
  kernel: number
  /** `read(2)` or `write(2)` calls per request. */
  calls: string
}

const WIDTH = 760
const BARS = { left: 112, width: 370 }
const COLUMNS = { cpu: 610, calls: 736 }
const ROW = 26
const BAR = 18

/** The picture as the text of an SVG file. */
export function stageChart(comparison: Comparison, stage: Stage): string {
  const parts: string[] = []
  let y = 74
  for (const panel of panels) {
    const servers = serversOf(comparison, panel)
    if (servers.length === 0) continue
    parts.push(...panelParts(panel, servers, stage, y))
    y += 28 + servers.length * ROW + 14
  }
  const { machine, plan } = comparison
  const foot = wrap(
    `Medians of ${plan.rounds} interleaved rounds. ${machineLine(machine)}.`,
    '',
    100,
  )
  const height = y + 6 + foot.length * 16
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="Verdana, DejaVu Sans, sans-serif" font-size="12" fill="#1d2127" role="img" aria-label="${escapeMarkup(chartWords(comparison, stage))}">
<defs>${hatch('here', '#b8432a')}${hatch('other', '#7d8590')}</defs>
<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="#fbfaf8" stroke="#d5d1c9"/>
<text x="24" y="30" font-size="15" font-weight="bold">${stage.id}, ${escapeMarkup(stage.title)}: CPU of the server for one SET</text>
<rect x="24" y="43" width="26" height="14" fill="#7d8590"/><text x="57" y="54">user mode</text>
<rect x="140" y="43" width="26" height="14" fill="url(#other)" stroke="#7d8590"/><text x="173" y="54">in the kernel</text>
${parts.join('\n')}
${foot
  .map((line, at) => `<text x="24" y="${y + at * 16}" fill="#5a616b">${escapeMarkup(line)}</text>`)
  .join('\n')}
</svg>
`
}

/** The picture in words, for those who do not see it. */
export function chartWords(comparison: Comparison, stage: Stage): string {
  const texts = panels.flatMap((panel) => {
    const servers = serversOf(comparison, panel)
    if (servers.length === 0) return []
    const list = servers.map(({ name, user, kernel }) => `${name} ${amounts(user, kernel)}`)
    return [`${panel.title}: ${list.join(', ')}`]
  })
  return `${stage.id} among the others, µs of CPU per SET, user + kernel, ${texts.join('; ')}`
}

function serversOf(comparison: Comparison, { pipeline, calls }: Panel): Server[] {
  return [...stages.map(({ id }) => id), 'redis'].flatMap((name) => {
    const row = setRow(comparison, name, { pipeline })
    if (row === undefined) return []
    const [user, kernel] = [reading(row.counters, 'user'), reading(row.counters, 'kernel')]
    if ('missing' in user || 'missing' in kernel) return []
    const text = readingText(row.counters, calls)
    return [{ name, user: user.value, kernel: kernel.value, calls: text }]
  })
}

function panelParts(
  { title, calls }: Panel,
  servers: Server[],
  stage: Stage,
  top: number,
): string[] {
  const longest = scaleFor(servers, stage)
  const end = BARS.left + BARS.width
  const head = `<text x="24" y="${top + 14}" font-weight="bold">${title}</text>`
  const columns =
    `<text x="${COLUMNS.cpu}" y="${top + 14}" text-anchor="end" fill="#5a616b">user + kernel, µs</text>` +
    `<text x="${COLUMNS.calls}" y="${top + 14}" text-anchor="end" fill="#5a616b">${calls} per SET</text>`
  const rows = servers.map(({ name, user, kernel, calls }, at) => {
    const y = top + 28 + at * ROW
    const here = name === stage.id
    const weight = here ? ' font-weight="bold"' : ''
    const line = y + BAR - 4.5
    const cut = user + kernel > longest * 1.001
    // A bar that is broken keeps its proportions.
    const scale = BARS.width / (cut ? user + kernel : longest)
    const colour = here ? '#b8432a' : '#7d8590'
    const middle = round(BARS.left + user * scale)
    return (
      `<g><text x="${BARS.left - 10}" y="${line}" text-anchor="end"${weight}>${here ? '▶ ' : ''}${name}</text>` +
      `<rect x="${BARS.left}" y="${y}" width="${round(user * scale)}" height="${BAR}" fill="${colour}"/>` +
      `<rect x="${middle}" y="${y}" width="${round(kernel * scale)}" height="${BAR}" fill="url(#${here ? 'here' : 'other'})" stroke="${colour}"/>` +
      (cut ? breakMark(end - 40, y) : '') +
      `<text x="${COLUMNS.cpu}" y="${line}" text-anchor="end"${weight}>${amounts(user, kernel)}</text>` +
      `<text x="${COLUMNS.calls}" y="${line}" text-anchor="end"${weight}>${calls}</text></g>`
    )
  })
  return [head + columns, ...rows]
}

/**
 * The longest bar that is drawn whole: that of the stage, of the one before it or of Redis. Bars of
 * stages long left behind are broken, or nothing could be seen of the others.
 */
function scaleFor(servers: readonly Server[], stage: Stage): number {
  const before = stages.find(({ number }) => number === stage.number - 1)?.id
  const shown = servers.filter(({ name }) => [stage.id, before, 'redis'].includes(name))
  return Math.max(...shown.map(({ user, kernel }) => user + kernel))
}

/** A slanted gap: the bar goes on for longer than there is room. */
function breakMark(x: number, y: number): string {
  const slant = (at: number) => `M${at} ${y + BAR + 3}l10 ${-BAR - 6}`
  return (
    `<path d="${slant(x + 4)}" stroke="#fbfaf8" stroke-width="9"/>` +
    `<path d="${slant(x)}${slant(x + 8)}" stroke="#1d2127"/>`
  )
}

/** Stripes, so that the kernel's part differs in more than its shade. */
function hatch(id: string, colour: string): string {
  return `<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#fbfaf8"/><rect width="2" height="5" fill="${colour}"/></pattern>`
}

function amounts(user: number, kernel: number): string {
  return `${figures(user)} + ${figures(kernel)}`
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}
