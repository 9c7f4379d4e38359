/** The room as one page with charts, which loads nothing; as JSON; and in a few lines. */
import { paint } from '../cli/colour.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { isLoadGeneratorBound } from '../load/bottleneck.ts'
import { countersIn, type Counter as ListedCounter, readingText } from '../measure/counters.ts'
import type { Machine } from '../measure/machine.ts'
import { type Bar, barChart } from '../report/charts.ts'
import { counted, figures, hanging, machineLine, percent, whole } from '../report/format.ts'
import { findStage } from '../stages.ts'
import type { Reading } from './bundle.ts'
import { htmlPage, roomStyle } from './html-page.ts'
import type { Room } from './room.ts'
import {
  type Counter,
  cpuOf,
  type RoomFigures,
  type Spread,
  type StageTable,
  type StepTable,
} from './room-figures.ts'
import type { GuessTable } from './room-guesses.ts'

/** All that is shown of a room. */
export interface RoomView {
  room: Room
  figures: RoomFigures
  guesses: GuessTable[]
  /** The machine of the reference; null if there is none. */
  reference: Machine | null
}

/** A shorter run was made with --quick. */
const shortSeconds = 3

/** The whole page, as HTML. */
export function roomPage(view: RoomView): string {
  const { room, figures, guesses } = view
  const machines = counted(room.people.length, 'machine')
  const body = [
    `<header><h1>The room</h1>
<p>${machines}, each with its own runs under the article's load.</p>
${noteList(room.notes)}</header>`,
    stepSection(figures.steps),
    ...figures.stages.map(stageSection),
    counterSection(figures.counters),
    guessSection(guesses),
    machineSection(view),
  ]
  return htmlPage('The room', roomStyle, body.join('\n'))
}

/** The lines that `npm run room` prints. @param page where the page is */
export function roomSummary({ room, figures }: RoomView, page: string): string {
  const stages = new Set(figures.stages.map(({ stage }) => stage))
  const different = figures.counters.filter(({ equal }) => !equal)
  const calls = different.map(
    ({ stage, of, pipeline }) => `${stage} ${of}${pipeline === 1 ? '' : `, pipeline ${pipeline}`}`,
  )
  return [
    `The room: ${counted(room.people.length, 'machine')}, ${counted(stages.size, 'stage')}`,
    ...(calls.length === 0
      ? []
      : hanging(`calls per SET differ between machines: ${calls.join('; ')}`)),
    ...room.notes.flatMap((note) => hanging(note)),
    `Page  ${paint.bold(page)}`,
  ].join('\n')
}

/** The document that `--json` prints. */
export function roomDocument({ room, figures, guesses, reference }: RoomView) {
  const people = room.people.map(({ label, bundle: { kind: _, format: __, ...rest } }) => ({
    label,
    ...rest,
  }))
  return { format: 1, kind: 'room', people, ...figures, guesses, reference, notes: room.notes }
}

/** More notes than these are folded: the page is for the wall. */
const shownNotes = 3

function noteList(notes: readonly string[]): string {
  const lines = notes.map((note) => `<p class="warning">${escapeMarkup(note)}</p>`).join('')
  if (notes.length <= shownNotes) return lines
  const summary = `${notes.length} notes on files that are not in it`
  return `<details><summary class="warning">${summary}</summary>${lines}</details>`
}

function loadText(pipeline: number): string {
  return pipeline === 1 ? 'no pipelining' : `pipeline ${pipeline}`
}

/** `8.4 to 31, median 12.1 (7 machines)`. */
function spreadText(spread: Spread): string {
  return `${rangeText(spread)}, median ${figures(spread.middle)} (${counted(spread.count, 'machine')})`
}

/** `45.8 to 46.0`, or `1.00` if there is no difference to see. */
function rangeText({ least, most }: Spread): string {
  const [from, to] = [figures(least), figures(most)]
  return from === to ? from : `${from} to ${to}`
}

/** The room beside the bars, in widths of a small letter. */
const nameWidth = 15

/** Capitals, and the letters and pictures of some scripts, are wider. */
function widthOf(character: string): number {
  return /[\p{Lu}\p{Lo}\p{So}mw@%]/u.test(character) ? 1.6 : 1
}

/** Longer names do not fit beside the bars. */
function short(label: string): string {
  let [shown, width] = ['', 0]
  for (const character of label) {
    width += widthOf(character)
    if (width > nameWidth) return `${shown.slice(0, -1)}…`
    shown += character
  }
  return shown
}

function figure(caption: string, bars: readonly Bar[], unit: string, hint = ''): string {
  if (bars.length === 0) return ''
  const more = hint === '' ? '' : ` <span class="dim">${hint}</span>`
  const chart = barChart(caption, bars, unit, 'from')
  return `<figure><figcaption>${caption}${more}</figcaption>${chart}</figure>`
}

/** @param heads rows of `<th>` */
function table(heads: readonly string[], body: readonly string[], kind = ''): string {
  const head = heads.map((row) => `<tr>${row}</tr>`).join('')
  return `<div class="scroll"><table${kind}><thead>${head}</thead><tbody>${body.join('\n')}</tbody></table></div>`
}

function headCells(heads: readonly string[]): string {
  return heads.map((head) => `<th scope="col">${head}</th>`).join('')
}

function bodyRow(label: string, cells: readonly string[]): string {
  const data = cells.map((cell) => `<td>${cell}</td>`).join('')
  return `<tr><th scope="row">${escapeMarkup(label)}</th>${data}</tr>`
}

function stepSection(steps: readonly StepTable[]): string {
  if (steps.length === 0) return ''
  const bars = (pick: (step: StepTable) => Spread | null) =>
    steps.flatMap((step): Bar[] => {
      const found = pick(step)
      if (found === null) return []
      const number = findStage(step.stage)!.number
      const load = step.pipeline === 1 ? '' : `, x${step.pipeline}`
      return [
        {
          label: `${step.stage} / ${number - 1}${load}`,
          value: found.middle,
          low: found.least,
          high: found.most,
          colour: `var(--series-${number})`,
          note: `· ${counted(found.count, 'machine')}`,
        },
      ]
    })
  const bound = steps.reduce((sum, { clientBound }) => sum + clientBound, 0)
  const leftOut =
    bound === 0
      ? ''
      : `<p class="dim">Without the rates of ${counted(bound, 'pair')} of runs in which the load generator was the bottleneck: compare their CPU per SET.</p>`
  const rates = bars(({ rate }) => rate)
  const cpus = bars(({ cpu }) => cpu)
  return `<section><h2>From stage to stage</h2>
<p class="dim">A stage divided by the one before it: the median of the room; the whisker goes from the least to the most. “x16”: pipeline 16.</p>
<div class="pair">${figure('SETs per second, factor', rates, 'times')}
${figure('CPU per SET, factor', cpus, 'times', 'below 1 is better')}</div>
${leftOut}
${stepTable(steps)}</section>`
}

function stepTable(steps: readonly StepTable[]): string {
  const cell = (value: number | null | undefined) =>
    value === null || value === undefined ? '–' : figures(value)
  const body = steps.map(({ stage, before, pipeline, rate, cpu, reference }) => {
    const name = `${stage} over ${before}, ${loadText(pipeline)}`
    const cells = [rate?.least, rate?.middle, rate?.most, reference.rate]
    cells.push(cpu?.least, cpu?.middle, cpu?.most, reference.cpu)
    return bodyRow(name, cells.map(cell))
  })
  const heads = ['least', 'median', 'most', 'recorded']
  const groups = '<th></th><th colspan="4">SETs per second</th><th colspan="4">CPU per SET</th>'
  return table([groups, headCells(['', ...heads, ...heads])], body)
}

function stageSection({ stage, pipeline, rows, cpu, reference }: StageTable): string {
  const { title, number } = findStage(stage)!
  const recorded =
    reference === null
      ? []
      : [{ label: 'recorded', reading: reference, clientBound: isBound(reference) }]
  const all = [...rows, ...recorded]
  const colour = (label: string) =>
    label === 'recorded' ? 'var(--redis)' : `var(--series-${number})`
  const bars = (pick: (reading: Reading) => number | undefined, marks: boolean) =>
    all.flatMap(({ label, reading, clientBound }): Bar[] => {
      const value = pick(reading)
      if (value === undefined) return []
      const note = marks && clientBound ? { note: 'client-bound' } : {}
      return [{ label: short(label), value, low: null, high: null, colour: colour(label), ...note }]
    })
  const cpuBars = bars(cpuOf, false)
  const rateBars = bars(({ requestsPerSecond }) => requestsPerSecond, true)
  const shown = countersIn(
    all.map(({ reading }) => reading.counters),
    true,
  )
  const body = all.map(({ label, reading }) => bodyRow(label, readingCells(reading, shown)))
  const heads = ['SETs/s', 'p50 ms', 'p99 ms', ...shown.map(({ head }) => head)]
  heads.push('client busy', 'profiled by')
  const isShort = all.some(({ reading }) => reading.seconds < shortSeconds)
  return `<section><h2>${stage}, ${escapeMarkup(title)}: SET, ${loadText(pipeline)}</h2>
<div class="pair">${figure('CPU per SET, µs', cpuBars, 'µs', 'less is better')}
${figure('SETs per second', rateBars, 'per second', 'more is better')}</div>
${cpu === null || cpu.count < 2 ? '' : `<p>CPU per SET: ${spreadText(cpu)}.</p>`}
${table([headCells(['', ...heads])], body)}
${isShort ? '<p class="dim">~: a short run (--quick)</p>' : ''}</section>`
}

function isBound({ clientBusy }: Reading): boolean {
  return isLoadGeneratorBound(clientBusy)
}

function readingCells(one: Reading, shown: readonly ListedCounter[]): string[] {
  const mark = one.seconds < shortSeconds ? '~' : ''
  return [
    `${mark}${whole(one.requestsPerSecond)}`,
    figures(one.latency.p50),
    figures(one.latency.p99),
    ...shown.map(({ id }) => readingText(one.counters, id)),
    one.clientBusy === null ? '–' : percent(one.clientBusy),
    escapeMarkup(one.profile?.source ?? '–'),
  ]
}

function counterSection(counters: readonly Counter[]): string {
  const body = counters.flatMap(({ stage, pipeline, of, spread, missing, equal }) => {
    if (spread === null || spread.count < 2) return []
    const verdict = equal
      ? '<span class="equal">equal</span>'
      : '<span class="different">different</span>'
    return bodyRow(`${stage}, ${of} per SET, ${loadText(pipeline)}`, [
      rangeText(spread),
      verdict,
      String(spread.count),
      String(missing),
    ])
  })
  if (body.length === 0) return ''
  return `<section><h2>System calls per SET</h2>
<p class="dim">Counted by the kernel of each machine. Times differ from machine to machine; system calls should not.</p>
${table([headCells(['', 'calls', '', 'machines', 'not counted'])], body)}</section>`
}

function guessSection(tables: readonly GuessTable[]): string {
  if (tables.length === 0) return ''
  const parts = tables.map(({ stage, ask, people, guessed, recorded, verdicts }) => {
    const notes = [counted(people, 'answer')]
    const counts = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`)
    if (counts.length > 0) notes.push(`verdicts: ${counts.join(', ')}`)
    if (recorded !== null) notes.push(`recorded: ${recorded}`)
    return `<h3>${stage}: ${escapeMarkup(ask)}</h3>
<ul>${guessed.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>
<p class="dim">${escapeMarkup(notes.join('; '))}</p>`
  })
  return `<section><h2>The guesses</h2>${parts.join('\n')}</section>`
}

function machineSection({ room, reference }: RoomView): string {
  const machines = room.people.map(({ label, bundle }) => ({ label, machine: bundle.machine }))
  if (reference !== null) machines.push({ label: 'recorded', machine: reference })
  const body = machines.map(({ label, machine }) =>
    bodyRow(label, [escapeMarkup(machineLine(machine))]),
  )
  return `<section><h2>The machines</h2>${table([], body, ' class="left"')}</section>`
}
