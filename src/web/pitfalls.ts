/** Wrong benchmarks in the page: what each does, and what its last run said. */
import { type BrokenResult, evidenceText } from '../pitfalls/broken-screen.ts'
import { livePitfalls } from '../pitfalls/pitfalls.ts'
import type { PitfallCard, PitfallResult } from './api/index.ts'

/** As much of what `npm run broken -- --json` prints as is read here. */
export interface BrokenDocument {
  at: string
  results: readonly BrokenResult[]
}

export interface Pitfalls {
  data(): PitfallCard[]
  keep(document: BrokenDocument): void
}

export function createPitfalls(): Pitfalls {
  const found = new Map<string, PitfallResult>()
  return {
    data: () =>
      livePitfalls.map(({ name, live: { title, wrong, right } }) => ({
        ...{ name, title, wrong, right },
        result: found.get(name) ?? null,
      })),
    keep({ at, results }) {
      for (const { name, evidence } of results) found.set(name, { at, ...evidenceText(evidence) })
    },
  }
}
