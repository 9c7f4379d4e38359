/**
 * Where the functions of the stages stand. Found by their first line and by how they are set in,
 * which is enough for files that a formatter keeps; a compiler for it would be slower than the whole
 * command.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'

export interface SourceFunction {
  name: string
  /** Relative to the checkout. */
  file: string
  /** First and last line, from 1; the first is the one that a flame graph names. */
  line: number
  end: number
  /** Its lines. */
  text: string
}

/** All functions of the stages, and of the files that they share. */
export async function readSources(): Promise<{
  /** Text by path, relative to the checkout. */
  files: Map<string, string>
  functions: SourceFunction[]
}> {
  const directories = [...stages.map(({ id }) => `stages/${id}`), 'src/server']
  const files = new Map<string, string>()
  for (const directory of directories) {
    const names = await readdir(join(labRoot, directory), { recursive: true })
    for (const name of names.map((path) => path.replaceAll('\\', '/')).sort()) {
      if (!/\.ts$/.test(name) || /\.(test|d)\.ts$/.test(name)) continue
      if (name.startsWith('course/')) continue
      files.set(`${directory}/${name}`, await readFile(join(labRoot, directory, name), 'utf8'))
    }
  }
  return { files, functions: [...files].flatMap(([file, text]) => functionsIn(text, file)) }
}

const keywords = /^(if|for|while|switch|catch|return|function|with|super|await|throw|do|else)$/

/** The functions, methods and classes of one file, in its order. */
export function functionsIn(text: string, file: string): SourceFunction[] {
  const lines = text.split('\n')
  const found: SourceFunction[] = []
  for (const at of lines.keys()) {
    const name = nameAt(lines, at)
    if (name === undefined) continue
    const end = endOf(lines, at)
    found.push({
      name,
      file,
      line: at + 1,
      end: end + 1,
      text: lines.slice(at, end + 1).join('\n'),
    })
  }
  return found
}

function nameAt(lines: string[], at: number): string | undefined {
  const line = lines[at]!
  const declared =
    /^\s*(?:export )?(?:default )?(?:(?:async )?function\*?|(?:abstract )?class) (\w+)/.exec(line)
  if (declared) return declared[1]
  const arrow = /^\s*(?:export )?const (\w+)[^=]*= (?:async )?(?:\(|\w+ =>)/.exec(line)
  if (arrow && /=>/.test(head(lines, at))) return arrow[1]
  const method =
    /^\s+(?:(?:private|public|protected|static|override|async|get|set) )*\*?(#?\w+)(?:<[^>]*>)?\(/.exec(
      line,
    )
  if (method === null || keywords.test(method[1]!)) return undefined
  const header = head(lines, at)
  return /\)(?:: [^=]*)? \{$/.test(header) ? method[1] : undefined
}

/** A header may be broken over some lines; it ends with the line in which its brackets do. */
function head(lines: string[], at: number): string {
  let text = ''
  for (const line of lines.slice(at, at + 20)) {
    text += ` ${line.trim()}`
    const opened = text.split('(').length
    if (opened > 1 && opened <= text.split(')').length) break
  }
  return text.trim()
}

function endOf(lines: string[], at: number): number {
  const indent = /^\s*/.exec(lines[at]!)![0]
  if (/[;}]$/.test(lines[at]!) && !/\{$/.test(lines[at]!)) return at
  for (let line = at + 1; line < lines.length; line++) {
    const text = lines[line]!
    if (!text.startsWith(indent) || /^\s/.test(text.slice(indent.length)) || text === '') continue
    // `): Buffer {` closes a header that was broken over lines.
    if (/^\)/.test(text.trim()) && /\{$/.test(text)) continue
    return /^[})\]]/.test(text.trim()) ? line : Math.max(at, line - 1)
  }
  return at
}

/** The innermost function around a line of a file. */
export function functionAt(
  functions: readonly SourceFunction[],
  file: string,
  line: number,
): SourceFunction | undefined {
  const around = functions.filter((one) => one.file === file && one.line <= line && line <= one.end)
  return around.sort((a, b) => a.end - a.line - (b.end - b.line))[0]
}
