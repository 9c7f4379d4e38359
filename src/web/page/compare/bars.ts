/** What the bars of a comparison show; nothing here draws. */
import { valueOrUndefined } from '../../../measure/counted.ts'
import { figures, whole } from '../../../report/format.ts'
import type { Comparison, Row } from '../../api-types.ts'
import { type Judged, rowsOf, type Table } from './tables.ts'

export interface Bar {
  name: string
  value: number
  /** Parts of the value, from the left; for CPU, user mode and the kernel. */
  parts: { name: string; value: number }[]
  /** Ends of the whisker, in units of `value`; null where there is no interval. */
  low: number | null
  high: number | null
  /** Behind the name: `139,444, client-bound`. */
  text: string
  inconclusive: boolean
  /** The load generator was the bottleneck: the figure is the client's. */
  bound: boolean
}

/**
 * The whisker of a bar is the interval of its ratio to the baseline, put on the baseline's median;
 * the baseline itself has none.
 */
export function rateBars(table: Table, comparison: Comparison): Bar[] {
  const base = table.rows.find(({ rateRatio }) => rateRatio === null)?.requestsPerSecond ?? 1
  return rowsOf(table, comparison).map(({ target, requestsPerSecond, rateRatio, clientBound }) => ({
    name: target,
    value: requestsPerSecond,
    parts: [],
    ...whisker(rateRatio, base),
    text: marked(whole(requestsPerSecond), rateRatio, clientBound),
    inconclusive: rateRatio?.verdict === 'inconclusive',
    bound: clientBound,
  }))
}

export function cpuBars(table: Table, comparison: Comparison): Bar[] {
  const base = table.rows.find(({ cpuRatio }) => cpuRatio === null)?.cpu
  const baseTotal = base === undefined ? undefined : valueOrUndefined(base)?.total
  return rowsOf(table, comparison).flatMap(({ target, cpu, cpuRatio }): Bar[] => {
    const value = valueOrUndefined(cpu)
    if (value === undefined || baseTotal === undefined) return []
    const judged = cpuRatio === null ? null : (valueOrUndefined(cpuRatio) ?? null)
    return [
      {
        name: target,
        value: value.total,
        parts: [
          { name: 'user mode', value: value.user },
          { name: 'kernel', value: value.system },
        ],
        ...whisker(judged, baseTotal),
        text: marked(`${figures(value.total)} µs`, judged, false),
        inconclusive: judged?.verdict === 'inconclusive',
        bound: false,
      },
    ]
  })
}

function whisker(judged: Judged | null, base: number): Pick<Bar, 'low' | 'high'> {
  if (judged === null || judged.low === null || judged.high === null) {
    return { low: null, high: null }
  }
  return { low: judged.low * base, high: judged.high * base }
}

function marked(text: string, judged: Judged | null, bound: boolean): string {
  const parts = [text]
  if (judged?.verdict === 'inconclusive') parts.push('inconclusive')
  if (bound) parts.push('client-bound')
  return parts.join(', ')
}

/** What can be counted of a request, without any clock. */
export const counters: readonly {
  id: string
  title: string
  unit: string
  pick(row: Row): ReturnType<typeof heapBytes>
  text(value: number): string
}[] = [
  {
    id: 'reads',
    title: 'read(2)',
    unit: 'calls a request',
    pick: ({ reads }) => reads,
    text: figures,
  },
  {
    ...{ id: 'writes', title: 'write(2)', unit: 'calls a request' },
    ...{ pick: ({ writes }: Row) => writes, text: figures },
  },
  {
    ...{ id: 'heap', title: 'JavaScript heap', unit: 'bytes a request' },
    ...{ pick: heapBytes, text: whole },
  },
]

function heapBytes({ heap }: Row): Row['reads'] {
  return 'value' in heap ? heap.value.allocatedBytes : heap
}

export function counterBars(
  table: Table,
  comparison: Comparison,
  { pick, text }: (typeof counters)[number],
): Bar[] {
  return rowsOf(table, comparison).flatMap((row): Bar[] => {
    const value = valueOrUndefined(pick(row))
    if (value === undefined) return []
    return [
      {
        ...{ name: row.target, value, parts: [], low: null, high: null, text: text(value) },
        ...{ inconclusive: false, bound: false },
      },
    ]
  })
}
