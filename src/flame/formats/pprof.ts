/**
 * pprof, the protobuf of Go's tools, which Node has from Datadog's and Platformatic's profilers:
 * https://github.com/google/pprof/blob/main/proto/profile.proto. The message is small, so it is read
 * by hand: a field is a number, its type and its bytes.
 */
import type { Frame, FrameTree, Unit } from '../tree.ts'
import { fromForeign } from './foreign-frames.ts'
import { damaged, type ImportContext, importedPath, refusal, startImport } from './stack-import.ts'

const format = 'pprof file'

type Field = { number: number; value: number; bytes: Uint8Array | undefined }

class NotProtobuf extends Error {}

const none = new Uint8Array()

/** Reads base-128 numbers from bytes. */
function numbersOf(bytes: Uint8Array) {
  let at = 0
  return {
    more: () => at < bytes.length,
    skip(count: number): Uint8Array {
      if (!(count >= 0 && at + count <= bytes.length)) {
        throw new NotProtobuf('a field is longer than the file')
      }
      at += count
      return bytes.subarray(at - count, at)
    },
    next(): number {
      let value = 0
      let scale = 1
      for (let index = 0; index < 10; index++) {
        const byte = bytes[at++]
        if (byte === undefined) break
        // Ten bytes are a negative number in two's complement; how negative does not matter here.
        if (index === 9) return Math.min(-1, value - 2 ** 63)
        value += (byte & 0x7f) * scale
        scale *= 128
        if (byte < 0x80) return value
      }
      throw new NotProtobuf('a number does not end')
    },
  }
}

/** The fields of a message, one after the other. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  const numbers = numbersOf(message)
  while (numbers.more()) {
    const key = numbers.next()
    const number = Math.floor(key / 8)
    const type = key % 8
    if (number < 1) throw new NotProtobuf('a field has no number')
    if (type === 0) yield { number, value: numbers.next(), bytes: undefined }
    else if (type === 2) yield { number, value: 0, bytes: numbers.skip(numbers.next()) }
    else if (type === 1) numbers.skip(8)
    else if (type === 5) numbers.skip(4)
    else throw new NotProtobuf(`a field has the type ${type}`)
  }
}

/** A list of numbers: packed into one field, or a field for each. */
function addNumbers(list: number[], { value, bytes }: Field): void {
  if (bytes === undefined) {
    list.push(value)
    return
  }
  const numbers = numbersOf(bytes)
  while (numbers.more()) list.push(numbers.next())
}

/** The single numbers of a message by their field; one that is not there is 0. */
function scalarsOf(message: Uint8Array | undefined): (number: number) => number {
  const found = new Map<number, number>()
  for (const { number, value, bytes } of fieldsOf(message ?? none)) {
    if (bytes === undefined) found.set(number, value)
  }
  return (number) => found.get(number) ?? 0
}

interface Pprof {
  strings: string[]
  /** Indices of the names of type and unit. */
  types: { type: number; unit: number }[]
  samples: Uint8Array[]
  locations: Map<number, { function: number; line: number }[]>
  mappings: Map<number, number>
  mappingOf: Map<number, number>
  functions: Map<number, { name: number; file: number; start: number }>
  durationNanos: number
  period: number
  periodType: { type: number; unit: number } | undefined
  defaultType: number
}

const typeOf = (message: Uint8Array | undefined) => {
  const scalar = scalarsOf(message)
  return { type: scalar(1), unit: scalar(2) }
}

// The numbers are those of the fields in profile.proto.
function parse(bytes: Uint8Array): Pprof {
  const decoder = new TextDecoder()
  const found: Pprof = {
    ...{ strings: [], types: [], samples: [], durationNanos: 0, period: 0, defaultType: 0 },
    ...{ locations: new Map(), mappings: new Map(), mappingOf: new Map(), functions: new Map() },
    periodType: undefined,
  }
  for (const { number, value, bytes: message } of fieldsOf(bytes)) {
    const scalar = number === 3 || number === 5 ? scalarsOf(message) : () => 0
    if (number === 1) found.types.push(typeOf(message))
    else if (number === 2) found.samples.push(message ?? none)
    else if (number === 3) found.mappings.set(scalar(1), scalar(5))
    else if (number === 4) addLocation(found, message ?? none)
    else if (number === 5) {
      found.functions.set(scalar(1), { name: scalar(2), file: scalar(4), start: scalar(5) })
    } else if (number === 6) found.strings.push(decoder.decode(message ?? none))
    else if (number === 10) found.durationNanos = value
    else if (number === 11) found.periodType = typeOf(message)
    else if (number === 12) found.period = value
    else if (number === 14) found.defaultType = value
  }
  return found
}

function addLocation({ locations, mappingOf }: Pprof, message: Uint8Array): void {
  const scalar = scalarsOf(message)
  const lines: { function: number; line: number }[] = []
  for (const { number, bytes } of fieldsOf(message)) {
    if (number !== 4) continue
    const line = scalarsOf(bytes)
    lines.push({ function: line(1), line: line(2) })
  }
  locations.set(scalar(1), lines)
  mappingOf.set(scalar(1), scalar(2))
}

/** Whether the bytes are such a message: it has types, samples and strings, and no other field. */
export function isPprof(bytes: Uint8Array): boolean {
  try {
    let fields = 0
    for (const { number } of fieldsOf(bytes)) {
      if (number > 15) return false
      if (++fields === 3) return true
    }
    return false
  } catch (failure) {
    if (failure instanceof NotProtobuf) return false
    throw failure
  }
}

/** What the units are worth: microseconds or bytes; what has another unit is counted. */
const units: ReadonlyMap<string, { of: Unit['of']; worth: number }> = new Map([
  ['nanoseconds', { of: 'µs', worth: 0.001 }],
  ['microseconds', { of: 'µs', worth: 1 }],
  ['milliseconds', { of: 'µs', worth: 1000 }],
  ['seconds', { of: 'µs', worth: 1e6 }],
  ['bytes', { of: 'bytes', worth: 1 }],
  ['kilobytes', { of: 'bytes', worth: 1024 }],
])

/**
 * Reads the values that pprof itself shows: those of the default type, or else of the last one.
 * @throws LabError if it is damaged, or beyond a limit
 */
export function readPprof(bytes: Uint8Array, context: ImportContext): FrameTree {
  try {
    return treeOf(parse(bytes), context)
  } catch (failure) {
    if (failure instanceof NotProtobuf) throw damaged(context, format, failure.message)
    throw failure
  }
}

function treeOf(pprof: Pprof, context: ImportContext): FrameTree {
  const text = (index: number) => pprof.strings[index] ?? ''
  const types = pprof.types.map(({ type, unit }) => ({ type: text(type), unit: text(unit) }))
  if (types.length === 0) throw damaged(context, format, 'it does not say what it counts')
  const named = types.findIndex(({ type }) => type === text(pprof.defaultType) && type !== '')
  const chosen = named >= 0 ? named : types.length - 1
  const counts = types.findIndex(({ unit }) => unit === 'count')
  const { type, unit } = types[chosen]!
  const { of, worth } = units.get(unit) ?? { of: 'samples', worth: 1 }
  const framesAt = frameReader(pprof, context)
  const stacks = startImport(context)
  let counted = 0
  for (const [number, message] of pprof.samples.entries()) {
    const ids: number[] = []
    const values: number[] = []
    for (const field of fieldsOf(message)) {
      if (field.number === 1) addNumbers(ids, field)
      else if (field.number === 2) addNumbers(values, field)
    }
    if (values.length !== types.length) {
      throw damaged(
        context,
        format,
        `sample ${number} has ${values.length} values, not ${types.length}`,
      )
    }
    const weight = values[chosen]! * worth
    if (weight < 0) {
      throw refusal(context, 'has stacks that count less than nothing', {
        means: 'it is the difference of two profiles',
        next: 'draw the two: npm run flame -- BEFORE AFTER',
      })
    }
    // The function on top comes first.
    stacks.add(ids.reverse().flatMap(framesAt), weight)
    if (weight > 0) counted += counts >= 0 ? values[counts]! : 1
  }
  return stacks.finish({
    source: 'pprof',
    format,
    method: `pprof, ${type || 'values'} in ${unit || 'no unit'}${
      types.length > 1
        ? `; also in the file: ${types
            .filter((_, at) => at !== chosen)
            .map(({ type }) => type)
            .join(', ')}`
        : ''
    }`,
    of,
    ...(of === 'samples' ? {} : { samples: Math.max(1, counted) }),
    windowSeconds: Math.max(0, pprof.durationNanos) / 1e9,
    blind: [
      isNode(pprof)
        ? 'system calls that JavaScript did not make, as those for Node are: read(2), epoll, libuv'
        : 'what its recorder left out: the file does not say',
    ],
  })
}

/** Datadog's profiler for Node has words of its own for what V8 calls otherwise. */
function nameOf(name: string): string {
  if (name === 'Garbage Collection') return '(garbage collector)'
  return /^\(anonymous:L#\d+:C#\d+\)$/.test(name) ? '' : name
}

function isNode({ strings }: Pprof): boolean {
  return strings.some((one) => one.startsWith('node:'))
}

/** The frames of a location, outermost first: more than one if functions were copied into another. */
function frameReader(pprof: Pprof, context: ImportContext): (location: number) => Frame[] {
  const { strings, locations, mappings, mappingOf, functions } = pprof
  const text = (index: number) => strings[index] ?? ''
  const reading = {
    place: importedPath(context),
    nameless: isNode(pprof) ? 'builtin' : 'program',
  } as const
  const first = firstLines(pprof)
  const known = new Map<number, Frame[]>()
  return (id) => {
    const done = known.get(id)
    if (done !== undefined) return done
    const lines = locations.get(id)
    if (lines === undefined) throw damaged(context, format, `there is no location ${id}`)
    const frames = lines.map((line): Frame => {
      const found = functions.get(line.function)
      if (found === undefined)
        throw damaged(context, format, `there is no function ${line.function}`)
      const at = found.start > 0 ? found.start : (first.get(line.function) ?? 0)
      const foreign = { name: nameOf(text(found.name)), file: text(found.file) }
      const frame = fromForeign(at > 0 ? { ...foreign, line: at } : foreign, reading)
      return line.line > 0 ? { ...frame, at: line.line } : frame
    })
    if (frames.length === 0) {
      const module = text(mappings.get(mappingOf.get(id) ?? 0) ?? 0)
      frames.push(
        module === ''
          ? { name: '(unknown)', kind: 'unknown' }
          : fromForeign({ name: `(in ${module.split('/').at(-1)})` }, reading),
      )
    }
    known.set(id, frames.reverse())
    return frames
  }
}

/** The line of a function is that of its first sample, if the file does not say where it begins. */
function firstLines({ locations }: Pprof): Map<number, number> {
  const first = new Map<number, number>()
  for (const lines of locations.values()) {
    for (const { function: id, line } of lines) {
      if (line > 0) first.set(id, Math.min(line, first.get(id) ?? line))
    }
  }
  return first
}
