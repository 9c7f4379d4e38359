/** The colours of the flame graphs: hue by role or layer, darker in the kernel, paler if others spend the time. */
import { type Group, type Grouped, groupColour } from './groups.ts'
import type { Role } from './roles.ts'
import type { FrameNode } from './tree.ts'

/** Warm: getting a command in. Green and blue: executing and replying. All of them carry black text. */
export const roleColours: Record<Role, string> = {
  read: '#ec6f63',
  'entering JS': '#f6a04d',
  parse: '#f2d24f',
  execute: '#7fc97f',
  reply: '#82b1e0',
  GC: '#c79ad6',
  'event loop': '#c3c9ce',
  other: '#dcd6cc',
  unseen: '#a9a9a9',
}

/** What the colours say beside the role or layer, for a person. */
export function colourNote({ grouping }: Grouped): string {
  return grouping === 'layers'
    ? 'dark: in the kernel; pale: other layers spend most of its time; outlined: your code'
    : "dark: in the kernel; pale: other roles spend most of its time; outlined: the stage's own code"
}

/** What pale frames fade to. */
const pale = '#ededed'

/**
 * The colour of every frame. A frame has the hue of its own role, and the more of the time on top of
 * it belongs to other roles, the paler it is: so the eye sees where the time went, and not that all
 * of it came through the event loop.
 */
export function paint(root: FrameNode): Map<FrameNode, string> {
  const colours = new Map<FrameNode, string>()
  const visit = (node: FrameNode): Map<Group, number> => {
    const byRole = new Map<Group, number>([[node.role, node.self]])
    for (const child of node.children) {
      for (const [role, time] of visit(child)) byRole.set(role, (byRole.get(role) ?? 0) + time)
    }
    const own = node.total === 0 ? 1 : (byRole.get(node.role) ?? 0) / node.total
    const hue = groupColour(node.role)
    const colour = mix(pale, hue, 0.2 + 0.8 * own)
    colours.set(node, node.kind === 'kernel' ? mix('#000000', colour, 0.86) : colour)
    return byRole
  }
  visit(root)
  colours.set(root, pale)
  return colours
}

/** `share` of the second colour in the first; both and the result are `#rrggbb`. */
export function mix(one: string, other: string, share: number): string {
  const part = (at: number) => {
    const from = Number.parseInt(one.slice(at, at + 2), 16)
    const to = Number.parseInt(other.slice(at, at + 2), 16)
    return Math.round(from + (to - from) * share)
      .toString(16)
      .padStart(2, '0')
  }
  return `#${part(1)}${part(3)}${part(5)}`
}
