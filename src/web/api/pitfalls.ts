/** Wrong benchmarks beside right ones. */

/** Of each pitfall: GET /api/pitfalls */
export interface PitfallCard {
  name: string
  title: string
  /** What is done wrong, and what is done instead. */
  wrong: string
  right: string
  /** What the last run of this page said; null before the first. */
  result: PitfallResult | null
}

export interface PitfallResult {
  /** ISO 8601. */
  at: string
  wrong: string
  right: string
  error: string
  /** The noise explains the difference. */
  inconclusive: boolean
  why: string
  details: string[]
}
