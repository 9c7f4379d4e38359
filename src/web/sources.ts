/** The sources of the stages, read again only when one of them was written. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readSources } from '../report/source-index.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'

type Sources = Awaited<ReturnType<typeof readSources>>

let kept: { state: string; sources: Promise<Sources> } | undefined

/** All functions of the stages; reading and cutting them takes some tens of ms. */
export function sources(): Promise<Sources> {
  const state = sourcesState()
  if (kept?.state !== state) kept = { state, sources: readSources() }
  return kept.sources
}

/** One click asks for many chapters, and all of them for this; looked at no more often, ms. */
const LOOK_MS = 250

let seen = { at: Number.NEGATIVE_INFINITY, state: '' }

/** Another text whenever a file of a stage was written, or came or went. */
export function sourcesState(): string {
  const now = performance.now()
  if (now - seen.at < LOOK_MS) return seen.state
  const times = stages.flatMap(({ id }) => {
    const directory = join(labRoot, 'stages', id)
    return readdirSync(directory).map((name) => `${name} ${changedAt(join(directory, name))}`)
  })
  seen = { at: now, state: times.join('\n') }
  return seen.state
}

function changedAt(path: string): number {
  try {
    return statSync(path).mtimeMs
  } catch {
    return 0 // it went a moment ago
  }
}
