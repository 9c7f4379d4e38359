/** The options of each npm script, as its `--help` says: so the pages cannot name one that is gone. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
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
 * Asks commands of the lab, two at a time; each takes a fraction of a second.
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
  const waiting = [...new Set(asked ?? Object.keys(scripts))].filter((name) =>
    Object.hasOwn(scripts, name),
  )
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const text = await helpOf(scripts[next]!)
      texts.set(next, text)
      options.set(next, optionsIn(text))
    }
  }
  await Promise.all([work(), work()])
  return { names: Object.keys(scripts), options: (name) => options.get(name), texts }
}

/** The scripts load the same modules, so compiled code is worth keeping: a third of the time. */
const cache = join(labRoot, 'node_modules/.cache/lab')

/** What a script of the lab prints for `--help`; nothing for another program. */
function helpOf(command: string): Promise<string> {
  const [program, ...args] = command.replace(/^exec /, '').split(' ')
  const script = args.at(-1) ?? ''
  if (program !== 'node' || !existsSync(join(labRoot, script))) return Promise.resolve('')
  return new Promise((resolve) => {
    // tsx is for a Node that does not strip types; the one that runs this does.
    const env = { ...process.env, NODE_COMPILE_CACHE: cache }
    execFile(process.execPath, [script, '--help'], { cwd: labRoot, env }, (_error, stdout) =>
      resolve(stdout),
    )
  })
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
