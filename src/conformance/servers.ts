/** What the suite runs against: every stage, and the real Redis, which is right by definition. */

import { isInstalled } from '../run/installed.ts'
import { type RunningServer, startRedis, startStage } from '../run/server.ts'
import { unsupportedReason } from '../run/supported-stages.ts'
import { stages } from '../stages.ts'

/** `npm run test:conformance`: everything to every server in every way. */
export const everyWay = process.env.LAB_EVERY_WAY !== undefined

/** One stage with each store, and what is right by definition. */
const thorough = ['stage4', 'stage5', 'redis-server']

/**
 * Whether a server is asked what the stages answer by the same code, its commands and its store:
 * otherwise one with each store is enough.
 * @param title of a candidate
 */
export function hasAll(title: string): boolean {
  return everyWay || thorough.includes(title)
}

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
