/**
 * The events of a run on the terminal. They go to standard error, so that standard output holds the
 * result and nothing else: on a terminal one line that is written over; into a file or a pipe, and on
 * a terminal that cannot write over a line (TERM=dumb, as in an editor), a line for each step.
 */
import { stripVTControlCharacters } from 'node:util'
import { durationText } from '../run/duration.ts'
import type { Emit, RunEvent } from '../run/events.ts'
import { disturbance, readRunning, recordRun } from '../run/running.ts'
import { paintError } from './colour.ts'
import { widthOf, wrap } from './wrap.ts'

const BAR = 24

/** What is needed of a stream; its width may change. */
type Output = Pick<NodeJS.WriteStream, 'write'> &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>>

/** Whether the terminal knows no control sequences; see term(7). */
export function isDumb(): boolean {
  return process.env.TERM === 'dumb'
}

/**
 * The events of a command that puts load on this machine: they are shown, written into its file for
 * the lab page and for other commands, and it warns of those that are under way already.
 * @param command as a person types it
 */
export function runEvents(
  command: string,
  show: Emit = showEvents(),
  record: Emit = recordRun(command),
  others = () => readRunning().filter(({ pid }) => pid !== process.pid),
): Emit {
  let isUnderWay = false
  let hasBegun = false
  /** Runs that were warned of: a command of several runs says each once. */
  const said = new Set<number>()
  return (event) => {
    const begins = event.type === 'step' || event.type === 'progress' || event.type === 'figures'
    if (begins && !isUnderWay) {
      isUnderWay = true
      hasBegun = true
      const unsaid = others().filter(({ pid }) => !said.has(pid))
      for (const { pid } of unsaid) said.add(pid)
      const warning = disturbance(unsaid)
      if (warning !== undefined) show({ type: 'note', text: warning })
    }
    show(event)
    // A command that never begins a run, as one with wrong words, writes nothing. One that saves what
    // it measured before a failure says both.
    if (isUnderWay || (hasBegun && event.type === 'failure')) record(event)
    if (event.type === 'result' || event.type === 'failure' || event.type === 'end') {
      isUnderWay = false
    }
  }
}

/** Shows events on a terminal, or in a pipe. */
export function showEvents(stream: Output = process.stderr): Emit {
  let step = ''
  let isShown = false
  const overwrites = stream.isTTY === true && !isDumb()
  const clear = () => {
    if (isShown) stream.write('\r\x1b[K')
    isShown = false
  }
  const draw = (line: string) => {
    clear()
    stream.write(shorten(line, (stream.columns ?? 80) - 1))
    isShown = true
  }
  let seconds: NodeJS.Timeout | undefined
  const countSeconds = () => {
    const begun = performance.now()
    const redraw = () => draw(paintError.dim(withSeconds(`… ${step}`, begun)))
    seconds = setInterval(redraw, 1000).unref()
  }
  const drawBar = (share: number, text: string) => {
    if (!overwrites) return
    const full = Math.round(Math.min(1, Math.max(0, share)) * BAR)
    const bar = paintError.cyan('█'.repeat(full)) + paintError.dim('░'.repeat(BAR - full))
    draw(`${bar} ${paintError.dim([step, text].filter((part) => part !== '').join(': '))}`)
  }
  return (event) => {
    if (event.type === 'step' && event.text === step) return
    if (event.type !== 'note') clearInterval(seconds)
    switch (event.type) {
      case 'step':
        step = event.text
        if (!overwrites) return void stream.write(`${step}\n`)
        draw(paintError.dim(`… ${step}`))
        return countSeconds()
      case 'progress':
        return drawBar(event.share, progressText(event))
      case 'figures': {
        const { share, figures } = event
        if (share !== undefined) drawBar(share, `${rate(figures.requestsPerSecond)} requests/s`)
        return
      }
      case 'note': {
        clear()
        const { text } = event
        const lines = stream.isTTY === true ? wrap(text, '', widthOf(stream)) : [text]
        return void stream.write(`${lines.join('\n')}\n`)
      }
      case 'result':
      case 'failure':
      case 'end':
        step = ''
        return clear()
    }
  }
}

/**
 * What is done now, with its seconds if it takes long: they distinguish it from what hangs.
 * @param begun when, ms of `performance.now()`
 */
export function withSeconds(text: string, begun: number): string {
  const taken = Math.round((performance.now() - begun) / 1000)
  return taken < 5 ? text : `${text}: ${durationText(taken)}`
}

function rate(requestsPerSecond: number): string {
  return Math.round(requestsPerSecond).toLocaleString('en-US')
}

function progressText({ text, secondsLeft }: Extract<RunEvent, { type: 'progress' }>): string {
  const left = secondsLeft === undefined ? undefined : `${durationText(secondsLeft)} left`
  return [text, left].filter((part) => part !== undefined).join(', ')
}

/** A line that is too long would wrap, and could not be written over. */
function shorten(line: string, width: number): string {
  const plain = stripVTControlCharacters(line)
  return plain.length <= width ? line : `${plain.slice(0, Math.max(0, width - 1))}…`
}
