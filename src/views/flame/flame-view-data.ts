/** What a flame graph is drawn from: a profile of time or bytes, or the difference of two. */
import type { Caption } from '../../flame/caption.ts'
import type { Capture } from '../../flame/capture.ts'
import type { Difference } from '../../flame/difference.ts'
import type { FrameTree } from '../../flame/tree.ts'

export type FlameViewData = { caption: Caption; notes: readonly string[] } & (
  | { kind: 'profile'; tree: FrameTree }
  | { kind: 'difference'; difference: Difference }
)

/**
 * The data of the flame graph view.
 * @param notes what a reader has to know of this recording, a sentence each, without a mark in front
 */
export function flameViewData(
  of: FrameTree | Difference,
  caption: Caption,
  notes: readonly string[] = [],
): FlameViewData {
  return 'before' in of
    ? { kind: 'difference', difference: of, caption, notes }
    : { kind: 'profile', tree: of, caption, notes }
}

/** What a reader has to know of how a profile of time was captured: whether the accounting agrees, and why it was not perf. */
export function captureNotes({ check, route }: Pick<Capture, 'check' | 'route'>): string[] {
  const agrees = { true: '✓ ', false: '✗ ', undefined: '' }[`${check.agrees}`]
  return [
    `${agrees}Compared with the operating system's accounting: ${check.text}.`,
    ...(route.source === 'cpu-prof' ? [route.why] : []),
    ...(route.remedy === undefined ? [] : [`→ ${route.remedy}`]),
  ]
}
