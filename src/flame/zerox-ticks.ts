/** What 0x sampled, from the `ticks.json` that it writes, as a tree: to be compared with other profilers. */
import { jsFrame, nativeFrame } from './frames.ts'
import { type Frame, type FrameTree, growTree, noFaults, type Stack } from './tree.ts'
import type { Files } from './v8-profiles.ts'

/** A stack of 0x', outermost frame first. V8's own tool named the frames. */
export type ZeroXTick = readonly { name: string; type: string; kind?: string }[]

const tierOfKind: Record<string, string> = {
  Unopt: 'interpreter',
  Sparkplug: 'sparkplug',
  Maglev: 'maglev',
  Opt: 'turbofan',
}

/** What V8's `--prof` does not see. */
export const zeroXBlind = ['read(2), epoll and libuv, and how much time they take']

/** All ticks as they are. */
export function zeroXTicksTree(
  ticks: readonly ZeroXTick[],
  { windowSeconds, place, roles }: Files & { windowSeconds: number },
): FrameTree {
  const stacks = ticks.map((tick): Stack => {
    const frames = tick.map((code) => zeroXFrame(code, place))
    return {
      frames: frames.length === 0 ? [{ name: '(unknown)', kind: 'unknown' }] : frames,
      count: 1,
    }
  })
  return {
    format: 1,
    source: '0x',
    method: "0x, which samples with V8's --prof: a tick a millisecond, in JavaScript only",
    unit: { counts: 'samples', worth: 1000, of: 'µs' },
    windowSeconds,
    samples: stacks.length,
    blind: zeroXBlind,
    quality: noFaults(),
    root: growTree(stacks, roles),
  }
}

/** A function as V8's own tool names it. */
export function zeroXFrame(
  { name, type, kind }: ZeroXTick[number],
  place: (path: string) => string,
): Frame {
  if (type === 'JS' && kind !== 'Builtin')
    return jsFrame(name.replace('.ts?.js:', '.ts:'), tierOfKind[kind ?? ''], place)
  if (type === 'CPP')
    return nativeFrame(name, /@+GLIBC|^_{1,2}(GI_|libc_|mem|str)/.test(name) ? 'libc' : 'native')
  if (type === 'SHARED_LIB') {
    const module = name.replaceAll('\\', '/').split('/').at(-1)!
    return nativeFrame(`(in ${module.replace(/\.so[.\d]*$/, '')})`, module)
  }
  return { name: kind === 'RegExp' ? `RegExp ${name}` : name, kind: 'builtin', file: 'v8' }
}
