/**
 * What all readers of foreign files share: the limits, the errors, and one place in which stacks
 * become a tree. Needs no Node: the lab page reads files in the browser.
 */
import { counted } from '../../measure/format.ts'
import { LabError } from '../../run/lab-error.ts'
import { printable } from '../../run/printable.ts'
import { fileNameOf, isAbsolute, shortPath, slashes } from '../frames.ts'
import { byLayers } from '../layers.ts'
import {
  type Frame,
  type FrameNode,
  type FrameTree,
  noFaults,
  type Quality,
  treeGrower,
  type Unit,
  walk,
} from '../tree.ts'

/** How much is read of a file before it is refused. */
export interface Limits {
  /** Bytes of a text or a log, unpacked: it is read line by line. */
  bytes: number
  /** Bytes of JSON or protobuf, unpacked: it is in memory at once. */
  wholeBytes: number
  /** Frames of all stacks together. */
  steps: number
  /** Different frames, each with another caller: the boxes of the graph. */
  frames: number
  /** Frames of one stack; what is above them is counted for the last one. */
  depth: number
}

export const defaultLimits: Limits = {
  bytes: 2 ** 31,
  wholeBytes: 2 ** 28,
  steps: 30_000_000,
  frames: 300_000,
  depth: 1000,
}

/** What a reader of a format knows of a file, beside its content. */
export interface ImportContext {
  /** For captions and errors. */
  name: string
  limits: Limits
  /** Makes a sample of perf count its period instead of one. */
  periods: boolean
  /** The lab's own checkout, which is taken off the paths; undefined in the browser. */
  checkout?: string | undefined
}

const readable =
  ".cpuprofile, .heapprofile, perf script's text, collapsed stacks, V8's --prof log, speedscope, pprof"

/** @returns an error about a file that cannot be drawn */
export function refusal(
  { name }: Pick<ImportContext, 'name'>,
  happened: string,
  hint: { means?: string; next?: string } = {},
): LabError {
  return new LabError(printable(`${name} ${happened}`), {
    next: 'npm run flame -- --help',
    ...hint,
  })
}

/** @returns an error about a file of no known format */
export function unknownFormat(context: Pick<ImportContext, 'name'>): LabError {
  return refusal(context, 'is no profile that the lab can read', { means: `it reads ${readable}` })
}

/** @returns an error about a file that begins like a format and then breaks it */
export function damaged(
  context: Pick<ImportContext, 'name'>,
  format: string,
  why: string,
): LabError {
  return refusal(context, `is a damaged ${format}: ${why}`, {
    means: 'the program that wrote it was killed meanwhile, or the file was changed afterwards',
    next: 'record it again',
  })
}

/** @returns an error about a file that is larger than `limit` of `what` */
export function tooLarge(
  context: Pick<ImportContext, 'name'>,
  limit: number,
  what: string,
): LabError {
  return refusal(
    context,
    `is too large: the lab reads up to ${limit.toLocaleString('en-US')} ${what}`,
    {
      means: 'the recording is long, or of many threads',
      next: 'record for a shorter time, or one process alone',
    },
  )
}

/** What is known of a whole file. */
export interface ImportFacts {
  source: FrameTree['source']
  /** What the file is, for a person: `a CPU profile of V8`. */
  format: string
  method: string
  /** What the weights of the stacks are; microseconds for time. */
  of: Unit['of']
  /** How many samples were taken; none: each unit of weight is one. */
  samples?: number
  windowSeconds?: number
  blind: string[]
  quality?: Quality
}

/** Takes stacks one after the other, and makes a tree of them. */
export interface StackImport {
  /** @throws LabError at a limit, and if the weight is no amount */
  add(frames: readonly Frame[], weight: number): void
  /** @throws LabError if there was nothing to draw */
  finish(facts: ImportFacts): FrameTree
}

export function startImport(context: ImportContext): StackImport {
  const { limits } = context
  const grower = treeGrower()
  let steps = 0
  let cut = 0
  return {
    add(frames, weight) {
      if (!Number.isFinite(weight) || weight < 0) {
        throw refusal(context, `has a stack that counts ${weight}`, {
          means: 'a difference of two profiles, or a damaged file: a profile counts from 0 up',
        })
      }
      if (weight === 0) return
      let stack = frames as Frame[]
      if (frames.length > limits.depth) {
        stack = frames.slice(0, limits.depth)
        cut++
      }
      steps += stack.length + 1
      if (steps > limits.steps) throw tooLarge(context, limits.steps, 'frames in its stacks')
      grower.add({ frames: stack, count: weight })
      if (grower.size() > limits.frames) throw tooLarge(context, limits.frames, 'different frames')
    },
    finish(facts) {
      const root = grower.finish()
      const { source, format, method, of, blind, quality = noFaults() } = facts
      if (!(root.total > 0)) {
        throw refusal(context, 'holds no samples', {
          means: 'the program ran too short a time, or used no processor while it was recorded',
          next: 'record it again, under load',
        })
      }
      if (!Number.isFinite(root.total))
        throw damaged(context, format, 'its sum is beyond all bounds')
      const samples = facts.samples ?? Math.max(1, Math.round(root.total))
      // Time is counted in samples, as in the lab's own recordings.
      const isCounted = of === 'bytes' || (of === 'samples' && facts.samples === undefined)
      const weight = isCounted ? 1 : root.total / Math.max(1, samples)
      if (weight !== 1) scale(root, 1 / weight)
      const worth = of === 'µs' ? weight : 1
      shortenPaths(root)
      return byLayers({
        format: 1,
        source,
        file: { name: context.name, format },
        method,
        unit: { counts: of === 'bytes' ? 'bytes' : 'samples', worth, of },
        windowSeconds: facts.windowSeconds ?? (of === 'µs' ? (root.total * worth) / 1e6 : 0),
        samples,
        blind: [...blind, ...cutSentence(cut, limits.depth)],
        quality,
        root,
      })
    },
  }
}

export function cutSentence(cut: number, depth: number): string[] {
  if (cut === 0) return []
  return [`what is above ${depth.toLocaleString('en-US')} frames, in ${counted(cut, 'stack')}`]
}

function scale(root: FrameNode, by: number): void {
  walk(root, (node) => {
    node.self *= by
    node.total *= by
    for (const tier of Object.keys(node.tiers ?? {})) node.tiers![tier]! *= by
    for (const line of Object.values(node.lines ?? {})) {
      line[0] *= by
      line[1] *= by
    }
  })
}

/**
 * Shortens a path as far as one file can be looked at alone: the lab's own checkout and what leads
 * to `node_modules` go. `shortenPaths` does the rest.
 */
export function importedPath({
  checkout,
}: Pick<ImportContext, 'checkout'>): (path: string) => string {
  return shortPath(checkout === undefined ? [] : [checkout], (path) => path)
}

/** Removes the directory that all files of the program have in common: it may name a user. */
function shortenPaths(root: FrameNode): void {
  const paths = new Set<string>()
  walk(root, ({ file }) => {
    if (file !== undefined && isAbsolute(file)) paths.add(slashes(file))
  })
  const common = commonDirectory([...paths])
  if (common === '/') return
  walk(root, (node) => {
    if (node.file === undefined || !isAbsolute(node.file)) return
    const path = slashes(node.file)
    node.file = path.slice(common.length) || fileNameOf(path)
  })
}

/** `/srv/app/` of `/srv/app/a.ts` and `/srv/app/lib/b.ts`. */
function commonDirectory(paths: readonly string[]): string {
  const [first, ...others] = paths
  if (first === undefined) return ''
  let length = first.lastIndexOf('/') + 1
  for (const path of others) {
    while (length > 0 && path.slice(0, length) !== first.slice(0, length)) {
      length = first.lastIndexOf('/', length - 2) + 1
    }
  }
  return first.slice(0, length)
}
