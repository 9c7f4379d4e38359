/** speedscope's own JSON, which many profilers write: https://www.speedscope.app/file-format-schema.json */
import { type Frame, type FrameTree, type Unit, walk } from '../tree.ts'
import { rowsOf } from './cpuprofile.ts'
import { type ForeignFrame, fromForeign, toForeign } from './foreign-frames.ts'
import { isAmount, isObject, type Json, own, textOf, wholeNumber } from './json-parts.ts'
import { damaged, type ImportContext, importedPath, startImport } from './stack-import.ts'

const schema = 'https://www.speedscope.app/file-format-schema.json'
const format = 'speedscope file'

/** What the units are worth: microseconds, bytes, or samples of no known duration. */
const units: ReadonlyMap<string, { of: Unit['of']; worth: number }> = new Map([
  ['seconds', { of: 'µs', worth: 1e6 }],
  ['milliseconds', { of: 'µs', worth: 1000 }],
  ['microseconds', { of: 'µs', worth: 1 }],
  ['nanoseconds', { of: 'µs', worth: 0.001 }],
  ['bytes', { of: 'bytes', worth: 1 }],
  ['none', { of: 'samples', worth: 1 }],
])

export function isSpeedscope(json: unknown): boolean {
  return Array.isArray(own(own(json, 'shared'), 'frames')) && Array.isArray(own(json, 'profiles'))
}

/**
 * Reads the profile that is shown first: those of other threads stand beside it.
 * @throws LabError if it is damaged, or beyond a limit
 */
export function readSpeedscope(json: Json, context: ImportContext): FrameTree {
  const profiles = json.profiles as unknown[]
  const chosen = wholeNumber(json.activeProfileIndex) ?? 0
  const profile = profiles[chosen] ?? profiles[0]
  if (!isObject(profile)) throw damaged(context, format, 'it has no profile')
  const frames = framesOf(own(json.shared, 'frames') as unknown[], context)
  const unit = units.get(textOf(profile.unit))
  if (unit === undefined) throw damaged(context, format, 'its unit is none of the format’s')
  const stacks = startImport(context)
  const at = (index: unknown) => {
    const frame = frames[wholeNumber(index) ?? -1]
    if (frame === undefined) throw damaged(context, format, `there is no frame ${index}`)
    return frame
  }
  let samples: number
  if (profile.type === 'sampled') samples = addSamples(profile, at, unit.worth)
  else if (profile.type === 'evented') samples = addEvents(profile, at, unit.worth)
  else throw damaged(context, format, 'its profile is neither sampled nor evented')
  const others = profiles.length - 1
  return stacks.finish({
    source: 'speedscope',
    format,
    method: `${textOf(profile.name) || 'a profile'}, ${profile.type}${textOf(json.exporter) && `, written by ${textOf(json.exporter)}`}`,
    of: unit.of,
    // Without a unit a sample is what it counts.
    ...(unit.of === 'samples' ? {} : { samples }),
    blind: [
      'what its recorder left out: the file does not say',
      ...(others === 0
        ? []
        : [
            `${others} more ${others === 1 ? 'profile' : 'profiles'} of the file: the one that speedscope shows first is drawn`,
          ]),
    ],
  })

  function addSamples({ samples, weights }: Json, at: (index: unknown) => Frame, worth: number) {
    if (!Array.isArray(samples) || !Array.isArray(weights) || samples.length !== weights.length)
      throw damaged(context, format, 'its samples and weights are not equally many')
    for (const [index, stack] of samples.entries()) {
      const weight: unknown = weights[index]
      if (!Array.isArray(stack) || !isAmount(weight)) {
        throw damaged(context, format, `sample ${index} has no stack or no weight`)
      }
      stacks.add(stack.map(at), weight * worth)
    }
    return samples.length
  }

  /** Frames are opened and closed; what is open between two events is a stack. */
  function addEvents({ events, startValue }: Json, at: (index: unknown) => Frame, worth: number) {
    if (!Array.isArray(events)) throw damaged(context, format, 'it has no events')
    const open: { index: unknown; frame: Frame }[] = []
    let last = isAmount(startValue) ? startValue : 0
    let count = 0
    for (const [number, event] of events.entries()) {
      const now = own(event, 'at')
      if (!isAmount(now) || now < last)
        throw damaged(context, format, `event ${number} goes back in time`)
      if (open.length > 0 && now > last) {
        const deepest = open.slice(0, context.limits.depth + 1)
        stacks.add(
          deepest.map(({ frame }) => frame),
          (now - last) * worth,
        )
        count++
      }
      last = now
      const index = own(event, 'frame')
      if (own(event, 'type') === 'O') open.push({ index, frame: at(index) })
      else if (open.pop()?.index !== index) {
        throw damaged(context, format, `event ${number} closes a frame that is not on top`)
      }
    }
    return count
  }
}

function framesOf(listed: readonly unknown[], context: ImportContext): Frame[] {
  const reading = { place: importedPath(context), nameless: 'program' } as const
  return listed.map((one) => {
    const file = textOf(own(one, 'file'))
    const line = wholeNumber(own(one, 'line'), 1)
    const foreign: ForeignFrame = { name: textOf(own(one, 'name')), file }
    return fromForeign(line === undefined ? foreign : { ...foreign, line }, reading)
  })
}

/** The tree in speedscope's format: of time, bytes or samples. */
export function writeSpeedscope(tree: FrameTree, name: string): string {
  const indices = new Map<string, number>()
  const frames: ForeignFrame[] = []
  const indexOf = (foreign: ForeignFrame) => {
    const key = JSON.stringify(foreign)
    const known = indices.get(key)
    if (known !== undefined) return known
    indices.set(key, frames.length)
    return frames.push(foreign) - 1
  }
  const samples: number[][] = []
  const weights: number[] = []
  walk(tree.root, (node, path) => {
    const rows = rowsOf(node, tree)
    if (rows === 0) return
    const stack = path.slice(1).map((frame) => indexOf(toForeign(frame)))
    for (let row = 0; row < rows; row++) {
      samples.push(stack)
      weights.push((node.self * tree.unit.worth) / rows)
    }
  })
  const unit = { µs: 'microseconds', bytes: 'bytes', samples: 'none' }[tree.unit.of]
  const endValue = tree.root.total * tree.unit.worth
  return JSON.stringify({
    $schema: schema,
    exporter: 'redis-profiling-lab',
    name,
    activeProfileIndex: 0,
    profiles: [{ type: 'sampled', name, unit, startValue: 0, endValue, samples, weights }],
    shared: { frames },
  })
}
