/**
 * A figure, or why there is none. A counter that a machine does not have is missing, with the
 * reason; it is never zero.
 */
export type Counted<T> = { value: T } | { missing: string }

/** The value, or undefined if it is missing. */
export function valueOrUndefined<T>(counted: Counted<T>): T | undefined {
  return 'value' in counted ? counted.value : undefined
}

/** Combines two readings; missing if either is, with the first reason there is. */
export function combine<A, B>(a: Counted<A>, b: Counted<A>, how: (a: A, b: A) => B): Counted<B> {
  if ('missing' in a) return a
  if ('missing' in b) return b
  return { value: how(a.value, b.value) }
}
