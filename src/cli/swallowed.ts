/** Options that npm took for itself because the `--` before them was forgotten. */
import type { ParseArgsConfig } from 'node:util'

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
 * `--clients=5` gives npm_config_clients=5, and `--no-race` an empty npm_config_race.
 * @param words what the script was given
 * @param help of the options: `--clients N   ...` takes a number
 * @returns undefined if npm took no option of this command
 */
export function swallowedOptions(
  options: NonNullable<ParseArgsConfig['options']>,
  help: readonly string[],
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Swallowed | undefined {
  const found = Object.entries(env).flatMap(([variable, value]) => {
    const name = Object.keys(options).find((option) => isFrom(option, variable, value))
    return name === undefined ? [] : [{ name, value: value! }]
  })
  if (found.length === 0) return undefined
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

function isFrom(option: string, variable: string, value: string | undefined): boolean {
  const named = (name: string) => variable === `npm_config_${name.replaceAll('-', '_')}`
  if (option.startsWith('no-') && named(option.slice(3))) return value === ''
  return named(option) && value !== undefined && value !== ''
}

/** Whether the value of an option became a word of its own. */
function isSeparate(type: 'string' | 'boolean', value: string): boolean {
  return type === 'string' && value === 'true'
}
