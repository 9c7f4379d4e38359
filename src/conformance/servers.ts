/** What the suite runs against: every stage, and the real Redis, which is right by definition. */

import { isInstalled } from '../run/installed.ts'
import { type RunningServer, startRedis, startStage } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { stages } from '../stages.ts'

export interface Candidate {
  /** It is not installed, or cannot run here; the title says so. */
  missing: boolean
  /** Each of its reads returns one byte. */
  readsBytes: boolean
  start(): Promise<RunningServer>
}

/** The name of a test that needs a program, with the reason if it is skipped. */
export function needing(program: string, title: string): string {
  return isInstalled(program) ? title : `${title} (skipped: ${program} is not installed)`
}

/** Title and candidate, as `describe.each` takes them. */
export const candidates: readonly (readonly [title: string, Candidate])[] = [
  ...stages.map((stage): [string, Candidate] => {
    const why = unsupportedReason(stage)
    const title = why === undefined ? stage.id : `${stage.id} (skipped: ${why})`
    const readsBytes = stage.expected.readsPerRequest === null
    return [title, { missing: why !== undefined, readsBytes, start: () => startStage(stage) }]
  }),
  [
    needing('redis-server', 'redis-server'),
    { missing: !isInstalled('redis-server'), readsBytes: false, start: startRedis },
  ],
]
