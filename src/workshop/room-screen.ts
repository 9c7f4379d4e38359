/** The room as text, 80 columns wide. */
import { paint } from '../cli/colour.ts'
import type { Machine } from '../measure/machine.ts'
import { counted, figures, percent, row, whole, wrap } from '../report/format.ts'
import { findStage } from '../stages.ts'
import type { Bundle, Reading } from './bundle.ts'
import type { Room } from './room.ts'
import type { Counter, RoomFigures, Spread, StageTable, StepTable } from './room-figures.ts'
import type { GuessTable } from './room-guesses.ts'

/** All that is shown of a room. */
export interface RoomView {
  room: Room
  figures: RoomFigures
  guesses: GuessTable[]
  /** The machine of the reference; null where there is none. */
  reference: Machine | null
}

/** A run that is shorter was made with --quick: a look, not a measurement. */
const SHORT_SECONDS = 3

const REFERENCE = 'recorded'

export function roomScreen({ room, figures, guesses, reference }: RoomView): string {
  const { people, notes } = room
  return [
    paint.bold(`The room: ${counted(people.length, 'machine')}`),
    '',
    ...people.flatMap(({ label, bundle }) => machineLines(label, bundle.machine)),
    ...(reference === null ? [] : machineLines(REFERENCE, reference)),
    ...figures.stages.flatMap((table) => ['', ...stageLines(table)]),
    ...markLines(figures.stages),
    ...(figures.steps.length === 0 ? [] : ['', ...stepLines(figures.steps)]),
    ...alikeLines(figures),
    ...guesses.flatMap((table, at) => ['', ...guessLines(table, at === 0)]),
    ...(notes.length === 0 ? [] : ['', paint.bold('Passed over')]),
    ...notes.flatMap((note) => wrap(note, '  ')),
  ].join('\n')
}

/** How the requests come. */
export function loadText(pipeline: number): string {
  return pipeline === 1 ? 'one at a time' : `batches of ${pipeline}`
}

const LABEL = 22

/** A name as wide as its column. */
function named(label: string): string {
  return label.length < LABEL ? label.padEnd(LABEL) : `${label.slice(0, LABEL - 2)}… `
}

function machineLines(label: string, { cores, cpu, os, node }: Machine): string[] {
  const text = `${cores} x ${cpu}; ${os}; Node ${node}`
  const [first, ...rest] = wrap(text, ' '.repeat(LABEL))
  return [`${named(label)}${first!.slice(LABEL)}`, ...rest]
}

const WIDTHS = [LABEL, 11, 9, 8, 8, 8, 13]

function stageLines({ stage, pipeline, rows, cpu, rate, reference }: StageTable): string[] {
  const title = `${stage}  ${findStage(stage)!.title}: SET, ${loadText(pipeline)}`
  const head = ['', 'SETs/s', 'CPU µs', 'kernel', 'reads', 'writes', 'profiled by']
  return [
    paint.bold(title),
    paint.dim(row(head, WIDTHS)),
    ...rows.map(({ label, reading }) => row(cells(label, reading), WIDTHS)),
    ...(reference === null ? [] : [paint.dim(row(cells(REFERENCE, reference), WIDTHS))]),
    ...spreadLine('CPU µs', cpu),
    ...spreadLine('SETs/s', rate),
  ]
}

function cells(label: string, one: Reading): string[] {
  const bound = (one.clientBusy ?? 0) >= 0.95 ? '*' : ' '
  const short = one.seconds < SHORT_SECONDS ? '~' : ''
  const cpu = 'value' in one.cpu ? one.cpu.value : undefined
  return [
    named(label),
    `${short}${whole(one.requestsPerSecond)}${bound}`,
    cpu === undefined ? '-' : figures(cpu.total),
    cpu === undefined ? '-' : percent(cpu.system / cpu.total),
    'value' in one.reads ? figures(one.reads.value) : '-',
    'value' in one.writes ? figures(one.writes.value) : '-',
    one.profile?.source ?? '-',
  ]
}

function spreadLine(label: string, spread: Spread | null): string[] {
  if (spread === null || spread.count < 2) return []
  return [`  ${label}: ${spreadText(spread)}`]
}

/** `from 8.4 to 31, half up to 12.1 (7 machines)`. */
export function spreadText({ least, middle, most, count }: Spread): string {
  const half = `half up to ${figures(middle)}`
  return `from ${figures(least)} to ${figures(most)}, ${half} (${counted(count, 'machine')})`
}

function markLines(tables: readonly StageTable[]): string[] {
  const readings = tables.flatMap(({ rows }) => rows)
  const lines: string[] = []
  if (readings.some(({ clientBound }) => clientBound)) {
    lines.push('*: the load generator was the limit: a rate of its own, and in no spread')
  }
  if (readings.some(({ reading }) => reading.seconds < SHORT_SECONDS)) {
    lines.push('~: a short run (--quick): a look, not a measurement')
  }
  if (readings.some(({ reading }) => 'missing' in reading.reads || 'missing' in reading.cpu)) {
    lines.push('-: this machine cannot count it, or it was not profiled')
  }
  return lines.length === 0 ? [] : ['', ...lines]
}

const STEP_WIDTHS = [30, 9, 9, 9, 11, 10]

function stepLines(steps: readonly StepTable[]): string[] {
  const head = ['', 'least', 'middle', 'most', 'recorded', 'machines']
  const lines = steps.flatMap(({ stage, before, pipeline, rate, cpu, clientBound, reference }) => {
    const load = pipeline === 1 ? '' : `, batches of ${pipeline}`
    const bound = clientBound === 0 ? '' : ` + ${clientBound}*`
    return [
      `${stage} over ${before}${load}`,
      stepRow('  SETs a second, times', rate, reference.rate, bound),
      stepRow('  CPU a SET, times', cpu, reference.cpu, ''),
    ]
  })
  const bound = steps.some(({ clientBound }) => clientBound > 0)
  return [
    paint.bold('From stage to stage'),
    paint.dim(row(head, STEP_WIDTHS)),
    ...lines,
    ...(bound ? ['*: client-bound machines, whose rates are left out'] : []),
    ...wrap('Runs that were not interleaved differ by what else the machine did.', ''),
  ]
}

function stepRow(label: string, spread: Spread | null, recorded: number | null, after: string) {
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? '-' : figures(value)
  return row(
    [
      label,
      text(spread?.least),
      text(spread?.middle),
      text(spread?.most),
      text(recorded),
      `${spread?.count ?? 0}${after}`,
    ],
    STEP_WIDTHS,
  )
}

function alikeLines({ counters, stages }: RoomFigures): string[] {
  const known = counters.filter(({ spread }) => spread !== null && spread.count > 1)
  if (known.length === 0) return []
  const alike = known.filter(({ alike }) => alike)
  const apart = known.filter(({ alike }) => !alike)
  const most = stages.flatMap(({ stage, pipeline, cpu }) =>
    cpu === null || cpu.count < 2 || pipeline !== 1
      ? []
      : [`${stage} ${figures(cpu.most / cpu.least)} times`],
  )
  return [
    '',
    paint.bold('Alike on every machine that counts: calls a SET'),
    ...wrap(alike.map(counterText).join('; ') || 'nothing', '  '),
    ...(apart.length === 0 ? [] : ['Not alike; find out why:']),
    ...apart.map((one) => `  ${one.stage} ${one.of}${inBatches(one)}: ${spreadText(one.spread!)}`),
    ...(most.length === 0
      ? []
      : [paint.bold('Different: CPU a SET, the dearest over the cheapest machine')]),
    ...(most.length === 0 ? [] : wrap(most.join('; '), '  ')),
  ]
}

function counterText(one: Counter): string {
  return `${one.stage} ${figures(one.spread!.middle)} ${one.of}${inBatches(one)}`
}

function inBatches({ pipeline }: Counter): string {
  return pipeline === 1 ? '' : `, batches of ${pipeline}`
}

function guessLines(table: GuessTable, first: boolean): string[] {
  const verdicts = Object.entries(table.verdicts).map(([verdict, count]) => `${count} ${verdict}`)
  return [
    ...(first ? [paint.bold('What was guessed')] : []),
    ...wrap(`${table.stage}: ${table.ask}`, ''),
    ...table.guessed.flatMap((text) => wrap(text, '  ')),
    ...(table.recorded === null ? [] : wrap(`recorded: ${table.recorded}`, '  ')),
    ...(verdicts.length === 0 ? [] : [`  how they fared: ${verdicts.join(', ')}`]),
  ]
}

/** The document that `--json` prints. */
export function roomDocument({ room, figures, guesses, reference }: RoomView) {
  const people = room.people.map(({ label, bundle }) => ({ label, ...withoutKind(bundle) }))
  return { format: 1, kind: 'room', people, ...figures, guesses, reference, notes: room.notes }
}

function withoutKind({ kind: _, format: __, ...rest }: Bundle) {
  return rest
}
