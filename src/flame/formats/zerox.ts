/**
 * What 0x leaves beside its page: V8's log as V8's own tool has read it (`isolate-….log.json`), the
 * stacks of its ticks (`ticks.json`), or the tree that it draws (`stacks.PID.json`).
 */
import type { Frame, FrameTree } from '../tree.ts'
import { zeroXBlind, zeroXFrame } from '../zerox-ticks.ts'
import { isAmount, isObject, own, textOf, wholeNumber } from './json-parts.ts'
import {
  damaged,
  type ImportContext,
  importedPath,
  type StackImport,
  startImport,
} from './stack-import.ts'

const format = 'file of 0x'

/** The three kinds of files by what is in them. */
export function isZeroX(json: unknown): boolean {
  if (Array.isArray(json)) {
    const tick = json.find((one) => Array.isArray(one) && one.length > 0)
    return textOf(own(tick?.[0], 'type')) !== ''
  }
  if (isObject(own(json, 'merged'))) return isAmount(own(own(json, 'merged'), 'top'))
  return Array.isArray(own(json, 'ticks')) && Array.isArray(own(json, 'code'))
}

/** @throws LabError if it is damaged, or beyond a limit */
export function readZeroX(json: unknown, context: ImportContext): FrameTree {
  const stacks = startImport(context)
  const place = importedPath(context)
  const frameOf = (code: unknown): Frame => {
    const name = own(code, 'name')
    if (typeof name !== 'string') throw damaged(context, format, 'a function has no name')
    return zeroXFrame(
      { name, type: textOf(own(code, 'type')), kind: textOf(own(code, 'kind')) },
      place,
    )
  }
  let samples = 0
  if (Array.isArray(json)) {
    for (const tick of json) {
      if (!Array.isArray(tick)) throw damaged(context, format, 'a tick is no list')
      stacks.add(tick.length === 0 ? [unknown] : tick.map(frameOf), tickMicros)
      samples++
    }
  } else if (isObject(own(json, 'merged')))
    samples = addTree(stacks, own(json, 'merged'), place, context)
  else samples = addTicks(stacks, json, frameOf, context)
  return stacks.finish({
    source: '0x',
    format,
    method: "0x, which samples with V8's --prof: a tick a millisecond, in JavaScript only",
    of: 'µs',
    samples,
    blind: zeroXBlind,
  })
}

const tickMicros = 1000
const unknown: Frame = { name: '(unknown)', kind: 'unknown' }
const collection: Frame = { name: 'garbage collection', kind: 'gc', file: 'v8' }

/** Of V8's tool: each tick has pairs of a function and an offset, the function on top first. */
function addTicks(
  stacks: StackImport,
  json: unknown,
  frameOf: (code: unknown) => Frame,
  context: ImportContext,
): number {
  const [code, ticks] = [own(json, 'code'), own(json, 'ticks')] as [unknown[], unknown[]]
  const known = new Map<number, Frame>()
  for (const tick of ticks) {
    const pairs = own(tick, 's')
    if (!Array.isArray(pairs)) throw damaged(context, format, 'a tick has no stack')
    const frames: Frame[] = []
    for (let at = 0; at < pairs.length; at += 2) {
      const index = wholeNumber(pairs[at], -1)
      if (index === undefined) throw damaged(context, format, 'a tick has no list of functions')
      if (index < 0) continue
      const frame = known.get(index) ?? frameOf(code[index])
      known.set(index, frame)
      frames.push(frame)
    }
    frames.reverse()
    if (own(tick, 'vm') === 1) frames.push(collection)
    stacks.add(frames.length === 0 ? [unknown] : frames, tickMicros)
  }
  return ticks.length
}

/** Of the page: a tree of names with the kind in brackets, `top` the ticks of the node itself. */
function addTree(
  stacks: StackImport,
  root: unknown,
  place: (path: string) => string,
  context: ImportContext,
): number {
  const open: { node: unknown; frames: Frame[] }[] = [{ node: root, frames: [] }]
  let samples = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, frames } = next
    const top = own(node, 'top')
    if (!isAmount(top)) throw damaged(context, format, 'a node has no count')
    stacks.add(frames, top * tickMicros)
    samples += top
    const children = own(node, 'children') ?? []
    if (!Array.isArray(children)) throw damaged(context, format, 'a node has no list of children')
    for (const child of children) {
      const [, name, type, kind] = /^(.*?)(?: \[(\w+)(?::([\w:]+))?\])?$/s.exec(
        textOf(own(child, 'name')),
      )!
      const frame = zeroXFrame(
        {
          name: name!.replace(/^\(anonymous\)(?= )/, '').trim(),
          type: type === 'INIT' || type === undefined ? 'JS' : type,
          kind: kind ?? '',
        },
        place,
      )
      open.push({
        node: child,
        frames: frames.length > context.limits.depth ? frames : [...frames, frame],
      })
    }
  }
  return Math.round(samples)
}
