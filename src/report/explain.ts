/**
 * What a frame of a flame graph is: the lines of source behind it in each stage, what the diffs
 * between the stages did to them, its role, the chapter that speaks of it; for a frame that is not
 * ours what it is for.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { structuredPatch } from 'diff'
import { paint } from '../cli/colour.ts'
import { sharedFile } from '../flame/difference.ts'
import { glossaryNames, lookUp, ownRole, roleMeanings } from '../flame/glossary.ts'
import type { Role } from '../flame/roles.ts'
import { LabError } from '../run/lab-error.ts'
import { labRoot } from '../run/server.ts'
import { stages } from '../stages.ts'
import { hanging, wrap } from './format.ts'
import { docAbove, sentenceOn } from './own-words.ts'
import { functionAt, readSources, type SourceFunction } from './source-index.ts'

/** Longer pieces of source are cut. */
const MOST_LINES = 40

/**
 * The explanation as text.
 * @param word the name of a frame, with or without its class or its place: `parseBulk`,
 *   `Parser.parseBulk`, `stages/stage2/parser.ts:77`, `takeViews stages/stage3/parser.ts:105`
 * @throws LabError where nothing of that name is known; it suggests names that are
 */
export async function explain(word: string): Promise<string> {
  const { files, functions } = await readSources()
  const asked = word.trim()
  const place = /(?:^|\s)((?:stages|src)\/\S+\.ts):(\d+)(?::\d+)?$/.exec(asked)
  const found = place
    ? atPlace(files, functions, place[1]!, Number(place[2]))
    : byName(functions, asked)
  if (found.length > 0) {
    const name = found[0]!.name
    const blocks = [...grouped(found)].map(([file, list]) => ourBlock(file, list, files))
    return [...blocks, await chapterText(name, asked)].join('\n\n')
  }
  const known = lookUp(asked)
  if (known === undefined) throw unknown(asked, functions)
  const { frame, means } = known
  const where =
    frame.kind === 'js'
      ? `JavaScript of Node, ${frame.file}`
      : (whoseText[frame.file ?? ''] ?? frame.file)
  return [
    `${paint.bold(frame.name)}  ${where}; not the stage's own`,
    ...wrap(means, '  '),
    '',
    roleText(ownRole(frame)),
    await chapterText(frame.name, asked),
  ].join('\n')
}

const whoseText: Record<string, string> = {
  libuv: 'libuv, C',
  libc: 'the C library',
  node: "Node's C++",
  v8: 'V8, the JavaScript engine',
  kernel: 'the kernel, on behalf of the server',
}

function roleText(role: Role | undefined): string {
  if (role === undefined) {
    const text = "that of whoever calls it; below read(2) it is 'read', below write(2) 'reply'"
    return hanging(`Role: ${text}`).join('\n')
  }
  const text = hanging(`Role: ${role}: ${roleMeanings[role]}`).join('\n')
  return text.replace(role, paint.bold(role))
}

function byName(functions: readonly SourceFunction[], word: string): SourceFunction[] {
  // `Parser.parseBulk`, `get waiting`, `new Parser` and `parseBulk` with a place that has moved on.
  const bare = word.split(/\s+(?=\S*[/:])/)[0]!.replace(/^(?:get|set|new|async) /, '')
  const name = bare.includes('.') ? bare.split('.').at(-1)! : bare
  return functions.filter((one) => one.name === name)
}

function atPlace(
  files: Map<string, string>,
  functions: readonly SourceFunction[],
  file: string,
  line: number,
): SourceFunction[] {
  const text = files.get(file)
  if (text === undefined) {
    throw new LabError(`there is no file ${file} in the stages`, {
      means:
        'files of the stages are stages/stageN/NAME.ts, those that they share src/server/NAME.ts',
      next: 'npm run explain -- parseBulk',
    })
  }
  const count = text.split('\n').length
  if (line < 1 || line > count) {
    throw new LabError(`${file} has ${count} lines, no line ${line}`, {
      next: `npm run explain -- ${file}:1`,
    })
  }
  const around = functionAt(functions, file, line)
  if (around === undefined) {
    const lines = text.split('\n')
    const [from, to] = [Math.max(0, line - 4), Math.min(lines.length, line + 3)]
    const region = lines.slice(from, to).join('\n')
    return [{ name: `line ${line}`, file, line: from + 1, end: to, text: region }]
  }
  // The same function in the other stages belongs to the picture.
  return functions.filter(
    (one) => one.name === around.name && sharedFile(one.file) === sharedFile(file),
  )
}

/** By file, where the same file of all stages is one. */
function grouped(found: SourceFunction[]): Map<string, SourceFunction[]> {
  const groups = new Map<string, SourceFunction[]>()
  for (const one of found) {
    const file = sharedFile(one.file)!
    groups.set(file, [...(groups.get(file) ?? []), one])
  }
  return groups
}

function ourBlock(file: string, list: SourceFunction[], files: Map<string, string>): string {
  const role = ownRole({ name: list[0]!.name, kind: 'js', file: list[0]!.file })
  const lines = [`${paint.bold(list[0]!.name)}  ${file}`, roleText(role)]
  const docs = list.map((one) => docAbove(files.get(one.file) ?? '', one))
  const sentence = docs.some((doc) => doc.length > 0) ? undefined : sentenceOn(list[0]!.name)
  if (sentence !== undefined) lines.push(...wrap(sentence, ''))
  lines.push('')
  let last: SourceFunction | undefined
  for (const [at, one] of list.entries()) {
    const where = `${one.file}:${one.line}`
    if (last !== undefined && last.text === one.text) lines.push(`${where}  the same`)
    else {
      const doc = (same(docs[at - 1], docs[at]!) ? [] : docs[at]!).flatMap((paragraph) =>
        wrap(paragraph, '  '),
      )
      lines.push(paint.bold(where), ...doc, ...sourceLines(one))
    }
    last = one
  }
  if (!file.startsWith('stages/')) {
    return [
      ...lines,
      paint.dim('shared by all stages, so no diff between two of them touches it'),
    ].join('\n')
  }
  return [...lines, ...diffLines(file, list, files)].join('\n')
}

/** Whether two versions of a function are told of in the same words: once is enough. */
function same(one: readonly string[] | undefined, other: readonly string[]): boolean {
  return one?.join('\n') === other.join('\n')
}

function sourceLines({ text, line }: SourceFunction): string[] {
  const all = text.split('\n')
  const shown = all.slice(0, MOST_LINES)
  const numbered = shown.map((source, at) =>
    `${paint.dim(String(line + at).padStart(5))} ${source}`.trimEnd(),
  )
  return all.length === shown.length
    ? numbered
    : [...numbered, paint.dim(`      and ${all.length - shown.length} lines more`)]
}

/** What each step from one stage to the next did to the function. */
function diffLines(file: string, list: SourceFunction[], files: Map<string, string>): string[] {
  const name = file.split('/').at(-1)!
  const of = (id: string) => list.filter((one) => one.file === `stages/${id}/${name}`)
  const steps = stages.slice(1).map((after, at) => ({ before: stages[at]!.id, after: after.id }))
  const texts = steps.flatMap(({ before, after }) => {
    const [old, now] = [of(before), of(after)]
    if (old.length === 0 && now.length === 0) return []
    const title = `${before} → ${after}`
    if (old.length === 0) return [`${title}: new in ${after}`]
    if (now.length === 0) return [`${title}: gone in ${after}`]
    const changed = touching(
      files.get(`stages/${before}/${name}`) ?? '',
      files.get(`stages/${after}/${name}`) ?? '',
      old,
      now,
    )
    if (changed.length === 0) return [`${title}: not touched`]
    return [`${paint.bold(title)}: npm run diff -- ${before} ${after}`, ...changed]
  })
  return texts.length === 0 ? [] : ['', ...texts]
}

/** The lines of the diff of two files that fall on a function in either. */
function touching(
  before: string,
  after: string,
  old: SourceFunction[],
  now: SourceFunction[],
): string[] {
  const on = (list: SourceFunction[], line: number) =>
    list.some((one) => one.line <= line && line <= one.end)
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: 2 })
  return hunks.flatMap((hunk) => {
    let [left, right] = [hunk.oldStart, hunk.newStart]
    const kept: string[] = []
    let changes = 0
    for (const line of hunk.lines) {
      const mark = line[0]
      const inside =
        mark === '-'
          ? on(old, left)
          : mark === '+'
            ? on(now, right)
            : on(old, left) || on(now, right)
      if (inside) {
        kept.push(coloured(line))
        if (mark !== ' ') changes++
      }
      if (mark !== '+') left++
      if (mark !== '-') right++
    }
    if (changes === 0) return []
    return [paint.cyan(`@@ line ${hunk.oldStart} → ${hunk.newStart} @@`), ...kept]
  })
}

function coloured(line: string): string {
  if (line.startsWith('+')) return paint.green(line)
  return line.startsWith('-') ? paint.red(line) : line
}

/**
 * Where the docs speak of a name, a line for each chapter: file, line and heading.
 * @param directory the chapters', where it is another one
 */
export async function chapterText(
  name: string,
  asked: string,
  directory = join(labRoot, 'docs'),
): Promise<string> {
  const names = existsSync(directory)
    ? (await readdir(directory)).filter((file) => file.endsWith('.md')).sort()
    : []
  const bare = `(?<![\\w.])${escapeRegExp(name)}(?!\\w)`
  // `read` and `take` are words of English as well: as names they stand in backticks, or are called.
  const word = new RegExp(/^[a-z]+$/.test(name) ? `\`[^\`]*${bare}[^\`]*\`|${bare}\\(` : bare)
  const found: string[] = []
  for (const file of names) {
    const lines = (await readFile(join(directory, file), 'utf8')).split('\n')
    const at = lines.findIndex(
      (line) => word.test(line) || (asked !== name && line.includes(asked)),
    )
    if (at < 0) continue
    const heading = lines.slice(0, at + 1).findLast((line) => /^#+ /.test(line))
    const title = heading === undefined ? '' : `, ${heading.replace(/^#+ /, '')}`
    found.push(`Chapter: docs/${file}:${at + 1}${title}`)
  }
  return found.length === 0 ? paint.dim('Chapter: no chapter speaks of it yet') : found.join('\n')
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function unknown(word: string, functions: readonly SourceFunction[]): LabError {
  const names = new Set([...functions.map(({ name }) => name), ...glossaryNames])
  const near = nearest(word, names)
  return new LabError(`no frame called '${word}' is known`, {
    means:
      near.length === 0 ? 'names are as a flame graph has them' : `near it: ${near.join(', ')}`,
    next: `npm run explain -- ${near[0] ?? 'parseBulk'}`,
  })
}

/** The names that are fewest strokes away, up to five; none that has nothing in common. */
export function nearest(word: string, names: Iterable<string>): string[] {
  const asked = word.toLowerCase()
  return [...names]
    .map((name) => {
      const other = name.toLowerCase()
      const part = asked.length > 2 && (other.includes(asked) || asked.includes(other))
      const away = distance(asked, other)
      return { name, away: part ? Math.min(2, away) : away }
    })
    .filter(({ name, away }) => away <= Math.max(2, Math.min(name.length, asked.length) * 0.5))
    .sort((a, b) => a.away - b.away || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name)
}

/** Letters to put in, take out or change (Levenshtein's distance). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const changed = row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[other.length]!
}
