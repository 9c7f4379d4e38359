/** What a comparison is drawn from. */
import { type ArticleResult, articleResults } from '../../article/figures.ts'
import {
  type ComparisonPlan,
  type ShownComparison,
  shownComparison,
} from '../../experiment/comparison.ts'
import { machineLine, timeText } from '../../measure/format.ts'

export interface CompareViewData {
  comparison: ShownComparison
  article: readonly ArticleResult[]
  /** When and where it was measured, in a sentence. */
  origin: string
}

/** @param recorded whether it is a recording, of another machine than the reader's */
export function compareViewData(comparison: ShownComparison, recorded: boolean): CompareViewData {
  const { at, machine } = comparison
  const commit = `commit ${machine.commit.slice(0, 7)}${machine.dirty === true ? ', changed' : ''}`
  const where = `${machineLine(machine)}, ${commit}`
  const origin = recorded
    ? `Recorded on ${timeText(at)}: ${where}. Nothing was run on the machine that wrote this page.`
    : `Measured on ${timeText(at)}: ${where}.`
  return { comparison: shownComparison(comparison), article: articleResults, origin }
}

/** The heading of a comparison. */
export function compareTitle({ ablation, sweep }: ComparisonPlan): string {
  if (ablation !== undefined) return `What makes ${ablation.stage} fast?`
  return sweep === null ? 'How fast is each stage?' : `What changes with ${sweep.over}?`
}
