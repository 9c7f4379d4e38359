/** A frame around the frame that has the focus, drawn over the graph. */
import { useLayoutEffect, useState } from 'preact/hooks'
import type { Cell } from './cells.ts'
import { cellHeight, type Spot } from './draw.ts'

interface Shown<Frame> {
  cell: Cell<Frame> | undefined
  spots: () => Spot<Frame>[]
  /** Another one whenever the graph was drawn anew. */
  drawn: string
}

export function FocusBox<Frame>({ cell, spots, drawn }: Shown<Frame>) {
  const [spot, setSpot] = useState<Spot<Frame>>()
  useLayoutEffect(() => {
    setSpot(cell === undefined ? undefined : spots().find((one) => one.cell === cell))
  }, [cell, drawn])
  if (spot === undefined) return null
  const { left, top } = spot
  // A frame may be narrower than what goes around it.
  const width = Math.max(spot.width, 8)
  return (
    <div
      class="focus-box"
      style={`left: ${left}px; top: ${top}px; width: ${width}px; height: ${cellHeight}px`}
    />
  )
}
