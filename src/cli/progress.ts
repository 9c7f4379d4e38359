/**
 * Progress goes to standard error, so that standard output holds the result and nothing else. On a
 * terminal it is one line that is written over; into a file or a pipe, and on a terminal that cannot
 * write over a line (TERM=dumb, as in an editor), a line for each step.
 *
 * What a command shows here it also tells the lab page, and other commands that measure, through
 * `src/run/running.ts`; and here it warns of those that are under way already.
 */
import { stripVTControlCharacters } from 'node:util'
import {
  commandTyped,
  disturbance,
  type News,
  type Publication,
  publishRunning,
  readRunning,
} from '../run/running.ts'
import { paintError } from './colour.ts'
import { widthOf, wrap } from './wrap.ts'

const BAR = 24

/** Shows what is being done; `share`, from 0 to 1, draws a bar. */
export interface ProgressLine {
  /** @param secondsLeft of the whole command, where that can be estimated */
  step(text: string, secondsLeft?: number): void
  /** @param news what a page shows besides, e.g. the latency so far */
  update(share: number, text: string, news?: News): void
  /** Takes the line away: the result follows, and nothing is under way any more. */
  clear(): void
}

/** Whether the terminal knows no control sequences; see term(7). */
export function isDumb(): boolean {
  return process.env.TERM === 'dumb'
}

/**
 * The line of a command that puts load on this machine: others are told of it, and it of them.
 * @param command as a person types it; undefined: this is none, and nobody is told
 */
export function progressLine(
  stream: NodeJS.WriteStream = process.stderr,
  command = commandTyped(),
): ProgressLine {
  const line = shownLine(stream)
  return command === undefined ? line : publishedLine(line, publishRunning(command), stream)
}

/** Tells others what a line shows, and warns, at the first step, of those that measure as well. */
export function publishedLine(
  line: ProgressLine,
  publication: Publication,
  stream: Pick<NodeJS.WriteStream, 'write'> &
    Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>,
  others = () => readRunning().filter(({ pid }) => pid !== process.pid),
): ProgressLine {
  let begun = false
  const begin = () => {
    if (begun) return
    begun = true
    const warning = disturbance(others())
    if (warning === undefined) return
    const lines = stream.isTTY === true ? wrap(warning, '', widthOf(stream)) : [warning]
    stream.write(`${lines.join('\n')}\n`)
  }
  return {
    step(text, secondsLeft) {
      begin()
      line.step(text)
      const left = secondsLeft === undefined ? {} : { secondsLeft }
      publication.tell({ step: text, share: null, live: null, ...left })
    },
    update(share, text, news) {
      begin()
      line.update(share, text)
      publication.tell({ share, ...news })
    },
    clear() {
      line.clear()
      publication.end()
      begun = false
    },
  }
}

/** The line of a command that only works for itself, as one that draws or writes. */
export function shownLine(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
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
