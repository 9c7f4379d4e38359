/** The references, as one more machine of the room. */
import type { Comparison } from '../experiment/comparison.ts'
import { readComparison, readReferences } from '../report/reference.ts'
import type { StageReport } from '../report/stage-report.ts'
import { readingsOfComparison, readingsOfReport, stepRatios } from './own-results.ts'
import type { Figures } from './room-figures.ts'

export interface Recorded {
  reports: StageReport[]
  comparison: Comparison | null
  /** Null where there is no reference at all. */
  figures: Figures | null
}

/** Never throws: a room is shown without them as well. */
export async function readRecorded(): Promise<Recorded> {
  const reports = await readReferences().catch(() => [])
  const comparison = await readComparison().catch(() => null)
  if (reports.length === 0) return { reports, comparison, figures: null }
  return {
    reports,
    comparison,
    figures: {
      readings: [
        ...reports.flatMap(readingsOfReport),
        ...(comparison === null ? [] : readingsOfComparison(comparison)),
      ],
      ratios: comparison === null ? [] : stepRatios(comparison),
    },
  }
}
