/** The room as one page with charts: no script, nothing that is loaded, light and dark. */
import { boundFrom } from '../experiment/comparison.ts'
import { escapeMarkup } from '../flame/markup.ts'
import { type Counted, valueOrUndefined } from '../measure/counted.ts'
import { type Bar, barChart } from '../report/charts.ts'
import { style } from '../report/compare-style.ts'
import { counted, figures, percent, whole } from '../report/format.ts'
import { machineLine } from '../report/replay.ts'
import { findStage } from '../stages.ts'
import type { Reading } from './bundle.ts'
import type { Counter, StageTable, StepTable } from './room-figures.ts'
import type { GuessTable } from './room-guesses.ts'
import { loadText, type RoomView, spreadText } from './room-screen.ts'

/** The whole page, as HTML. */
export function roomPage(view: RoomView): string {
  const { room, figures, guesses } = view
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The room</title>
<style>${style}
table.left td, table.left th { text-align: left; white-space: normal }
</style>
</head>
<body>
<header><h1>The room</h1>
<p>${counted(room.people.length, 'machine')}, each with its own runs under the article's load.</p>
${room.notes.map((note) => `<p class="warning">${escapeMarkup(note)}</p>`).join('')}</header>
${stepSection(figures.steps)}
${figures.stages.map(stageSection).join('\n')}
${counterSection(figures.counters)}
${guessSection(guesses)}
${machineSection(view)}
</body>
</html>
`
}

/** Longer names do not fit beside the bars. */
function short(label: string): string {
  return label.length <= 15 ? label : `${label.slice(0, 14)}…`
}

/** The whiskers reach from the least to the most. */
function chart(title: string, bars: readonly Bar[], unit: string): string {
  return barChart(title, bars, unit, 'from')
}

function stepSection(steps: readonly StepTable[]): string {
  if (steps.length === 0) return ''
  const bars = (pick: (step: StepTable) => StepTable['rate']) =>
    steps.flatMap((step): Bar[] => {
      const found = pick(step)
      if (found === null) return []
      const number = findStage(step.stage)!.number
      return [
        {
          label:
            step.pipeline === 1
              ? `${step.stage} / ${number - 1}`
              : `${step.stage} / ${number - 1}, x${step.pipeline}`,
          value: found.middle,
          low: found.least,
          high: found.most,
          colour: `var(--series-${number})`,
          note: counted(found.count, 'machine'),
        },
      ]
    })
  const figure = (caption: string, list: readonly Bar[], unit: string) =>
    list.length === 0
      ? ''
      : `<figure><figcaption>${caption}</figcaption>${chart(caption, list, unit)}</figure>`
  const bound = steps.reduce((sum, { clientBound }) => sum + clientBound, 0)
  return `<section><h2>From stage to stage</h2>
<p class="dim">A stage over the one before it: the middle of the room; the whisker reaches from the least to the most. “x16”: in batches of 16.</p>
<div class="pair">${figure(
    'SETs a second, times',
    bars(({ rate }) => rate),
    'times',
  )}
${figure(
  'CPU a SET, times: below 1 is cheaper',
  bars(({ cpu }) => cpu),
  'times',
)}</div>
${bound === 0 ? '' : `<p class="dim">Left out of the rates, because the load generator was the limit: ${counted(bound, 'pair')} of runs. The figure to read is CPU a SET.</p>`}
${stepTable(steps)}</section>`
}

function stepTable(steps: readonly StepTable[]): string {
  const cell = (value: number | null | undefined) =>
    `<td>${value === null || value === undefined ? '–' : figures(value)}</td>`
  const body = steps.map(({ stage, before, pipeline, rate, cpu, reference }) => {
    const name = `${stage} over ${before}${pipeline === 1 ? '' : `, batches of ${pipeline}`}`
    const cells = [rate?.least, rate?.middle, rate?.most, reference.rate]
    cells.push(cpu?.least, cpu?.middle, cpu?.most, reference.cpu)
    return `<tr><th scope="row">${name}</th>${cells.map(cell).join('')}</tr>`
  })
  const heads = ['least', 'middle', 'most', 'recorded']
  return `<div class="scroll"><table><thead><tr><th></th><th colspan="4">SETs a second</th><th colspan="4">CPU a SET</th></tr>
<tr><th></th>${[...heads, ...heads].map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div>`
}

function stageSection({ stage, pipeline, rows, cpu, reference }: StageTable): string {
  const { title, number } = findStage(stage)!
  const all = [
    ...rows.map(({ label, reading, clientBound }) => ({ label, reading, clientBound })),
    ...(reference === null
      ? []
      : [
          {
            label: 'recorded',
            reading: reference,
            clientBound: (reference.clientBusy ?? 0) >= boundFrom,
          },
        ]),
  ]
  const colour = (label: string) =>
    label === 'recorded' ? 'var(--redis)' : `var(--series-${number})`
  const bars = (pick: (reading: Reading) => number | undefined, marks: boolean) =>
    all.flatMap(({ label, reading, clientBound }): Bar[] => {
      const value = pick(reading)
      if (value === undefined) return []
      const note = marks && clientBound ? { note: 'client-bound' } : {}
      return [{ label: short(label), value, low: null, high: null, colour: colour(label), ...note }]
    })
  const cpuBars = bars(({ cpu }) => valueOrUndefined(cpu)?.total, false)
  const rateBars = bars(({ requestsPerSecond }) => requestsPerSecond, true)
  const body = all.map(({ label, reading }) => {
    return `<tr><th scope="row">${escapeMarkup(label)}</th>${cells(reading)
      .map((text) => `<td>${text}</td>`)
      .join('')}</tr>`
  })
  const heads = [
    'SETs/s',
    'p50 ms',
    'p99 ms',
    'CPU µs',
    'in the kernel',
    'reads',
    'writes',
    'client busy',
    'profiled by',
  ]
  return `<section><h2>${stage}, ${escapeMarkup(title)}: SET, ${loadText(pipeline)}</h2>
<div class="pair"><figure><figcaption>CPU of the server, µs a SET <span class="dim">less is better</span></figcaption>${cpuBars.length === 0 ? '<p>no machine counts it</p>' : chart(`CPU a SET, ${stage}`, cpuBars, 'µs')}</figure>
<figure><figcaption>SETs a second <span class="dim">more is better</span></figcaption>${chart(`SETs a second, ${stage}`, rateBars, 'a second')}</figure></div>
${cpu === null || cpu.count < 2 ? '' : `<p>CPU a SET: ${spreadText(cpu)}.</p>`}
<div class="scroll"><table><thead><tr><th></th>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
<tbody>${body.join('\n')}</tbody></table></div></section>`
}

function cells(one: Reading): string[] {
  const cpu = valueOrUndefined(one.cpu)
  const count = (counted: Counted<number>) => ('value' in counted ? figures(counted.value) : '–')
  return [
    whole(one.requestsPerSecond),
    figures(one.latency.p50),
    figures(one.latency.p99),
    cpu === undefined ? '–' : figures(cpu.total),
    cpu === undefined ? '–' : percent(cpu.system / cpu.total),
    count(one.reads),
    count(one.writes),
    one.clientBusy === null ? '–' : percent(one.clientBusy),
    escapeMarkup(one.profile?.source ?? '–'),
  ]
}

function counterSection(counters: readonly Counter[]): string {
  const known = counters.filter(({ spread }) => spread !== null && spread.count > 1)
  if (known.length === 0) return ''
  const body = known.map(({ stage, pipeline, of, spread, missing, alike }) => {
    const { least, most, count } = spread!
    const verdict = alike
      ? '<span class="faster">alike</span>'
      : '<span class="slower">not alike</span>'
    return `<tr><th scope="row">${stage}, ${of} a SET, ${loadText(pipeline)}</th><td>${figures(least)} to ${figures(most)}</td><td>${verdict}</td><td>${count}</td><td>${missing}</td></tr>`
  })
  return `<section><h2>What is alike everywhere</h2>
<p class="dim">Counted by each machine's kernel. Times differ from machine to machine; these ought not to.</p>
<div class="scroll"><table><thead><tr><th></th><th>calls</th><th></th><th>machines</th><th>cannot count</th></tr></thead><tbody>${body.join('\n')}</tbody></table></div></section>`
}

function guessSection(tables: readonly GuessTable[]): string {
  if (tables.length === 0) return ''
  const parts = tables.map(({ stage, ask, people, guessed, recorded, verdicts }) => {
    const fared = Object.entries(verdicts).map(([verdict, count]) => `${count} ${verdict}`)
    return `<h3>${stage}: ${escapeMarkup(ask)}</h3>
<ul>${guessed.map((text) => `<li>${escapeMarkup(text)}</li>`).join('')}</ul>
<p class="dim">${counted(people, 'answer')}${fared.length === 0 ? '' : `; how they fared: ${escapeMarkup(fared.join(', '))}`}${recorded === null ? '' : `; recorded: ${escapeMarkup(recorded)}`}</p>`
  })
  return `<section><h2>What was guessed</h2>${parts.join('\n')}</section>`
}

function machineSection({ room, reference }: RoomView): string {
  const rows = [
    ...room.people.map(({ label, bundle }) => [label, machineLine(bundle.machine)]),
    ...(reference === null ? [] : [['recorded', machineLine(reference)]]),
  ]
  const body = rows.map(
    ([label, text]) =>
      `<tr><th scope="row">${escapeMarkup(label!)}</th><td>${escapeMarkup(text!)}</td></tr>`,
  )
  return `<section><h2>The machines</h2><div class="scroll"><table class="left"><tbody>${body.join('\n')}</tbody></table></div></section>`
}
