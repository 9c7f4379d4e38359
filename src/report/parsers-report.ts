/** What `npm run bench:parser` prints. */
import { paint } from '../cli/colour.ts'
import type { BenchResult, StreamResult } from '../experiment/parsers/bench.ts'
import { nodeRedis, redisParser } from '../experiment/parsers/targets.ts'
import type { Machine } from '../measure/machine.ts'
import { median, type Ratio, ratioOfRounds } from '../measure/statistics.ts'
import { counted, figures, row, whole, wrap } from './format.ts'

/** A goal, and whether this run reached it. */
export type Verdict = {
  goal: string
  verdict: 'reached' | 'not reached' | 'inconclusive'
} & ({ kind: 'time'; over: string; wanted: number; ratio: Ratio } | { kind: 'count'; most: number })

/** How much faster the zero-copy parser should read the stream of small SETs. */
const goals = [
  { over: redisParser, wanted: 6 },
  { over: nodeRedis, wanted: 12 },
]

/** How often a byte of a value may be copied, in pieces of any size. */
export const mostCopies = 3

/** The parser that is judged: that of the last stage in the run. Undefined without one. */
export function judgedParser({ targets }: BenchResult): string | undefined {
  return targets.findLast(({ kind }) => kind === 'zero-copy stage')?.name
}

/** Reached or not reached if the whole interval says so. The count is exact. */
export function parserVerdicts(result: BenchResult): Verdict[] {
  const judged = judgedParser(result)
  if (judged === undefined) return []
  const sets = result.streams.find(({ name }) => name === 'small SETs')!
  const byTime = goals.map(({ over, wanted }): Verdict => {
    const ratio = ratioOfRounds(timesOf(sets, over), timesOf(sets, judged))
    const goal = `${judged}: small SETs ${wanted} times as fast as ${over}`
    return { kind: 'time', goal, over, wanted, ratio, verdict: judge(ratio, wanted) }
  })
  const most = Math.max(...result.large.map(({ copiedPerByte }) => copiedPerByte))
  const goal = `a byte of a large value is copied ${mostCopies} times at most`
  const verdict = most <= mostCopies ? 'reached' : 'not reached'
  return [...byTime, { kind: 'count', goal, most, verdict }]
}

function judge({ low, high }: Ratio, wanted: number): Verdict['verdict'] {
  if (low === null || high === null || (low < wanted && high >= wanted)) return 'inconclusive'
  return low >= wanted ? 'reached' : 'not reached'
}

/** All tables and the verdicts, for a terminal. */
export function parsersScreen(result: BenchResult, { cores, cpu, os, node }: Machine): string {
  const judged = judgedParser(result)
  const { rounds } = result.plan
  return [
    ...wrap(
      `Parsers in one process, in turn: CPU, medians of ${counted(rounds, 'round')}. Every figure includes a copy of the bytes, in place of read(2).`,
      '',
    ),
    `${cores} x ${cpu}, ${os}, Node ${node}`,
    ...result.notes.flatMap((note) => wrap(note, '')),
    ...result.streams.flatMap((stream) => ['', ...streamTable(result, stream, judged)]),
    ...largeTables(result),
    '',
    ...parserVerdicts(result).flatMap(verdictLines),
  ].join('\n')
}

const columns = [26, 15, 13, 10, 24]

function streamTable(result: BenchResult, stream: StreamResult, judged: string | undefined) {
  const { name, commands, bytes, piece } = stream
  const title = `${counted(commands, 'command')} of ${whole(bytes / commands)} bytes, in pieces of ${size(piece)}`
  const head = ['', 'ns/command', 'M commands/s', 'MB/s', judged ? `time over ${judged}'s` : '']
  const rows = result.targets.map((target) => {
    const times = timesOf(stream, target.name)
    const ns = median(times)
    const perSecond = 1000 / ns
    const parsed = target.kind !== 'no parser'
    const ratio = judged && parsed && target.name !== judged
    return row(
      [
        `  ${target.name}`,
        figures(ns),
        parsed ? figures(perSecond) : '',
        parsed ? figures((perSecond * bytes) / commands) : '',
        ratio ? interval(ratioOfRounds(times, timesOf(stream, judged))) : '',
      ],
      columns,
    )
  })
  return [`${paint.bold(name)}: ${title}`, paint.dim(row(head, columns)), ...rows]
}

function largeTables({ targets, large, plan }: BenchResult): string[] {
  const widths = [26, ...plan.pieces.map(() => 11)]
  return targets.flatMap(({ name }) => {
    const own = large.filter(({ target }) => target === name)
    if (own.length === 0) return []
    const head = ['  in pieces of', ...plan.pieces.map(size)]
    const lines = plan.values.map((value) => {
      const cells = own.filter((cell) => cell.value === value)
      return row(
        [
          `  SET of ${size(value)}`,
          ...cells.map(({ nanosecondsPerByte }) => figures(median(nanosecondsPerByte))),
        ],
        widths,
      )
    })
    const most = Math.max(...own.map(({ copiedPerByte }) => copiedPerByte))
    const title = `${paint.bold(name)}: ns per byte of a large value; a byte is copied ${figures(most)} times at most`
    return ['', title, paint.dim(row(head, widths)), ...lines]
  })
}

function verdictLines(verdict: Verdict): string[] {
  const measured = verdict.kind === 'time' ? interval(verdict.ratio) : figures(verdict.most)
  const colour = { reached: paint.green, 'not reached': paint.red, inconclusive: paint.yellow }
  const word = colour[verdict.verdict](verdict.verdict.padEnd(13))
  return [`${word} ${verdict.goal}: ${measured}`]
}

/** `2.05 (2.01-2.10)`. */
function interval({ ratio, low, high }: Ratio): string {
  if (low === null || high === null) return figures(ratio)
  return `${figures(ratio)} (${figures(low)}-${figures(high)})`
}

/** `64 KiB`, `1 byte`. */
function size(bytes: number): string {
  if (bytes >= 2 ** 20) return `${bytes / 2 ** 20} MiB`
  return bytes >= 1024 ? `${bytes / 1024} KiB` : counted(bytes, 'byte')
}

function timesOf(stream: StreamResult, name: string): number[] {
  return stream.timed.find(({ target }) => target === name)!.nanoseconds
}
