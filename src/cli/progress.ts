/**
 * Progress goes to standard error, so that standard output holds the result and nothing else. On a
 * terminal it is one line that is written over; into a file or a pipe, and on a terminal that cannot
 * write over a line (TERM=dumb, as in an editor), a line for each step.
 */
import { stripVTControlCharacters } from 'node:util'
import { paintError } from './colour.ts'

const BAR = 24

/** Shows what is being done; `share`, from 0 to 1, draws a bar. */
export interface ProgressLine {
  step(text: string): void
  update(share: number, text: string): void
  /** Takes the line away: the result follows. */
  clear(): void
}

/** Whether the terminal knows no control sequences; see term(7). */
export function isDumb(): boolean {
  return process.env.TERM === 'dumb'
}

export function progressLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let step = ''
  let shown = false
  const overwrites = stream.isTTY && !isDumb()
  const clear = () => {
    if (shown) stream.write('\r\x1b[K')
    shown = false
  }
  const draw = (line: string) => {
    clear()
    stream.write(shorten(line, (stream.columns ?? 80) - 1))
    shown = true
  }
  return {
    step(text) {
      if (text === step) return
      step = text
      if (overwrites) draw(paintError.dim(`… ${text}`))
      else stream.write(`${text}\n`)
    },
    update(share, text) {
      if (!overwrites) return
      const full = Math.round(Math.min(1, Math.max(0, share)) * BAR)
      const bar = paintError.cyan('█'.repeat(full)) + paintError.dim('░'.repeat(BAR - full))
      draw(`${bar} ${paintError.dim(`${step}: ${text}`)}`)
    },
    clear,
  }
}

/** A line that is too long would wrap, and could not be written over. */
function shorten(line: string, width: number): string {
  const plain = stripVTControlCharacters(line)
  return plain.length <= width ? line : `${plain.slice(0, Math.max(0, width - 1))}…`
}
