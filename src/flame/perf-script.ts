/** The text that `perf script` prints, as samples. */

export interface PerfFrame {
  /** The address, as a number: JavaScript lives below 2^53, and a kernel address is only looked at as text. */
  address: number
  kernel: boolean
  /** perf's name, without the offset; `[unknown]` if it has none. */
  symbol: string
  /** The executable, library or kernel part that the address belongs to. */
  module: string
}

export interface PerfSample {
  thread: number
  /** The name of the thread; empty if it was not asked for. */
  name: string
  /** On perf's clock, in seconds; 0 if it was not asked for. */
  time: number
  /** What was counted up to the sample, e.g. nanoseconds, and of what; if they were asked for. */
  period?: number
  event?: string
  /** Innermost first, as perf prints them. */
  frames: PerfFrame[]
}

/**
 * Parses what `perf script` prints: for each sample a header line with the thread, perhaps the
 * processor, the time, the period and the event, then a line per frame, innermost first, then an
 * empty line. Without call graphs the only frame is in the header line.
 *
 *     node  6613 [001]  1175.997094:    2004008 cpu-clock:
 *               16a4971 Builtins_MapPrototypeSet (/opt/node/bin/node)
 *          7f0cb00773cb [unknown] (/tmp/perf-6613.map)
 *
 * A symbol may hold blanks and brackets (C++ templates), a path may hold blanks.
 */
export async function* readPerfScript(
  lines: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<PerfSample> {
  let sample: PerfSample | undefined
  for await (const line of lines) {
    if (line.trim() === '') {
      if (sample) yield sample
      sample = undefined
      continue
    }
    const frame = sample && parseFrame(line)
    if (frame) sample!.frames.push(frame)
    else {
      const header = parseHeader(line)
      if (header === undefined) continue // a warning among the output
      if (sample) yield sample
      sample = header
    }
  }
  if (sample) yield sample
}

/** What is before the names of an event's fields; a name of a thread has 15 characters at most. */
const headerLength = 200

function parseHeader(line: string): PerfSample | undefined {
  const head = line.slice(0, headerLength)
  const timed = /^\s*(?:(\S.*?)\s+)?(\d+)(?:\/(\d+))?\s+(?:\[\d+\]\s+)?(\d+\.\d+):/.exec(head)
  // Without the time a header is known by the event at its end.
  const match =
    timed ??
    /^(\S.*?)\s+(\d+)(?:\/(\d+))?\s+(?:\[\d+\]\s+)?()(?=(?:\d+\s+)?[a-z][^\s()]*:\s*$)/.exec(head)
  if (match === null) return undefined
  const [whole, name = '', pid, tid, time] = match
  const rest = line.slice(whole.length)
  const event = /^\s*(?:(\d+)\s+)?([A-Za-z]\S*):(?:\s|$)/.exec(rest.slice(0, headerLength))
  const sample: PerfSample = { thread: Number(tid ?? pid), name, time: Number(time), frames: [] }
  if (event?.[1] !== undefined) sample.period = Number(event[1])
  if (event !== null) sample.event = event[2]!
  const only = parseFrame(` ${rest.slice(event?.[0].length ?? 0)}`)
  if (only !== undefined) sample.frames.push(only)
  return sample
}

function parseFrame(line: string): PerfFrame | undefined {
  const match = /^\s+([0-9a-f]+) (.*)\)\s*$/.exec(line)
  if (match === null) return undefined
  const rest = match[2]!
  // The path is in the last pair of brackets; it begins with a slash, or is in square brackets.
  const at = Math.max(rest.lastIndexOf(' (/'), rest.lastIndexOf(' (['))
  const cut = at >= 0 ? at : rest.lastIndexOf(' (')
  if (cut < 0) return undefined
  const module = rest.slice(cut + 2)
  return {
    address: Number.parseInt(match[1]!, 16),
    // Both of x86-64 and arm64 keep the kernel in the upper half; a module's name is in brackets too.
    kernel: /^ffff[0-9a-f]{12}$/.test(match[1]!) || /^\[(kernel|guest\.kernel)/.test(module),
    symbol: rest
      .slice(0, cut)
      .trim()
      .replace(/\+0x[0-9a-f]+$/, ''),
    module,
  }
}
