/** A profile in any format that the lab reads, recognised by what is in it, not by its name. */
import { printable } from '../../run/printable.ts'
import { type FrameTree, walk } from '../tree.ts'
import {
  atMost,
  type Bytes,
  encodingOf,
  isGzip,
  linesOf,
  peek,
  unzipped,
  wholeOf,
} from './bytes-in.ts'
import { looksCollapsed, readCollapsed } from './collapsed.ts'
import { isCpuProfile, readCpuProfile } from './cpuprofile.ts'
import { isHeapProfile, readHeapProfile } from './heapprofile.ts'
import { isObject, own } from './json-parts.ts'
import { looksLikePerf, readPerfText } from './perf-text.ts'
import { isPprof, readPprof } from './pprof.ts'
import { isRecording, readRecording } from './recording.ts'
import { isSpeedscope, readSpeedscope } from './speedscope.ts'
import {
  damaged,
  defaultLimits,
  type ImportContext,
  type Limits,
  refusal,
  unknownFormat,
} from './stack-import.ts'
import { readV8ProfLog } from './v8-prof-log.ts'
import { isZeroX, readZeroX } from './zerox.ts'

export interface ReadOptions {
  /** Makes a sample of perf count its period instead of one; default false. */
  periods?: boolean
  limits?: Partial<Limits>
  /** The lab's own checkout, which is taken off the paths of files. */
  checkout?: string
}

/** Enough bytes to recognise a format. */
const headSize = 64 * 1024

/**
 * Reads a profile as it comes, packed with gzip or not. Needs no Node.
 * @param name of the file, for captions and errors
 * @throws LabError if it is none that the lab reads, damaged, empty or beyond a limit
 */
export async function readProfile(
  name: string,
  bytes: Bytes,
  options: ReadOptions = {},
): Promise<FrameTree> {
  const { periods = false, limits, checkout } = options
  const context: ImportContext = {
    name,
    periods,
    checkout,
    limits: { ...defaultLimits, ...limits },
  }
  const { head, all } = await peek(bytes, 2)
  const unpacked = isGzip(head) ? unzipped(all, context) : all
  return withPrintableText(await readUnpacked(unpacked, context))
}

/** Longer names are cut, in UTF-16 units: a table shows them whole. */
const longestName = 400

function shownName(name: string): string {
  const shown = printable(name, longestName)
  return name.length > longestName ? `${shown}…` : shown
}

/** A function may be called anything, and its name goes to the terminal. */
function withPrintableText(tree: FrameTree): FrameTree {
  walk(tree.root, (node) => {
    node.name = shownName(node.name)
    node.role = shownName(node.role)
    if (node.file !== undefined) node.file = shownName(node.file)
  })
  const { file, method, blind } = tree
  return {
    ...tree,
    ...(file === undefined ? {} : { file: { ...file, name: printable(file.name) } }),
    method: printable(method),
    blind: blind.map((text) => printable(text)),
  }
}

async function readUnpacked(bytes: Bytes, context: ImportContext): Promise<FrameTree> {
  const { head, all } = await peek(bytes, headSize)
  if (head.length === 0) throw refusal(context, 'is empty', { next: 'record it again' })
  if (isGzip(head))
    throw refusal(context, 'is packed twice', { next: `gunzip it, and name the result` })
  const { limits } = context
  const encoding = encodingOf(head)
  const text = new TextDecoder(encoding).decode(head)
  const whole = () => wholeOf(atMost(all, limits.wholeBytes, context))
  const lines = () => linesOf(atMost(all, limits.bytes, context), encoding)
  if (text.startsWith('PERFILE2')) {
    throw refusal(context, "is perf's own recording", {
      means: 'only perf on the machine that made it can name its functions',
      next: `perf script -i ${context.name} > perf.txt, then npm run flame -- perf.txt`,
    })
  }
  const begin = text.trimStart()
  if (/^[[{]/.test(begin)) return readJson(parsed(await whole(), encoding, context), context)
  if (/^<(?:!doctype|html|svg|\?xml)/i.test(begin)) {
    throw refusal(context, 'is a page or a picture of a profile, not the profile', {
      next: 'open it in a browser; the lab draws the recording that it was made from',
    })
  }
  const isText = !text.includes('\0')
  if (isText && text.startsWith('v8-version,')) return await readV8ProfLog(lines(), context)
  // The last line may be cut off.
  const first = text.split(/\r?\n/).slice(0, 2000)
  if (first.length > 1 && head.length >= headSize) first.pop()
  if (isText && (await looksLikePerf(first))) return await readPerfText(lines(), context)
  if (isText && looksCollapsed(first)) return await readCollapsed(lines(), context)
  if (isPprof(head)) return readPprof(await whole(), context)
  throw unknownFormat(context)
}

function parsed(bytes: Uint8Array, encoding: string, context: ImportContext): unknown {
  try {
    return JSON.parse(new TextDecoder(encoding).decode(bytes))
  } catch (failure) {
    throw damaged(context, 'JSON file', (failure as Error).message)
  }
}

function readJson(json: unknown, context: ImportContext): FrameTree {
  if (isZeroX(json)) return readZeroX(json, context)
  if (!isObject(json)) throw unknownFormat(context)
  if (isRecording(json)) return readRecording(json, context)
  if (isCpuProfile(json)) return readCpuProfile(json, context)
  if (isHeapProfile(json)) return readHeapProfile(json, context)
  if (isSpeedscope(json)) return readSpeedscope(json, context)
  if (own(json, 'traceEvents') !== undefined) {
    throw refusal(context, 'is a trace of events, not a profile', {
      means: "Chrome's DevTools save one with the button of the Performance panel",
      next: 'node --cpu-prof server.js, or the JavaScript Profiler panel of the DevTools',
    })
  }
  if (isObject(own(json, 'before')) && isObject(own(json, 'root'))) {
    throw refusal(context, 'is the difference of two profiles', {
      next: 'open the flamegraph.html beside it, or draw the two: npm run flame -- BEFORE AFTER',
    })
  }
  throw unknownFormat(context)
}
