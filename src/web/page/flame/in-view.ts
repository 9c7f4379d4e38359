/** Scrolls the page where a row of the graph is above the window, or hidden by what is below it. */
import { cellHeight } from './draw.ts'

/**
 * @param box the graph
 * @param below what stays at the lower edge of the window
 * @param top of the row, in pixels of the graph
 */
export function keepInView(box: HTMLElement, below: HTMLElement, top: number): void {
  const y = box.getBoundingClientRect().top + top
  // Where it will stay; as long as the graph is below the window, it is there, too.
  const lowest = innerHeight - below.offsetHeight - 2 * cellHeight
  const highest = 6 * cellHeight
  if (y > lowest) scrollBy(0, y - lowest)
  else if (y < highest) scrollBy(0, y - highest)
}
