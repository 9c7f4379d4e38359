import { ProtocolError } from './protocol-error.ts'

const SIMPLE_ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }

/** What may stand before a word, and after a closing quote: what C's `isspace` takes for a blank. */
function isBlank(character: string | undefined): boolean {
  return character !== undefined && ' \t\n\v\f\r'.includes(character)
}

/** What ends a word; Redis takes fewer characters here than before a word. */
function endsWord(character: string): boolean {
  return ' \t\n\r'.includes(character)
}

/**
 * Splits an inline command, the way of a person at a telnet prompt, into arguments: words, `"…"`
 * with escapes, `'…'` with only `\'`. All stages share it: no benchmark sends inline commands.
 * @param line the line as latin1 text, without its line end
 * @throws ProtocolError if a quote is not closed, or something follows it at once
 */
export function splitInline(line: string): string[] {
  const words: string[] = []
  let at = 0
  for (;;) {
    while (isBlank(line[at])) at++
    if (at >= line.length) return words
    let word = ''
    while (at < line.length && !endsWord(line[at]!)) {
      const character = line[at]!
      if (character === '"' || character === "'") {
        const end = character === '"' ? doubleQuoted(line, at + 1) : singleQuoted(line, at + 1)
        if (end.after < line.length && !isBlank(line[end.after])) throw unbalanced()
        word += end.text
        at = end.after
        break
      }
      word += character
      at++
    }
    words.push(word)
  }
}

interface Quoted {
  text: string
  /** Index of the first character after the closing quote. */
  after: number
}

function doubleQuoted(line: string, start: number): Quoted {
  let text = ''
  for (let at = start; at < line.length; at++) {
    const character = line[at]!
    if (character === '"') return { text, after: at + 1 }
    if (character !== '\\' || at + 1 >= line.length) {
      text += character
      continue
    }
    const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(at + 1, at + 4))
    if (hex) {
      text += String.fromCharCode(Number.parseInt(hex[1]!, 16))
      at += 3
    } else {
      const escaped = line[at + 1]!
      text += SIMPLE_ESCAPES[escaped] ?? escaped
      at += 1
    }
  }
  throw unbalanced()
}

function singleQuoted(line: string, start: number): Quoted {
  let text = ''
  for (let at = start; at < line.length; at++) {
    if (line[at] === '\\' && line[at + 1] === "'") {
      text += "'"
      at++
    } else if (line[at] === "'") {
      return { text, after: at + 1 }
    } else {
      text += line[at]
    }
  }
  throw unbalanced()
}

function unbalanced(): ProtocolError {
  return new ProtocolError('unbalanced quotes in request')
}
