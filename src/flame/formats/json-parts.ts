/** Looks at JSON that another program has written: every value is checked before use. */

export type Json = Record<string, unknown>

/** Whether it is an object, and no list. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An own field of the object: `constructor` and `__proto__` are names of functions here. */
export function own(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A whole number from `least` on; undefined if it is none. */
export function wholeNumber(value: unknown, least = 0): number | undefined {
  return Number.isSafeInteger(value) && (value as number) >= least ? (value as number) : undefined
}

export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
