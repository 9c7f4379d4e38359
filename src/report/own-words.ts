/**
 * What a function of the stages does: its own doc comment, or, for the few of them that stand in every
 * flame graph and have none, a sentence of the lab's.
 */
import type { SourceFunction } from './source-index.ts'

const sentences: Record<string, string> = {
  onRead:
    'Node calls it for each read, with the number of bytes that came. It lets the reader take them, runs every command that is there whole, and sees to the replies.',
  received: 'Tells the reader how many bytes the kernel has written into its buffer.',
  readByte: 'Takes the one byte of the buffer into what is held of the line or payload.',
  takeTo:
    'Takes the bytes of the buffer up to a place, behind what is held of them from earlier reads.',
  parseMultibulk:
    'Reads a command in the form that clients send: the number of arguments, then each of them.',
  parseBulk: 'Reads one argument: its header with the length, then so many bytes, then CR LF.',
  parseInline: 'Reads a command that was typed as a line, such as PING by telnet.',
  expectDollar: 'Sees to it that an argument begins with $; what does not is refused.',
  text: 'A short line of a reply, or an argument as a string.',
  bulk: 'A reply with bytes in it: their length, the bytes, CR LF.',
  send: 'Hands the replies that were collected to the socket: write(2).',
  rewind: 'Takes back the reply of a command that was not finished.',
}

/** What is said of a function without a doc comment; undefined where nothing is. */
export function sentenceOn(name: string): string | undefined {
  return Object.hasOwn(sentences, name) ? sentences[name] : undefined
}

/**
 * The doc comment right above a function, its paragraphs, without marks.
 * @param text of the whole file
 */
export function docAbove(text: string, { line }: Pick<SourceFunction, 'line'>): string[] {
  const above = text.split('\n').slice(0, line - 1)
  if (!above.at(-1)?.trim().endsWith('*/')) return []
  const from = above.findLastIndex((one) => one.trim().startsWith('/**'))
  const words = above.slice(from).map((one) =>
    one
      .trim()
      .replace(/^\/\*\*|\*\/$|^\*(?!\/)/g, '')
      .replace(/\*\/$/, '')
      .trim(),
  )
  const paragraphs = ['']
  for (const one of words) {
    // A list and a tag begin a line of their own.
    if (one === '' || /^(?:- |@)/.test(one)) paragraphs.push('')
    paragraphs[paragraphs.length - 1] = `${paragraphs.at(-1)} ${one}`.trim()
  }
  return paragraphs.filter((paragraph) => paragraph !== '')
}
