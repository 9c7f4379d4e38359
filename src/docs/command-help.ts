/** The options of each npm script, as its `--help` says: so the pages cannot name one that is gone. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startTypedHost } from '../cli/typed.ts'
import { labRoot } from '../run/server.ts'

export interface CommandHelp {
  /** All scripts of package.json. */
  names: readonly string[]
  /**
   * The options of a script, each with whether it takes a value; undefined if there is no such
   * script, none if it was not asked.
   */
  options(name: string): ReadonlyMap<string, boolean> | undefined
}

export interface ReadHelp extends CommandHelp {
  /** What each script printed that was asked. */
  texts: ReadonlyMap<string, string>
}

/**
 * Asks commands of the lab.
 * @param asked names of scripts; all if it is left out
 */
export async function readCommandHelp(asked?: Iterable<string>): Promise<ReadHelp> {
  const { scripts } = JSON.parse(readFileSync(join(labRoot, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  const options = new Map<string, ReadonlyMap<string, boolean>>(
    Object.keys(scripts).map((name) => [name, new Map()]),
  )
  const texts = new Map<string, string>()
  const host = startTypedHost()
  try {
    for (const name of new Set(asked ?? Object.keys(scripts))) {
      const script = scriptOf(scripts[name] ?? '')
      if (script === undefined) continue
      const { stdout } = await host.run(script, ['--help'])
      texts.set(name, stdout)
      options.set(name, optionsIn(stdout))
    }
  } finally {
    host.stop()
  }
  return { names: Object.keys(scripts), options: (name) => options.get(name), texts }
}

/** The file in `scripts` that a command of package.json runs; undefined if it is another program. */
function scriptOf(command: string): string | undefined {
  const script = /^exec node .*scripts\/([\w-]+)\.ts$/.exec(command)?.[1]
  return script !== undefined && existsSync(join(labRoot, 'scripts', `${script}.ts`))
    ? script
    : undefined
}

/** The options of a help text: lines like `  --clients N    how many`. */
export function optionsIn(help: string): ReadonlyMap<string, boolean> {
  const options = new Map<string, boolean>()
  for (const [, words] of help.matchAll(/^ {2}(--?[a-z].*?)(?: {2,}|$)/gm)) {
    for (const [, option, value] of words!.matchAll(/(--?[a-z][\w-]*)(?:[ =]([^\s,-]\S*))?/g)) {
      options.set(option!, value !== undefined)
    }
  }
  return options
}
