/** Blocks of what was measured: `figures: stage2`, `findings`, `machine`. */
import type { Verdict } from '../article/finding.ts'
import { lessonOf } from '../course/lessons.ts'
import type { Comparison, Row } from '../experiment/comparison.ts'
import { boundMark, boundText, isLoadGeneratorBound } from '../load/bottleneck.ts'
import { type Counter, countersIn, counterTitle, readingText } from '../measure/counters.ts'
import { dateText } from '../measure/format.ts'
import { machineLine, percent, whole } from '../report/format.ts'
import { type Stage, stages } from '../stages.ts'
import { table } from './markdown.ts'
import { type Filler, type Material, onlyStage } from './material.ts'

/** A SET in each of the workloads of the reference that the chapters speak of. */
const loads = [
  { pipeline: 1, keyspace: 1, words: 'one request at a time' },
  { pipeline: 16, keyspace: 1, words: 'in batches of 16' },
  { pipeline: 1, keyspace: 1_000_000, words: 'a million keys, one request at a time' },
  { pipeline: 16, keyspace: 1_000_000, words: 'a million keys, in batches of 16' },
] as const

/** The chapters before the one that is about many keys speak of one. */
const firstWithKeys = stages.findIndex(({ id }) => lessonOf(id).keyspace !== undefined)

/** The stage beside the one before it and Redis, in the rounds of one comparison. */
export const figures: Filler = async (words, _page, material) => {
  const stage = onlyStage(words)
  const comparison = await material.comparison()
  const shown = stages.filter(({ number }) => [stage.number - 1, stage.number].includes(number))
  const names = [...shown.map(({ id }) => id), 'redis']
  const withKeys = firstWithKeys !== -1 && stages.indexOf(stage) >= firstWithKeys
  const chosen = loads.filter(({ keyspace }) => keyspace === 1 || withKeys)
  const rows = chosen.flatMap(({ words, ...load }) => {
    const list = names.map((name) => setRow(comparison, name, load))
    if (list.every((row) => row === undefined)) return []
    return [
      [`**${words}**`, ...list.map(() => '')],
      ...shownCounters(list).map((counter) => [
        counterTitle(counter),
        ...list.map((row) => (row === undefined ? '' : readingText(row.counters, counter.id))),
      ]),
      ['requests per second', ...list.map((row) => (row === undefined ? '' : rateText(row)))],
    ]
  })
  const gettingIn = [...(await shares(shown, material)), '-']
  const bound = rows.some((cells) => cells.some((text) => text.startsWith(boundMark)))
  return [
    table(
      ['per SET', ...names.map((name) => `\`${name}\``)],
      [
        ...rows,
        ['**flame graph, in a separate run**', ...names.map(() => '')],
        ['getting a command in', ...gettingIn],
      ],
    ),
    '',
    `Medians of ${comparison.plan.rounds} interleaved rounds of one comparison, each with freshly started servers; a batch of 16 counts as 16.`,
    ...(bound ? [`${boundText()}.`] : []),
    `${machineLine(comparison.machine)}.`,
  ].join('\n')
}

/** Those of every table, and what the keys cost. */
function shownCounters(rows: readonly (Row | undefined)[]): Counter[] {
  const readings = rows.flatMap((row) => row?.counters ?? [])
  const main = countersIn(readings, true)
  return countersIn(readings).filter(
    (counter) => main.includes(counter) || counter.source === 'keyspace',
  )
}

function rateText({ requestsPerSecond, clientBusy }: Row): string {
  return `${isLoadGeneratorBound(clientBusy) ? `${boundMark} ` : ''}${whole(requestsPerSecond)}`
}

/** The medians of a server per SET; undefined if it did not take part. */
export function setRow(
  comparison: Comparison,
  name: string,
  { pipeline, keyspace = 1 }: { pipeline: number; keyspace?: number },
): Row | undefined {
  const workload = comparison.plan.workloads.findIndex(
    (one) => one.pipeline === pipeline && one.keyspace === keyspace,
  )
  const table = comparison.tables.find((one) => one.workload === workload && one.test === 'set')
  return table?.rows.find(({ target }) => target === name)
}

async function shares(list: readonly Stage[], material: Material): Promise<string[]> {
  const reports = await Promise.all(list.map((stage) => material.report(stage)))
  return reports.map(({ profile }) => {
    const { certain, grouped } = profile.shares
    return certain && grouped[0] !== undefined ? percent(grouped[0].share) : '-'
  })
}

/** A sign and a word, so that a verdict is found by eye and by search. */
const verdicts: Record<Verdict, string> = {
  reproduced: '✓ reproduced',
  'direction only': '~ direction only',
  'beyond the article': '↑ beyond the article',
  inconclusive: '? inconclusive',
  'not reproducible here': '– not reproducible here',
}

/** The ledger of the article's claims, by verdict. */
export const findings: Filler = async (words, _page, material) => {
  if (words.length > 0) throw new Error('it takes no words')
  const all = (await material.findings()).findings
  const groups = (Object.keys(verdicts) as Verdict[]).flatMap((verdict) => {
    const list = all.filter((one) => one.verdict === verdict)
    if (list.length === 0) return []
    const items = list.flatMap(({ claim, measured, why, command }) => {
      const here = [measured === '-' ? '' : `here: ${measured}`, why ?? ''].filter(Boolean)
      return [`- The article: ${claim}<br>`, `  ${here.join('; ')} (\`${command}\`)`]
    })
    return [`**${verdicts[verdict]}: ${list.length}**`, '', ...items, '']
  })
  return [...groups, `Measured on ${await machineAndDay(material)}`].join('\n')
}

/** The machine of the reference in one line. */
export const machine: Filler = async (words, _page, material) => {
  if (words.length > 0) throw new Error('it takes no words')
  return `The figures and pictures of these pages are of ${await machineAndDay(material)}`
}

async function machineAndDay(material: Material): Promise<string> {
  const { machine, at } = await material.comparison()
  return `${machineLine(machine)}, ${dateText(at)}.`
}
