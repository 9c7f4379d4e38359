/** Which stages can run on this machine. Most run everywhere; the last one wants io_uring. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { type Stage, stages } from '../stages.ts'
import { directoryOf, labRoot } from './server.ts'

/** Why a stage cannot run here, in one line; undefined where it can. The stage is asked, some 50 ms. */
export function whyNotHere(stage: Pick<Stage, 'id' | 'needs'>): string | undefined {
  if (stage.needs === undefined) return undefined
  const args = ['--no-warnings', join(directoryOf(stage.id), 'main.ts'), '--list-optimizations']
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: labRoot, encoding: 'utf8' })
  return status === 0 ? undefined : stderr.trim().split('\n')[0]
}

/** The stages that can run here, and a line for each that cannot. */
export function stagesHere(): { here: readonly Stage[]; notes: readonly string[] } {
  const why = stages.map((stage) => ({ stage, note: whyNotHere(stage) }))
  return {
    here: why.filter(({ note }) => note === undefined).map(({ stage }) => stage),
    notes: why.flatMap(({ note }) => note ?? []),
  }
}
