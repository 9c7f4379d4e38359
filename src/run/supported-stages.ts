/** What the stages say of themselves: which can run on this machine, and what each can go without. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Stage, stages } from '../stages.ts'
import { directoryOf, labRoot } from './server.ts'

/** Why a stage cannot run here, in one line; undefined if it can. The stage is asked, some 50 ms. */
export function unsupportedReason(stage: Pick<Stage, 'id' | 'needs'>): string | undefined {
  if (stage.needs === undefined) return undefined
  const args = ['--no-warnings', join(directoryOf(stage.id), 'main.ts'), '--list-optimizations']
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: labRoot, encoding: 'utf8' })
  return status === 0 ? undefined : stderr.trim().split('\n')[0]
}

/** The stages that can run here, and a line for each that cannot. */
export function stagesHere(): { here: readonly Stage[]; notes: readonly string[] } {
  const why = stages.map((stage) => ({ stage, note: unsupportedReason(stage) }))
  return {
    here: why.filter(({ note }) => note === undefined).map(({ stage }) => stage),
    notes: why.flatMap(({ note }) => note ?? []),
  }
}

export interface Optimization {
  /** As `--without` of a stage takes it. */
  name: string
  /** What the stage does instead if it is left out. */
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
