/** What the pieces of a chapter share while it is read. */
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { DiffData, StageCard } from '../../api/index.ts'
import type { NamedFrame } from './frame-names.ts'

/** A name in the prose that is pointed at, or was pressed: then its frame is selected. */
export interface PointedName {
  name: string
  select: boolean
}

export interface Reading {
  stage: StageCard
  /** From the stage before; undefined for the first, and until it has loaded. */
  diff: DiffData | undefined
  /** Whether both sides of a diff are beside each other. */
  beside: boolean
  /** The piece and the hunk that the address asks for, by their names. */
  piece: string | null
  hunk: string | null
  /** Whether recorded answers are hidden until the reader has guessed. */
  isVeiled: boolean
  unveil(): void
  /** The frames of the graph on show; empty until there is one. */
  frames: readonly NamedFrame[]
  showsFrames(frames: readonly NamedFrame[]): void
  /** What the prose names at the moment; undefined: nothing. */
  pointed: PointedName | undefined
}

export const ReadingContext = createContext<Reading | undefined>(undefined)

/** @throws Error outside of a chapter */
export function useReading(): Reading {
  const reading = useContext(ReadingContext)
  if (reading === undefined) throw new Error('there is no chapter around this component')
  return reading
}
