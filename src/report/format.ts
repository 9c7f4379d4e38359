/** Figures as text, for tables on a terminal. */
import { wrap } from '../cli/wrap.ts'
import type { Ratio } from '../measure/statistics.ts'

export { wrap }

/** `1,234,567`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Three figures, or all before the point: `0.119`, `3.04`, `12.1`, `123`. */
export function figures(value: number): string {
  if (value >= 99.95) return whole(value)
  if (value >= 9.995) return value.toFixed(1)
  return value >= 0.9995 ? value.toFixed(2) : value.toFixed(3)
}

/** A share from 0 to 1: `37 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`
}

/** `0.90–0.94`; nothing where there is no interval. */
export function intervalText({ low, high }: Pick<Ratio, 'low' | 'high'>): string {
  return low === null || high === null ? '' : `${figures(low)}–${figures(high)}`
}

/** `1 client`, `50 clients`, `3-byte` left to the caller. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Text in lines of at most `width` characters, all but the first set in by two. */
export function hanging(text: string, width?: number): string[] {
  return wrap(text, '  ', width).map((line, at) => (at === 0 ? line.slice(2) : line))
}

/** Lays rows out in columns: the first to the left, the others to the right, `widths` characters. */
export function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
    .join('')
    .trimEnd()
}
