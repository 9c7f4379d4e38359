/** What `perf script` prints, recorded by anybody, of any program. */
import { counted } from '../../measure/format.ts'
import { markCollector } from '../frames.ts'
import { type PerfFrame, type PerfSample, readPerfScript } from '../perf-script.ts'
import { type Frame, type FrameTree, noFaults } from '../tree.ts'
import { perfFrame } from './foreign-frames.ts'
import { type ImportContext, importedPath, startImport } from './stack-import.ts'

/** Whether there is at least one sample of perf's in these lines. */
export async function looksLikePerf(lines: readonly string[]): Promise<boolean> {
  for await (const sample of readPerfScript(lines)) {
    if (sample.frames.length > 0) return true
  }
  return false
}

/**
 * Each sample counts one, as FlameGraph has it, under the name of its thread; of several events the
 * first one counts.
 * @throws LabError at a limit, and if there is no sample in it
 */
export async function readPerfText(
  lines: AsyncIterable<string>,
  context: ImportContext,
): Promise<FrameTree> {
  const stacks = startImport(context)
  const place = importedPath(context)
  const known = new Map<string, Frame>()
  const frameOf = (raw: PerfFrame) => {
    const key = `${raw.kernel} ${raw.module} ${raw.symbol}`
    const frame = known.get(key) ?? perfFrame(raw, place)
    if (known.size < 100_000) known.set(key, frame)
    return frame
  }
  const quality = noFaults()
  const seen = {
    event: undefined as string | undefined,
    samples: 0,
    others: 0,
    from: Infinity,
    to: 0,
  }
  for await (const sample of readPerfScript(lines)) {
    seen.event ??= sample.event
    if (sample.event !== seen.event) {
      seen.others++
      continue
    }
    const frames = sample.frames.map(frameOf).reverse()
    const unnamed = frames.filter(({ kind }) => kind === 'unknown').length
    if (unnamed > 0) quality.unnamed++
    if (unnamed === frames.length) quality.lost++
    stacks.add([threadFrame(sample), ...markCollector(frames)], weightOf(sample, context.periods))
    seen.samples++
    if (sample.time > 0) {
      seen.from = Math.min(seen.from, sample.time)
      seen.to = Math.max(seen.to, sample.time)
    }
  }
  const event = seen.event ?? 'an event that the text does not name'
  return stacks.finish({
    source: 'perf',
    format: 'text of perf script',
    method: `perf, ${event}; ${context.periods ? 'each sample counts its period' : 'each sample counts one'}`,
    of: context.periods && isClock(seen.event) ? 'µs' : 'samples',
    samples: seen.samples,
    windowSeconds: Math.max(0, seen.to - seen.from) || 0,
    blind: [
      'waiting: perf sees what runs on a processor',
      'callers that its recorder lost: the lab restores those of its own recordings only',
      ...(seen.others === 0
        ? []
        : [`${counted(seen.others, 'sample')} of other events than ${event}`]),
    ],
    quality,
  })
}

/** Periods of perf's clocks are nanoseconds; those of another event have no duration. */
function isClock(event: string | undefined): boolean {
  return /^(?:cpu|task)-clock/.test(event ?? '')
}

/** What a sample counts: one, or its period, in microseconds if it is time. */
function weightOf({ event, period = 1 }: PerfSample, periods: boolean): number {
  if (!periods) return 1
  return isClock(event) ? period / 1000 : period
}

/** FlameGraph's first frame: the thread, by the name that it has given itself. */
function threadFrame({ name, thread }: PerfSample): Frame {
  return { name: name === '' ? `thread ${thread}` : name, kind: 'native', file: 'process' }
}
