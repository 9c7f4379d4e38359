/** Figures as text: the same rounding in every table, chart and sentence. No Node: the page uses it too. */
import type { Machine } from './machine.ts'
import type { Ratio } from './statistics.ts'

/** `1,234,567`. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}

/** Three figures, or all before the point: `0.119`, `3.04`, `12.1`, `123`. */
export function figures(value: number): string {
  if (value >= 99.95) return whole(value)
  if (value >= 9.995) return value.toFixed(1)
  return value >= 0.9995 ? value.toFixed(2) : value.toFixed(3)
}

/** A share from 0 to 1: `37 %`, `0.4 %`. */
export function percent(share: number): string {
  const value = share * 100
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`
}

/** Text for a browser, which then breaks no line between a figure and its unit: `83 %`, `3.1 µs`. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=(?:%|[mµn]?s|[KMG]i?B)(?!\w))/g, '$1\u00a0')
}

/** A change from 1: `+12 %`, `-7.6 %`, `0 %`. */
export function changeText(ratio: number): string {
  const change = ratio - 1
  const text = percent(Math.abs(change))
  if (/^0(\.0)? /.test(text)) return '0 %'
  return `${change > 0 ? '+' : '-'}${text}`
}

/** `0.90–0.94`; nothing when there is no interval. */
export function intervalText({ low, high }: Pick<Ratio, 'low' | 'high'>): string {
  return low === null || high === null ? '' : `${figures(low)}–${figures(high)}`
}

/** `1 client`, `50 clients`. */
export function counted(count: number, noun: string): string {
  return `${whole(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** `a, b and c`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`
}

const date = new Intl.DateTimeFormat('en-GB', {
  ...{ day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' },
})

/**
 * `28 Nov 2026`, the same on every machine.
 * @param at ISO 8601
 */
export function dateText(at: string): string {
  const then = new Date(at)
  return Number.isNaN(then.getTime()) ? 'a day that is not known' : date.format(then)
}

/** `28 Nov 2026, 19:58 UTC`, for what is read on other machines; a page has the reader's own clock. */
export function timeText(at: string): string {
  return `${dateText(at)}, ${at.slice(11, 16)} UTC`
}

/** `2 x AMD EPYC, 24 GiB, Debian GNU/Linux 12 (bookworm), Linux 6.1.0, Node 26.10.0`. */
export function machineLine({ cores, cpu, memoryBytes, os, kernel, node }: Machine): string {
  const memory = `${whole(memoryBytes / 2 ** 30)} GiB`
  return `${cores} x ${cpu}, ${memory}, ${os}, ${kernel}, Node ${node}`
}
