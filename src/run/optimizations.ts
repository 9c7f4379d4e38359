import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { Stage } from '../stages.ts'
import { directoryOf, labRoot } from './server.ts'

export interface Optimization {
  /** As `--without` of a stage takes it. */
  name: string
  /** What the stage does instead where it is left out. */
  without: string
}

/** What a stage can go without; it is asked itself, which takes some 50 ms. Empty for most. */
export function optimizationsOf(stage: Pick<Stage, 'id'>): Optimization[] {
  const args = [join(directoryOf(stage.id), 'main.ts'), '--list-optimizations']
  const lines = execFileSync(process.execPath, args, { cwd: labRoot, encoding: 'utf8' })
  return [...lines.matchAll(/^(\S+): (.*)$/gm)].map(([, name, without]) => ({
    name: name!,
    without: without!,
  }))
}
