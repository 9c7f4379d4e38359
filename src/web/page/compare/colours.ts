/** How a target is told from the others: a colour, and a dash for whoever cannot tell colours. */
import type { LegendItem } from './legend.tsx'

/** Redis is grey, a stage has the colour of its number; the rest take turns. */
export function colourOf(target: string, names: readonly string[]): string {
  if (target === 'redis') return 'var(--redis)'
  const stage = /^stage(\d)\b/.exec(target)?.[1]
  if (stage !== undefined) return `var(--series-${((Number(stage) - 1) % 5) + 1})`
  return `var(--series-${(Math.max(0, names.indexOf(target)) % 5) + 1})`
}

const dashes = ['', '7 3', '2 3', '10 3 2 3', '4 2', '12 4 4 4', '1 4']

/** Of its lines; '' for a whole one. */
export function dashOf(target: string, names: readonly string[]): string {
  return dashes[Math.max(0, names.indexOf(target)) % dashes.length]!
}

/** The legend of lines. */
export function legendOf(
  names: readonly string[],
  { colour, dash }: { colour(name: string): string; dash(name: string): string },
): LegendItem[] {
  return names.map((name) => ({ name, colour: colour(name), dash: dash(name) }))
}
