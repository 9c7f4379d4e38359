/** Options that npm took for itself because the `--` before them was forgotten. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ParseArgsConfig } from 'node:util'

type Options = NonNullable<ParseArgsConfig['options']>
type Environment = Readonly<Record<string, string | undefined>>

export interface Swallowed {
  /** The options: `--pipeline`. */
  names: string[]
  /** The words as they should have been typed after the command: `1`, `--pipeline`, `16`. */
  words: string[]
  /** Several values without their options: npm does not pass on which belongs to which. */
  unsure: boolean
}

/**
 * `npm run stage 1 --pipeline 16` gives the script the words `1 16` and npm_config_pipeline=true;
 * `--clients=5` gives npm_config_clients=5, and `--no-race` an empty npm_config_race. The order of
 * the options is lost, and some of npm's own names, as `--save`, are not passed on at all: npm's log
 * has them, if there is one.
 * @param words what the script was given
 * @param help of the options: `--clients N   ...` takes a number
 * @returns undefined if npm took no option of this command
 */
export function swallowedOptions(
  options: Options,
  help: readonly string[],
  words: readonly string[],
  env: Environment,
): Swallowed | undefined {
  const found = Object.entries(env).flatMap(([variable, value]) => {
    const name = Object.keys(options).find((option) => isFrom(option, variable, value))
    return name === undefined ? [] : [{ name, value: value! }]
  })
  if (found.length === 0) return undefined
  const typed = typedWords(options, words, env)
  if (typed !== undefined && found.every(({ name }) => typed.includes(`--${name}`))) {
    const names = typed.filter((word) => word.startsWith('--'))
    return { names, words: typed, unsure: false }
  }
  const dash = words.findIndex((word) => word.startsWith('-'))
  const end = dash < 0 ? words.length : dash
  const separate = found.filter(({ name, value }) => isSeparate(options[name]!.type, value))
  // The words of the command itself come first, as in its usage line.
  const first = Math.max(0, end - separate.length)
  const values = words.slice(first, end)
  const unsure = values.length > 1
  const rebuilt = found.flatMap(({ name, value }) => {
    if (options[name]!.type === 'boolean') return [`--${name}`]
    if (!isSeparate('string', value)) return [`--${name}`, value]
    const number = help.some((line) => line.startsWith(`--${name} N`))
    const fitting = values.findIndex((word) => /^[\d.]+$/.test(word) === number)
    return [`--${name}`, ...values.splice(Math.max(0, fitting), 1)]
  })
  return {
    names: found.map(({ name }) => `--${name}`),
    words: [...words.slice(0, first), ...rebuilt, ...words.slice(end)],
    unsure,
  }
}

/** The line of npm's log that holds its words, as JSON strings with a blank between them. */
const logged = /^\d+ verbose argv (.*)$/m
/** Logs of other commands that may have begun since. */
const LOGS = 5

/**
 * The words after the name of the script as npm read them: from its newest log that fits.
 * @returns undefined if there is none: logs can be switched off
 */
function typedWords(
  options: Options,
  words: readonly string[],
  { npm_config_logs_dir, npm_config_cache, npm_lifecycle_event }: Environment,
): string[] | undefined {
  const directory = npm_config_logs_dir ?? (npm_config_cache && join(npm_config_cache, '_logs'))
  if (directory === undefined || directory === '') return undefined
  try {
    const newest = readdirSync(directory).sort().slice(-LOGS).reverse()
    for (const name of newest) {
      const line = logged.exec(readFileSync(join(directory, name), 'utf8'))?.[1] ?? ''
      const all = [...line.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([text]) => JSON.parse(text))
      const at = all.indexOf(npm_lifecycle_event)
      const own = all.slice(at + 1).filter((word) => word !== '--')
      if (at >= 0 && fits(own, options, words)) return own
    }
  } catch {
    // Without a log, what npm passed on must be enough.
  }
  return undefined
}

/** Whether the words hold all that the script was given, in its order, and no option that it lacks. */
function fits(typed: readonly string[], options: Options, given: readonly string[]): boolean {
  const known = typed.every(
    (word) => !word.startsWith('-') || Object.hasOwn(options, word.slice(2)),
  )
  let at = 0
  for (const word of typed) if (word === given[at]) at++
  return known && at === given.length && typed.length > given.length
}

function isFrom(option: string, variable: string, value: string | undefined): boolean {
  const named = (name: string) => variable === `npm_config_${name.replaceAll('-', '_')}`
  if (option.startsWith('no-') && named(option.slice(3))) return value === ''
  return named(option) && value !== undefined && value !== ''
}

/** Whether the value of an option became a separate word. */
function isSeparate(type: 'string' | 'boolean', value: string): boolean {
  return type === 'string' && value === 'true'
}
