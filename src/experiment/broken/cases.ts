/** The wrong set-ups, in the order in which they are shown. */
import type { BrokenCase } from './broken-case.ts'
import { clientBound } from './client-bound.ts'
import { cold } from './cold.ts'
import { oneOrder } from './one-order.ts'
import { profiled } from './profiled.ts'
import { tooShort } from './too-short.ts'
import { unchecked } from './unchecked.ts'

export const brokenCases: readonly BrokenCase[] = [
  tooShort,
  cold,
  clientBound,
  oneOrder,
  profiled,
  unchecked,
]
