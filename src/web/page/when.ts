/** Dates in the page: one form for all of them. */

const parts = { day: 'numeric', month: 'short', year: 'numeric' } as const
const clock = { hour: '2-digit', minute: '2-digit' } as const

const toMinutes = new Intl.DateTimeFormat('en-GB', { ...parts, ...clock })
const toSeconds = new Intl.DateTimeFormat('en-GB', { ...parts, ...clock, second: '2-digit' })

/**
 * `28 Nov 2026, 19:58`, on the reader's clock.
 * @param at ISO 8601
 * @param exact with seconds, to distinguish two runs of the same minute
 */
export function whenText(at: string, exact = false): string {
  return (exact ? toSeconds : toMinutes).format(new Date(at))
}
