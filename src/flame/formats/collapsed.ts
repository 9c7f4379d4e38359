/**
 * Collapsed stacks, the text that FlameGraph's scripts exchange: a stack per line, outermost function
 * first, separated by `;`, then a blank and how often it was seen.
 *
 *     main;handle;render 12
 *
 * An ending says what a frame is: `_[k]` kernel, `_[j]` compiled while it ran, `_[i]` copied into its
 * caller.
 */
import { kernelFrame, scriptFrame } from '../frames.ts'
import { type Frame, type FrameTree, walk } from '../tree.ts'
import { fromForeign, splitLocation, toForeign, v8Frame } from './foreign-frames.ts'
import { type ImportContext, importedPath, startImport } from './stack-import.ts'

/** A line in its two parts; undefined if it is none of a collapsed file. */
export function splitLine(line: string): { stack: string; count: number } | undefined {
  const text = line.trimEnd()
  const at = Math.max(text.lastIndexOf(' '), text.lastIndexOf('\t'))
  const stack = text.slice(0, Math.max(0, at)).trimEnd()
  const count = text.slice(at + 1)
  if (stack === '' || !/^\d{1,18}(?:\.\d*)?$/.test(count)) return undefined
  return { stack, count: Number(count) }
}

/** Whether these lines are collapsed stacks: at least half of those that are no comment. */
export function looksCollapsed(lines: readonly string[]): boolean {
  const entries = lines.filter((line) => line.trim() !== '' && !isComment(line))
  const stacks = entries.filter((line) => splitLine(line) !== undefined)
  return stacks.length > 0 && stacks.length * 2 >= entries.length
}

function isComment(line: string): boolean {
  return /^\s*(?:#|\/\/)/.test(line)
}

/** @throws LabError at a limit, and if there is no stack in it */
export async function readCollapsed(
  lines: AsyncIterable<string>,
  context: ImportContext,
): Promise<FrameTree> {
  const stacks = startImport(context)
  const known = new Map<string, Frame>()
  const place = importedPath(context)
  const frameOf = (label: string) => {
    const frame = known.get(label) ?? labelFrame(label, place)
    if (known.size < 100_000) known.set(label, frame)
    return frame
  }
  let skipped = 0
  for await (const line of lines) {
    if (line.trim() === '' || isComment(line)) continue
    const parts = splitLine(line)
    if (parts === undefined) skipped++
    else stacks.add(parts.stack.split(';').map(frameOf), parts.count)
  }
  return stacks.finish({
    source: 'collapsed',
    format: 'collapsed stacks',
    method: 'stacks of another tool, which do not say how they were recorded',
    of: 'samples',
    blind: [
      'what its recorder left out: collapsed stacks do not say; nor the duration of a sample; the kind of a frame is guessed from its name',
      ...(skipped === 0
        ? []
        : [skipped === 1 ? '1 line that is no stack' : `${skipped} lines that are no stacks`]),
    ],
  })
}

function labelFrame(label: string, place: (path: string) => string): Frame {
  const mark = /_\[([kjwi])\]$/.exec(label)?.[1]
  const text = mark === undefined ? label.trim() : label.slice(0, -4).trim()
  const v8 = v8Frame(text, place)
  if (v8 !== undefined) return v8
  const part = /^(.*) (\[[^\]]+\])$/.exec(text)
  if (part !== null)
    return fromForeign({ name: part[1]!, file: part[2]! }, { place, nameless: 'program' })
  if (mark === 'k') return kernelFrame(text)
  const located = splitLocation(text)
  if (located !== undefined) {
    const file = located.file.replaceAll('%20', ' ').replaceAll('%3B', ';')
    const { name, line } = located
    if (mark === 'j') return scriptFrame(name, file, line, place)
    return fromForeign({ name, file, line }, { place, nameless: 'program' })
  }
  if (mark === 'j') return { name: text, kind: 'js' }
  return fromForeign({ name: text }, { place, nameless: 'program' })
}

/** The tree as collapsed stacks, in the tree's unit. */
export function writeCollapsed(tree: FrameTree): string {
  const lines: string[] = []
  walk(tree.root, (node, path) => {
    if (!(node.self > 0)) return
    const labels = path.slice(1).map(labelOf)
    // Time of the root itself, which has no name of its own in this format.
    if (labels.length === 0) labels.push('all')
    lines.push(`${labels.join(';')} ${Number(node.self.toFixed(3))}`)
  })
  return `${lines.join('\n')}\n`
}

function labelOf(frame: Parameters<typeof toForeign>[0]): string {
  const { name, file, line } = toForeign(frame)
  const plain = name.replace(/;/g, ':').replace(/\s+/g, ' ')
  const mark = frame.kind === 'kernel' ? '_[k]' : frame.kind === 'js' ? '_[j]' : ''
  if (file === undefined) return plain + mark
  if (frame.kind !== 'js') return `${plain} ${file}${mark}`
  const path = file.replaceAll(' ', '%20').replaceAll(';', '%3B')
  return `${plain} ${path}:${line ?? 0}${mark}`
}
