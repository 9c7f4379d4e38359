/** What a flame graph is drawn from: a profile of time or bytes, or the difference of two. */
import { loadNotes, type Note } from '../../experiment/comparison-notes.ts'
import type { Caption } from '../../flame/caption.ts'
import type { Capture } from '../../flame/capture.ts'
import type { Difference } from '../../flame/difference.ts'
import type { FrameTree } from '../../flame/tree.ts'

export type FlameViewData = { caption: Caption; notes: readonly Note[] } & (
  | { kind: 'profile'; tree: FrameTree }
  | { kind: 'difference'; difference: Difference }
)

/**
 * The data of the flame graph view.
 * @param notes about the recording: warnings are above the graph, the rest below it
 */
export function flameViewData(
  of: FrameTree | Difference,
  caption: Caption,
  notes: readonly Note[] = [],
): FlameViewData {
  return 'before' in of
    ? { kind: 'difference', difference: of, caption, notes }
    : { kind: 'profile', tree: of, caption, notes }
}

/** How a profile of time was captured: whether the accounting agrees with it, and why it was not perf. */
export function captureNotes(
  { check, route, machineLoad }: Pick<Capture, 'check' | 'route' | 'machineLoad'>,
  cores: number,
): Note[] {
  const text = `Compared with the operating system's accounting: ${check.text}.`
  return [
    ...loadNotes(machineLoad, cores),
    { text, warns: check.agrees === false },
    ...routeNotes(route),
  ]
}

/** Why it was not the best profiler, with the command that allows it; none if that was asked for. */
export function routeNotes({ source, why, remedy }: Capture['route']): Note[] {
  if (remedy !== undefined) return [{ text: `${why} → ${remedy}`, warns: true }]
  return source === 'cpu-prof' && why !== 'asked for' ? [{ text: why, warns: true }] : []
}
