/** The pictures that chapters show, by a name for each; none but these are served. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'

const types: Record<string, string> = { svg: 'image/svg+xml', png: 'image/png' }

export interface Picture {
  /** Absolute. */
  path: string
  type: string
}

/** All pictures there are, by name. */
export function pictures(): Map<string, Picture> {
  const found = new Map<string, Picture>()
  for (const file of [...chartFiles(), ...flameFiles()]) {
    const name = pictureName(file)
    const type = types[file.split('.').at(-1)!]
    if (name !== undefined && type !== undefined) {
      found.set(name, { path: join(labRoot, file), type })
    }
  }
  return found
}

/** The name of a picture, by its path relative to the checkout; undefined for other files. */
export function pictureName(file: string): string | undefined {
  const chart = /^docs\/pictures\/([\w-]+\.(?:svg|png))$/.exec(file)?.[1]
  if (chart !== undefined) return chart
  const stage = /^profiles\/(stage\d+)\/flamegraph\.svg$/.exec(file)?.[1]
  return stage === undefined ? undefined : `${stage}-flamegraph.svg`
}

function chartFiles(): string[] {
  try {
    return readdirSync(join(labRoot, 'docs', 'pictures')).map((name) => `docs/pictures/${name}`)
  } catch {
    return []
  }
}

function flameFiles(): string[] {
  return stages
    .map(({ id }) => `profiles/${id}/flamegraph.svg`)
    .filter((file) => existsSync(join(labRoot, file)))
}
