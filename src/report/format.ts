/** Text in lines and columns, for a terminal; figures themselves are written by `measure/format.ts`. */
import { wrap } from '../cli/wrap.ts'

export {
  changeText,
  counted,
  figures,
  intervalText,
  listed,
  machineLine,
  percent,
  whole,
} from '../measure/format.ts'
export { wrap }

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

/** With its first letter in upper case, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
