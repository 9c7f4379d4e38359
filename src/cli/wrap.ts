/** Text in lines for a terminal: broken between words, never within a command that is to be copied. */

/** The limit on a wider terminal too: longer lines are hard to read. */
export const widest = 80

/** The width of lines on a terminal; `widest` if the width is unknown or the stream is no terminal. */
export function widthOf({ columns }: { columns?: number }): number {
  return Math.min(widest, columns || widest)
}

/**
 * Text in lines of at most `width` characters, each after `indent`. A word that is longer than a line
 * gets its own line, whole; so does a command of the lab with its options, as far as prose shows its end.
 */
export function wrap(text: string, indent: string, width = widest): string[] {
  return wrapWords(text.replace(labCommand, together), indent, width)
}

/** The same, and a command is broken as any other words are. */
function wrapWords(text: string, indent: string, width: number): string[] {
  const lines: string[] = []
  let line = indent
  for (const word of text.replace(percentage, together).split(' ')) {
    if (line.length + word.length > width && line !== indent) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${word} `
  }
  return [...lines, line.trimEnd()].map((one) => one.replaceAll(joint, ' '))
}

/** `26 %` stays on one line. */
const percentage = /\d %/g

/** `npm run flame -- stage1 stage2`, and not the words of a sentence that follow it. */
const labCommand = /\bnpm (?:run \S+|start)(?: (?:-\S*|\S*[\d/=]\S*))*/g

/** From a program's name to the end of the clause; prose seldom names these programs with a word. */
const command =
  /\b(?:npm (?:run|start|ci|test)\b|npx |node (?=\S*[./-])|git |sudo |redis-(?:cli|server) (?=-))(?:(?![,;:.](?:\s|$)| \(| {2}).)*/g

/** A blank that holds two words together. */
const joint = '\u00a0'

/** Words that `wrapAroundCommands` leaves on one line. */
export function together(words: string): string {
  return words.replaceAll(' ', joint)
}

/** The same, but commands in the text stay in one piece, wider than a line if they must. */
export function wrapAroundCommands(text: string, indent: string, width = widest): string[] {
  return wrapWords(text.replace(command, together), indent, width)
}

/**
 * Lines of a help text. One that is too wide is broken: a paragraph as a whole, what follows a
 * name (`--name N   what it is`) below itself. Lines that fit stay as they were written.
 */
export function wrapHelp(lines: readonly string[], width = widest): string[] {
  return pieces(lines).flatMap((piece) =>
    piece.every((line) => line.length <= width) ? piece : rewrapped(piece, width),
  )
}

/** A longer name gets its own line: the others keep a wide column for their text. */
const LONGEST_NAME = 22

/**
 * Options of a help text, their descriptions in one column and broken below themselves.
 * @param lines `--name N  what it is`; a line that begins with a blank goes on with the one before
 * @throws Error if there are no two blanks after a name
 */
export function wrapOptions(lines: readonly string[], width = widest): string[] {
  const options: { name: string; what: string }[] = []
  for (const line of lines) {
    const [, name, what] = /^(\S.*?) {2,}(\S.*)$/.exec(line) ?? []
    if (name !== undefined) options.push({ name, what: what! })
    else if (line.startsWith(' ')) options.at(-1)!.what += ` ${line.trim()}`
    else throw new Error(`two blanks are to follow the name of the option: ${line}`)
  }
  const lengths = options.map(({ name }) => name.length).filter((length) => length <= LONGEST_NAME)
  const column = 2 + Math.max(0, ...lengths) + 3
  return options.flatMap(({ name, what }) => {
    const [first, ...rest] = wrap(what, ' '.repeat(column), width)
    if (name.length > LONGEST_NAME) return [`  ${name}`, first!, ...rest]
    return [`  ${name}`.padEnd(column) + first!.trimStart(), ...rest]
  })
}

/**
 * An example command line, which is to be copied: one that is too wide goes on after a backslash,
 * with its note (after three blanks) in a comment above it.
 */
export function wrapExample(example: string, width = widest): string[] {
  if (example.length + 2 <= width) return [`  ${example}`]
  const [typed, note] = example.split(/ {3,}/)
  // Neither a quoted word nor an option and its value are broken.
  const joined = typed!
    .replace(/"[^"]*"|'[^']*'/g, (words) => words.replaceAll(' ', joint))
    .replace(/(--\w\S*) (?!-)/g, `$1${joint}`)
  const lines = wrapWords(joined, ' '.repeat(6), width - 2)
  const shown = lines.map((line, at) => {
    const text = at === 0 ? `  ${line.trimStart()}` : line
    return at < lines.length - 1 ? `${text} \\` : text
  })
  return note === undefined ? shown : [...wrap(`# ${note}`, '  ', width), ...shown]
}

/** Lines that belong together: a paragraph, or a name with all that is said of it. */
function pieces(lines: readonly string[]): string[][] {
  const found: string[][] = []
  for (const line of lines) {
    const last = found.at(-1)
    const continues =
      last !== undefined &&
      line !== '' &&
      last[0] !== '' &&
      (isEntry(last[0]!) ? indentOf(line) > indentOf(last[0]!) : !isEntry(line))
    if (continues) last.push(line)
    else found.push([line])
  }
  return found
}

/** A name, two blanks or more, and what it is. */
const entry = /^(\s*\S.*?\s{2,})(\S.*)$/

function isEntry(line: string): boolean {
  return entry.test(line)
}

function rewrapped(piece: readonly string[], width: number): string[] {
  const [first, ...rest] = piece as [string, ...string[]]
  const [, name, what] = entry.exec(first) ?? [undefined, ' '.repeat(indentOf(first)), first.trim()]
  const text = [what!, ...rest.map((line) => line.trim())].join(' ')
  const [start, ...more] = wrap(text, ' '.repeat(name!.length), width)
  return [name + start!.trimStart(), ...more]
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** A colour, or a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
const sign = /\x1b\[[0-9;]*m|[\s\S]/gu

/** A word that is longer is broken in the middle. */
const LONGEST_WORD = 32
/** What follows a break is indented further than the line by this much, but never more than half. */
const DEEPER = 2

/**
 * A line with colours in it, which take no room, in parts of at most `columns` characters: broken
 * before a word if that is possible, the following parts indented, as for a line of code.
 * @returns at least one; the line itself if it fits
 */
export function fold(line: string, columns: number): string[] {
  const parts: string[] = []
  let indent: string | undefined
  let part = ''
  let width = 0
  /** What came before the last space, and how wide what follows it is. */
  let space = { end: 0, after: 0 }
  for (const [text] of line.matchAll(sign)) {
    if (text.startsWith('\x1b')) {
      part += text
      continue
    }
    if (width === columns) {
      indent ??= ' '.repeat(Math.min(columns >> 1, setIn(parts[0] ?? part) + DEEPER))
      const atWord = text !== ' ' && space.end > 0 && space.after <= LONGEST_WORD
      const rest = atWord ? part.slice(space.end) : ''
      parts.push((atWord ? part.slice(0, space.end) : part).trimEnd())
      part = indent + rest
      width = indent.length + (atWord ? space.after : 0)
      space = { end: 0, after: 0 }
      if (text === ' ') continue
    }
    part += text
    width++
    if (text === ' ' && part.trim() !== '') space = { end: part.length, after: 0 }
    else space.after++
  }
  return [...parts, part]
}

/** How far the text of a line is indented, after a sign or a number in front of it. */
function setIn(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they are
  const plain = line.replace(/\x1b\[[0-9;]*m/g, '')
  return /^\s*(?:\d+(?= )|[+|-](?= ))?\s*/.exec(plain)![0].length
}
