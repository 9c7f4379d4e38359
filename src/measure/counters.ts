/** What tables, charts and checks ask of the counters, and the figures of a run by their ids. */

import { type Counted, combine } from './counted.ts'
import {
  type AnyEntry,
  type CounterSource,
  type Entry,
  list,
  type Shown,
  type Sources,
} from './counter-list.ts'

export type CounterId = (typeof list)[number]['id']

/** A counter as tables and charts see it. */
export type Counter = Shown & { id: CounterId; source: CounterSource }

export const counters: readonly Counter[] = list

/** Figures by the id of their counter; one whose source was not asked is not there. */
export type Readings = Partial<Record<CounterId, Counted<number>>>

/**
 * The counters of a table: those that one of the rows has a place for.
 * @param main only those that every table shows
 */
export function countersIn(rows: readonly Readings[], main = false): Counter[] {
  return counters
    .filter(({ table }) => table === 'main' || (table === 'full' && !main))
    .filter(({ id }) => rows.some((readings) => id in readings))
}

/** Why there is a `-` in a table, each reason once. */
export function missingReasons(rows: readonly Readings[], shown: readonly Counter[]): string[] {
  const reasons = rows.flatMap((readings) =>
    shown.flatMap(({ id }) => {
      const counted = readings[id]
      return counted !== undefined && 'missing' in counted ? [counted.missing] : []
    }),
  )
  return [...new Set(reasons)]
}

/** @throws Error for an id that is not in the list */
export function counterOf(id: CounterId): Counter {
  return counters.find((counter) => counter.id === id)!
}

/** `CPU in user mode, µs`: the label, with the unit unless that is said by the label. */
export function counterTitle({ label, unit }: Counter): string {
  return unit === 'µs' ? `${label}, ${unit}` : label
}

/** The reading of a counter; missing with the reason when its source was not asked. */
export function reading(readings: Readings, id: CounterId): Counted<number> {
  return readings[id] ?? { missing: `${counterOf(id).label}: not counted in this run` }
}

/** A reading as text: `-` when it is missing. */
export function readingText(readings: Readings, id: CounterId): string {
  const counted = reading(readings, id)
  return 'value' in counted ? counterOf(id).show(counted.value) : '-'
}

/**
 * What a source counted between two readings, per request.
 * @param requests how many were served between them; more than 0
 */
export function countBetween<Source extends CounterSource>(
  source: Source,
  before: Sources[Source],
  after: Sources[Source],
  requests: number,
): Readings {
  const own = (list as readonly AnyEntry[]).filter((entry) => entry.source === source)
  return Object.fromEntries(
    own.map(({ id, per, read }) => {
      const rose = (read as Entry<Source>['read'])(before, after)
      return [id, per === 'state' ? rose : combine(rose, rose, (value) => value / requests)]
    }),
  )
}

/** All counters of a source, missing for one reason. */
export function withoutSource(source: CounterSource, missing: string): Readings {
  const own = counters.filter((counter) => counter.source === source)
  return Object.fromEntries(own.map(({ id }) => [id, { missing }]))
}
