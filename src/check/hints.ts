/** How far the reader is with the hints of each task; kept in `.lab/hints.json`. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeWhole } from '../run/disk.ts'
import { labRoot } from '../run/server.ts'

/** How many hints of each stage's task have been shown. */
export type Shown = Record<string, number>

/** What was kept; nothing where it was not, or is no such file any more. */
export function readShown(root = labRoot): Shown {
  try {
    const kept: unknown = JSON.parse(readFileSync(fileIn(root), 'utf8'))
    if (typeof kept !== 'object' || kept === null) return {}
    const counts = Object.entries(kept).filter(([, count]) => Number.isInteger(count))
    return Object.fromEntries(counts) as Shown
  } catch {
    return {}
  }
}

/**
 * Keeps it.
 * @throws LabError where it cannot be written
 */
export function keepShown(shown: Shown, root = labRoot): void {
  try {
    mkdirSync(join(root, '.lab'), { recursive: true })
  } catch {
    // The next line says why.
  }
  writeWhole(fileIn(root), `${JSON.stringify(shown, null, 2)}\n`)
}

function fileIn(root: string): string {
  return join(root, '.lab', 'hints.json')
}
