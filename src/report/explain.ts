/** `npm run explain`: what a frame of a flame graph is, as text for a terminal. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { paint } from '../cli/colour.ts'
import { nearest } from '../cli/nearest.ts'
import { type Change, type Explanation, explainFrame, stageIn } from '../course/explain.ts'
import { sharedFile } from '../flame/difference.ts'
import { groupName } from '../flame/groups.ts'
import { knownFrameNames, lookUp } from '../flame/known-frames.ts'
import { ownRole, type Role, roleMeanings, roles } from '../flame/roles.ts'
import { LabError } from '../run/lab-error.ts'
import { stageOfCopy } from '../run/mine.ts'
import { labRoot } from '../run/server.ts'
import { docOf, functionAt, type Piece } from '../source/pieces.ts'
import { functionsIn, readSources } from '../source/sources.ts'
import { rolesOfStages, stages } from '../stages.ts'
import { hanging, wrap } from './format.ts'
import { colourLine } from './stage-diff.ts'

/** Longer pieces of source are cut. */
const MOST_LINES = 40

/**
 * The explanation as text.
 * @param word the name of a frame, with or without its class or its place: `parseBulk`,
 *   `Parser.parseBulk`, `stages/stage2/parser.ts:77`, `takeViews stages/stage3/parser.ts:105`, or one
 *   in a reader's copy: `mine/stage1/parser.ts:77`
 * @throws LabError if nothing of that name is known; it suggests names that are
 */
export function explain(word: string): string {
  const asked = word.trim()
  const own = inCopy(asked)
  if (own !== undefined) return own
  const place = /^(?:(.*)\s)?((?:stages|src)\/\S+\.ts):(\d+)(?::\d+)?$/.exec(asked)
  if (place !== null) {
    const [, name, file, line] = place
    const found = explainFrame({ frame: name ?? '', file, line: Number(line) })
    if (found.functions.length === 0) return linesAround(file!, Number(line))
    return text(found, asked)
  }
  // A place that is not of the lab's own files, or that has moved on, does not belong to the name.
  const name = asked.split(/\s+(?=\S*[/:])/)[0]!
  const found = explainFrame({ frame: name })
  if (found.functions.length === 0) return text(explainFrame({ frame: asked }), asked)
  // A person who asks for `read` has seen libc's in a flame graph; stages have functions called so.
  const foreign = lookUp(name)?.frame.file
  if (foreign === undefined) return text(found, asked)
  const frame = text(explainFrame({ frame: name, file: foreign }), asked)
  return [frame, paint.dim("Of the lab's own functions with this name:"), text(found, asked)].join(
    '\n\n',
  )
}

/** A frame of a reader's copy: its source there, then what the lab knows of the stage's own. */
function inCopy(asked: string): string | undefined {
  const place = /^(?:(.*)\s)?((mine\/[\w-]+)\/(\S+\.ts))(?::(\d+))?(?::\d+)?$/.exec(asked)
  if (place === null) return undefined
  const [, name = '', file, directory, fileName, word] = place as unknown as string[]
  const stage = stageOfCopy(directory!)
  const path = join(labRoot, file!)
  if (stage === undefined || !existsSync(path)) {
    throw new LabError(`there is no file ${file} in a copy of a stage`, {
      next: 'npm run try -- stage1, which makes a copy',
    })
  }
  const source = readFileSync(path, 'utf8')
  const functions = functionsIn(source, file!)
  const short = name.split('.').at(-1)
  const found =
    word === undefined
      ? functions.find((one) => one.name === short)
      : functionAt(functions, file!, Number(word))
  if (found === undefined) {
    if (word === undefined) throw unknown(asked)
    return linesAround(file!, Number(word), source)
  }
  const original = `stages/${stage.id}/${fileName}`
  const inStage = readSources().functions.filter(({ name }) => name === found.name)
  const same = inStage.find((one) => one.file === original)
  const changed = same?.text === found.text ? 'the same as in' : 'changed since'
  const lines = [
    `${paint.bold(found.name)}  ${file}:${found.line}, ${same === undefined ? `new in your copy of ${stage.id}` : `${changed} ${stage.id}`}`,
    ...sourceLines(found),
  ]
  if (same === undefined) return lines.join('\n')
  const known = explainFrame({
    frame: found.name,
    file: original,
    line: same.line,
    stage: stage.id,
  })
  return [lines.join('\n'), text(known, asked)].join('\n\n')
}

function text(explained: Explanation, asked: string): string {
  const { name, functions, means, where, role } = explained
  if (functions.length > 0) {
    const files = Map.groupBy(functions, ({ file }) => sharedFile(file)!)
    const blocks = [...files].map(([file, list]) => functionText(file, list, explained))
    return [...blocks, mentionText(explained)].join('\n\n')
  }
  if (means === undefined) {
    const asRole = roles.find((one) => groupName(one).toLowerCase() === asked.toLowerCase())
    if (asRole === undefined) throw unknown(asked)
    return roleAlone(asRole)
  }
  return [
    `${paint.bold(name)}  ${where}; not the stage's own`,
    ...wrap(means, '  '),
    '',
    roleText(role),
    mentionText(explained),
  ].join('\n')
}

/** A role that no frame is called by, such as `entering JS`. */
function roleAlone(role: Role): string {
  const find =
    role === 'unseen'
      ? 'npm run explain -- not seen by this profiler'
      : `npm run flame -- stage1 --text --replay   marks its frames: [${role}]`
  return [
    `${paint.bold(groupName(role))}  a role, not a frame`,
    ...wrap(roleMeanings[role], '  '),
    '',
    `→ ${find}`,
  ].join('\n')
}

function roleText(role: Role | undefined): string {
  if (role === undefined) {
    const text = "that of its caller; below read(2) it is 'read', below write(2) 'reply'"
    return hanging(`Role: ${text}`).join('\n')
  }
  const name = groupName(role)
  const text = hanging(`Role: ${name}: ${roleMeanings[role]}`).join('\n')
  return text.replace(name, paint.bold(name))
}

/** @throws LabError if there is no such file or line */
function linesAround(file: string, line: number, source = readSources().files.get(file)): string {
  if (source === undefined) {
    throw new LabError(`there is no file ${file} in the stages`, {
      means:
        'files of the stages are stages/stageN/NAME.ts, those that they share src/server/NAME.ts',
      next: 'npm run explain -- parseBulk',
    })
  }
  const all = source.split('\n')
  if (line < 1 || line > all.length) {
    throw new LabError(`${file} has ${all.length} lines, no line ${line}`, {
      next: `npm run explain -- ${file}:1`,
    })
  }
  const from = Math.max(1, line - 3)
  const shown = all.slice(from - 1, line + 3).join('\n')
  return [
    `${paint.bold(`${file}:${line}`)}  not in a function`,
    ...sourceLines({ text: shown, line: from }),
  ].join('\n')
}

/** The same file of all stages is one. */
function functionText(file: string, list: readonly Piece[], explained: Explanation): string {
  const { name } = list[0]!
  const lines = [
    `${paint.bold(name)}  ${file}`,
    roleText(ownRole({ name, kind: 'js', file: list[0]!.file }, rolesOfStages)),
  ]
  const docs = list.map(docOf)
  if (explained.sentence !== undefined && docs.every((doc) => doc.length === 0)) {
    lines.push(...wrap(explained.sentence, ''))
  }
  lines.push('')
  for (const [at, one] of list.entries()) {
    const where = `${one.file}:${one.line}`
    if (list[at - 1]?.text === one.text) {
      lines.push(`${where}  the same`)
      continue
    }
    // Two versions of a function may have the same words: once is enough.
    const doc = docs[at - 1]?.join('\n') === docs[at]!.join('\n') ? [] : docs[at]!
    lines.push(paint.bold(where), ...doc.flatMap((part) => wrap(part, '  ')), ...sourceLines(one))
  }
  if (!file.startsWith('stages/')) {
    const shared = 'shared by all stages, so no diff between two of them touches it'
    return [...lines, paint.dim(shared)].join('\n')
  }
  const changes = explained.changes.filter((one) => file.endsWith(`/${one.file}`))
  return [...lines, ...changeLines(list, changes)].join('\n')
}

function sourceLines({ text, line }: Pick<Piece, 'text' | 'line'>): string[] {
  const all = text.split('\n')
  const numbered = all
    .slice(0, MOST_LINES)
    .map((source, at) => `${paint.dim(String(line + at).padStart(5))} ${source}`.trimEnd())
  const left = all.length - numbered.length
  return left === 0 ? numbered : [...numbered, paint.dim(`      and ${left} lines more`)]
}

/** What each step from one stage to the next did to the function. */
function changeLines(list: readonly Piece[], changes: readonly Change[]): string[] {
  const steps = stages.slice(1).flatMap(({ id: after }, at) => {
    const before = stages[at]!.id
    const has = (id: string) => list.some((one) => stageIn(one.file) === id)
    if (!has(before) && !has(after)) return []
    const title = `${before} → ${after}`
    if (!has(before)) return [`${title}: new in ${after}`]
    if (!has(after)) return [`${title}: gone in ${after}`]
    const own = changes.filter(({ to }) => to === after)
    if (own.length === 0) return [`${title}: not touched`]
    return [
      `${paint.bold(title)}: npm run diff -- ${before} ${after}`,
      ...own.flatMap(({ hunk, lines }) => [
        paint.cyan(`@@ line ${hunk.before} → ${hunk.after} @@`),
        ...lines.map(colourLine),
      ]),
    ]
  })
  return steps.length === 0 ? [] : ['', ...steps]
}

/** Where the chapters speak of it, a line for each chapter. */
function mentionText({ mentions }: Explanation): string {
  const first = mentions.filter(
    ({ chapter }, at) => mentions.findIndex((one) => one.chapter === chapter) === at,
  )
  if (first.length === 0) return paint.dim('Chapter: no chapter speaks of it yet')
  return first
    .map(({ chapter, line, piece }) => {
      const title = piece.section === '' ? '' : `, ${piece.section}`
      return `Chapter: ${chapter.file}:${line}${title}`
    })
    .join('\n')
}

function unknown(word: string): LabError {
  const names = readSources().functions.map(({ name }) => name)
  const near = nearest(word, new Set([...names, ...knownFrameNames]))
  return new LabError(`no frame called '${word}' is known`, {
    means:
      near.length === 0 ? 'names are as a flame graph shows them' : `near it: ${near.join(', ')}`,
    next: `npm run explain -- ${near[0] ?? 'parseBulk'}`,
  })
}
