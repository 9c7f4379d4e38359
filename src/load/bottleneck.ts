/** When the load generator is the bottleneck, and the lab's one wording for it. */

/** From this share of a core on its only working thread has no time left. */
const boundFrom = 0.95

/** @param busy share of a core that the load generator took; null when it cannot be known */
export function isLoadGeneratorBound(busy: number | null | undefined): boolean {
  return (busy ?? 0) >= boundFrom
}

/** Before a throughput that is the load generator's limit: the target may be faster. */
export const boundMark = '≥'

/**
 * What such a throughput means.
 * @param whose the targets or tests; left out in a note below figures with the mark
 */
export function boundText(whose: readonly string[] = []): string {
  const what = whose.length === 0 ? boundMark : whose.join(', ')
  return `${what}: the load generator was the bottleneck; compare CPU per request`
}
