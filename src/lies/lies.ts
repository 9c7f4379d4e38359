/** The six exhibits, in the order in which they are shown. */
import { clientBound } from './exhibits/client-bound.ts'
import { cold } from './exhibits/cold.ts'
import { oneOrder } from './exhibits/one-order.ts'
import { profiled } from './exhibits/profiled.ts'
import { unchecked } from './exhibits/unchecked.ts'
import { wrongProcess } from './exhibits/wrong-process.ts'
import type { Lie } from './lie.ts'

export const lies: readonly Lie[] = [clientBound, cold, wrongProcess, profiled, oneOrder, unchecked]

/** The exhibit of that number; undefined where there is none. */
export function findLie(word: string): Lie | undefined {
  return lies.find(({ number }) => String(number) === word)
}
