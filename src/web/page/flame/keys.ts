/** From frame to frame with the keys: up to what it called, down to its caller, to its neighbours. */
import type { Cell } from './cells.ts'
import type { Spot } from './draw.ts'

/**
 * The frame that a key leads to, among those that are drawn; undefined where there is none, or the
 * key is not for that.
 * @param at the frame that has the focus
 */
export function stepFrom<Frame>(
  key: string,
  at: Cell<Frame>,
  spots: readonly Spot<Frame>[],
): Cell<Frame> | undefined {
  switch (key) {
    case 'ArrowUp': {
      const above = spots.filter(({ cell }) => cell.parent === at)
      return above.toSorted((a, b) => b.width - a.width)[0]?.cell
    }
    case 'ArrowDown':
      return at.parent
    case 'ArrowLeft':
    case 'ArrowRight': {
      const here = spots.find(({ cell }) => cell === at)
      if (here === undefined) return undefined
      const row = spots.filter(({ depth }) => depth === here.depth)
      return row[row.indexOf(here) + (key === 'ArrowRight' ? 1 : -1)]?.cell
    }
    default:
      return undefined
  }
}
