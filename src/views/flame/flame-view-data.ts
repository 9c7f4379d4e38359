/** What a flame graph is drawn from: a profile of time or bytes, or the difference of two. */
import type { Caption } from '../../flame/caption.ts'
import type { Capture } from '../../flame/capture.ts'
import type { Difference } from '../../flame/difference.ts'
import type { FrameTree } from '../../flame/tree.ts'

export type FlameViewData = {
  caption: Caption
  /** Warnings, a sentence each. */
  notes: readonly string[]
  /** What else is known of the recording, a sentence each. */
  facts: readonly string[]
} & ({ kind: 'profile'; tree: FrameTree } | { kind: 'difference'; difference: Difference })

/**
 * The data of the flame graph view.
 * @param notes what a reader must know before reading the graph: shown above it, a sentence each
 * @param facts what else is known of the recording: shown below it
 */
export function flameViewData(
  of: FrameTree | Difference,
  caption: Caption,
  notes: readonly string[] = [],
  facts: readonly string[] = [],
): FlameViewData {
  return 'before' in of
    ? { kind: 'difference', difference: of, caption, notes, facts }
    : { kind: 'profile', tree: of, caption, notes, facts }
}

/** Warnings about how a profile of time was captured: it disagrees with the accounting, or it was not perf. */
export function captureNotes({ check, route }: Pick<Capture, 'check' | 'route'>): string[] {
  return [
    ...(check.agrees === false
      ? [`Samples and the operating system's accounting differ: ${check.text}.`]
      : []),
    ...(route.source === 'cpu-prof' ? [route.why] : []),
    ...(route.remedy === undefined ? [] : [`→ ${route.remedy}`]),
  ]
}

/** How a profile of time compares with the operating system's accounting, if they do not disagree. */
export function captureFacts({ check }: Pick<Capture, 'check'>): string[] {
  return check.agrees === false
    ? []
    : [`Compared with the operating system's accounting: ${check.text}.`]
}
