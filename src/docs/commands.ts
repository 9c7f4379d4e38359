/** Whether the lab's commands in the pages can be typed as they are written there. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from '../cli/nearest.ts'
import { type Problem, pageLines } from '../course/blocks.ts'
import { labRoot } from '../run/server.ts'
import { findStage, stages } from '../stages.ts'
import type { CommandHelp } from './command-help.ts'

const shells = new Set(['sh', 'bash', 'shell', 'console'])

/** Commands whose numbers are not those of stages. */
const otherNumbers = new Set(['lie', 'vary'])

interface Typed {
  line: number
  command: string
}

/** The commands of a page: those of `sh` fences, and `npm …` between backticks. */
export function commandsIn(text: string, file: string): Typed[] {
  const found: Typed[] = []
  let begun = ''
  for (const { line, text: whole, fence } of pageLines(text, file)) {
    if (fence === undefined) {
      for (const [, , code] of whole.matchAll(/(`+)([^`]+)\1/g)) {
        if (/^(\w+=\S* )*npm (run \S|start|test|ci)/.test(code!.trim()))
          found.push({ line, command: code!.trim() })
      }
    } else if (shells.has(fence)) {
      const words = begun + whole.replace(/^\$ /, '').replace(/(^|\s+)#.*$/, '')
      begun = words.endsWith('\\') ? words.slice(0, -1) : ''
      if (begun !== '') continue
      for (const command of words.split(/&&|\|\||[|;&]/)) {
        if (command.trim() !== '') found.push({ line, command: command.trim() })
      }
    }
  }
  return found
}

/** The commands of the lab in a page that cannot be typed as they are written. */
export function commandProblems(text: string, file: string, help: CommandHelp): Problem[] {
  return commandsIn(text, file).flatMap(({ line, command }) => {
    const wrong = wrongWith(command, help)
    return wrong === undefined ? [] : [{ file, line, text: `${command}: ${wrong}` }]
  })
}

function wrongWith(command: string, help: CommandHelp): string | undefined {
  const words = command.split(/\s+/)
  while (/^(\w+=.*|do|then|else|if|while|!)$/.test(words[0] ?? '')) words.shift()
  const [program, first, ...rest] = words
  if (program !== 'npm' || first === 'ci') return undefined
  if (first === 'test') return wrongTest(rest)
  const name = first === 'run' ? rest.shift() : first === 'start' ? 'start' : undefined
  if (name === undefined) return 'the lab has npm ci, npm start, npm test and npm run NAME'
  if (/^[A-Z]+$/.test(name)) return undefined
  const known = help.options(name)
  if (known === undefined) {
    const near = nearest(name, help.names)
    return `there is no such script${near.length > 0 ? `; near it: ${near.join(', ')}` : ''}`
  }
  return wrongWords(name, rest, known)
}

function wrongTest(words: readonly string[]): string | undefined {
  const paths = words.filter((word) => !word.startsWith('-'))
  const missing = paths.find((path) => !existsSync(join(labRoot, path)))
  return missing === undefined ? undefined : `there is no ${missing}`
}

/** @param known the options, each with whether it takes a value */
function wrongWords(
  name: string,
  words: readonly string[],
  known: ReadonlyMap<string, boolean>,
): string | undefined {
  const dashes = words.indexOf('--')
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!
    if (word === '--') continue
    const [option, value] = word.split('=') as [string, string?]
    if (option.startsWith('-')) {
      if (dashes === -1 || at < dashes)
        return `npm keeps ${option} for itself without a -- before it`
      const takesValue = known.get(option)
      if (takesValue === undefined) {
        const near = nearest(option, known.keys())
        return `it has no ${option}${near.length > 0 ? `; near it: ${near.join(', ')}` : ''}`
      }
      const given = value ?? (takesValue ? words[++at] : undefined)
      if (takesValue && given === undefined) return `${option} needs a value`
      const wrong = wrongStage(given ?? '', false)
      if (wrong !== undefined) return wrong
      continue
    }
    const wrong = wrongStage(word, !otherNumbers.has(name))
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function wrongStage(word: string, numbersToo: boolean): string | undefined {
  const meant = word.split(',').filter((part) => /^stage\d+$/.test(part))
  if (numbersToo && /^\d+$/.test(word)) meant.push(word)
  const missing = meant.find((part) => findStage(part) === undefined)
  if (missing === undefined) return undefined
  return `there is no ${missing}; there are ${stages.map(({ id }) => id).join(', ')}`
}
