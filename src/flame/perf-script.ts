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
  /** On perf's clock, in seconds. */
  time: number
  /** Innermost first, as perf prints them. */
  frames: PerfFrame[]
}

/**
 * Parses what `perf script -F tid,time,ip,sym,dso` prints: for each sample a header line with the
 * thread and the time, then a line per frame, innermost first, then an empty line:
 *
 *      6613  1175.997094:
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
      const header = /^\s*(?:.*?\s)?(\d+)(?:\/\d+)?\s+(?:\[\d+\]\s+)?(\d+\.\d+):/.exec(line)
      if (header === null) continue // a warning among the output
      if (sample) yield sample
      sample = { thread: Number(header[1]), time: Number(header[2]), frames: [] }
    }
  }
  if (sample) yield sample
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
